# The image of web server, worker and clock: compose.yaml starts all three from it.
FROM python:3.11-slim-bookworm

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
# libgomp runs torch on several cores.
RUN apt-get update && apt-get install --yes --no-install-recommends libgomp1 && rm -rf /var/lib/apt/lists/*

WORKDIR /srv/throughgate
COPY pyproject.toml ./
COPY config/constraints.txt config/constraints.txt
# The CPU wheel index that the PyTorch project documents makes the image some gigabytes smaller.
ARG PIP_EXTRA_INDEX_URL=""
RUN python -c "import tomllib; print(*tomllib.load(open('pyproject.toml', 'rb'))['project']['dependencies'], sep='\n')" > requirements.txt \
    && pip install --no-cache-dir -c config/constraints.txt -r requirements.txt

COPY . .
RUN useradd --uid 1000 --create-home throughgate \
    && mkdir -p /var/lib/throughgate/beat /var/lib/throughgate/media/images \
    && chown -R throughgate:throughgate /var/lib/throughgate
USER throughgate
