"""The cache in service: Redis, and nobody is kept out when it is away."""

import functools
import logging
from collections.abc import Callable

from django.core.cache.backends.redis import RedisCache
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError, TimeoutError
from redis.retry import Retry

logger = logging.getLogger(__name__)

SECONDS = 1  # that a page waits for an answer, at most twice
KEYS_AT_ONCE = 1000


def forgiving(name: str, otherwise: Callable):
    """A method of RedisCache; where Redis does not answer, a line in the log and what `otherwise` gives."""
    ask = getattr(RedisCache, name)

    @functools.wraps(ask)
    def method(self, *args, **kwargs):
        try:
            return ask(self, *args, **kwargs)
        except (ConnectionError, TimeoutError) as error:
            logger.warning("The cache does not answer: %s", error)
            return otherwise(*args, **kwargs)

    return method


class SharedCache(RedisCache):
    """Shared by all processes of a site. While Redis is away it is a cache that forgets at once.

    What is kept here (tries at signing in) must not stand between a person and the page.
    """

    def __init__(self, server, params):
        options = {
            "socket_connect_timeout": SECONDS,
            "socket_timeout": SECONDS,
            "retry": Retry(NoBackoff(), 1),  # a connection kept from before a restart is replaced unseen
        }
        super().__init__(server, {**params, "OPTIONS": {**options, **params.get("OPTIONS", {})}})

    get = forgiving("get", lambda key, default=None, version=None: default)
    get_many = forgiving("get_many", lambda keys, version=None: {})
    has_key = forgiving("has_key", lambda key, version=None: False)
    add = forgiving("add", lambda *args, **kwargs: True)
    set = forgiving("set", lambda *args, **kwargs: None)
    set_many = forgiving("set_many", lambda data, *args, **kwargs: list(data))
    touch = forgiving("touch", lambda *args, **kwargs: False)
    incr = forgiving("incr", lambda key, delta=1, version=None: delta)
    delete = forgiving("delete", lambda key, version=None: False)
    delete_many = forgiving("delete_many", lambda keys, version=None: None)

    def clear(self):
        """Forget this site's keys alone: the same Redis may hold the queue of its tasks."""
        redis = self._cache.get_client(write=True)
        keys = redis.scan_iter(match=f"{self.key_prefix}:*", count=KEYS_AT_ONCE)
        for key in list(keys):
            redis.delete(key)
