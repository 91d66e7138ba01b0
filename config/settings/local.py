"""One person, one machine: nothing to set, nothing to install but Python."""

from .base import *
from .base import STATIC_ROOT, env

STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # and VAR_DIR above it; a missing one is warned of

# Off, so that whoever is shown the site meets its own error pages; whoever changes it sets DEBUG=true.
DEBUG = env.bool("DEBUG", default=False)
# Signs sessions on this machine only; production refuses to start without its own.
SECRET_KEY = env.str("SECRET_KEY", default="for-one-machine-only-never-in-service")
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]", "testserver"]
INTERNAL_IPS = []

# No collectstatic and no other server here: static files are served from where they lie, uploads by Django itself.
WHITENOISE_USE_FINDERS = True
SERVE_MEDIA = True
