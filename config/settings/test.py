"""The test run: fast hashes, mail in memory, an index and files of its own."""

import hashlib
import os
import tempfile
from pathlib import Path

os.environ["THROUGHGATE_ENV_FILE"] = os.devnull  # a person's own .env changes no test
TEST_DIR = Path(
    os.environ.get("THROUGHGATE_TEST_DIR") or Path(tempfile.gettempdir()) / f"throughgate-test-{os.getuid()}"
)
os.environ["THROUGHGATE_VAR"] = str(TEST_DIR / os.environ.get("PYTEST_XDIST_WORKER", "main"))

from .local import *  # noqa: E402
from .local import CACHES, DATABASES, VAR_DIR  # noqa: E402

DEBUG = False
SECRET_KEY = "for-tests-only"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
CELERY_BROKER_URL = ""
CELERY_TASK_ALWAYS_EAGER = CELERY_TASK_EAGER_PROPAGATES = True
WHITENOISE_AUTOREFRESH = True
WARM_ENCODER = False
ENCODER = "here"
# Two runs on the same servers, in folders of their own, get in nobody's way; nor do the processes of one.
OWN = "test-" + hashlib.sha256(str(VAR_DIR).encode()).hexdigest()[:8]
ELASTICSEARCH_PREFIX = CACHES["default"]["KEY_PREFIX"] = OWN
# Migrations take thirteen seconds and more: tests/databases.py runs them once and copies what they made.
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["TEST"] = {"NAME": str(VAR_DIR / "test.sqlite3")}
else:
    DATABASES["default"]["TEST"] = {"NAME": f"throughgate-{OWN}"}
    DATABASES["default"]["OPTIONS"] = {"options": "-c synchronous_commit=off"}
