"""One person, one machine: nothing to set, nothing to install but Python."""

from .base import *
from .base import VAR_DIR, env

VAR_DIR.mkdir(parents=True, exist_ok=True)

DEBUG = env.bool("DEBUG", default=True)
# Signs sessions on this machine only; production refuses to start without its own.
SECRET_KEY = env.str("SECRET_KEY", default="for-one-machine-only-never-in-service")
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]", "testserver"]
INTERNAL_IPS = []
