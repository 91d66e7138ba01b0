"""In service. What it needs comes from the environment, and a missing value stops the start and is named."""

import os

from django.core.exceptions import ImproperlyConfigured

from .base import *
from .base import CELERY_BROKER_URL, DATABASES, env

REQUIRED = ["SECRET_KEY", "ALLOWED_HOSTS", "BASE_URL", "DATABASE_URL"]
if missing := [name for name in REQUIRED if not os.environ.get(name)]:
    raise ImproperlyConfigured(f"Set {', '.join(missing)} in the environment; .env.example says what each is for.")

DEBUG = False
SECRET_KEY = env.str("SECRET_KEY")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS")
# ".example.org" in ALLOWED_HOSTS means every name under it; here the same is written "*.example.org".
CSRF_TRUSTED_ORIGINS = ["https://" + ("*" + host if host[0] == "." else host) for host in ALLOWED_HOSTS if host != "*"]

if DATABASES["default"]["ENGINE"].endswith("postgresql"):
    # A process keeps its connection, and asks at the start of each page whether it still holds: after a restart of the
    # database the next page has a new one. A server that does not answer at all is given up after five seconds.
    DATABASES["default"] |= {
        "CONN_MAX_AGE": env.int("CONN_MAX_AGE", default=600),
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"connect_timeout": 5} | DATABASES["default"].get("OPTIONS", {}),
    }

SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 365 * 24 * 3600
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True

EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
vars().update(env.email_url("EMAIL_URL", default="smtp://127.0.0.1:25"))
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="Throughgate <no-reply@localhost>")

STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# With a broker the workers have the model, and a process that shows pages does without its memory.
ENCODER = env.str("ENCODER", default="workers" if CELERY_BROKER_URL else "here")
