"""The test run: fast hashes, mail in memory, an index and files of its own."""

import os
import tempfile
from pathlib import Path

_worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
os.environ["THROUGHGATE_VAR"] = str(Path(tempfile.gettempdir()) / f"throughgate-test-{os.getuid()}" / _worker)

from .local import *  # noqa: E402
from .local import DATABASES, VAR_DIR  # noqa: E402

DEBUG = False
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
CELERY_TASK_EAGER_PROPAGATES = True
WHITENOISE_AUTOREFRESH = True
# A file, so that the thirteen seconds of migrations are spent once and not in every run.
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["TEST"] = {"NAME": str(VAR_DIR / "test.sqlite3")}
