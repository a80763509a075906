"""The shared cache, which may be away: rate limits then let pass, and it is logged and counted.

Rate limits are not the only guard: a wrong password stays wrong, a link stays signed.
"""

import logging
from collections.abc import Callable
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.redis import RedisCache
from prometheus_client import Counter
from redis.exceptions import RedisError, TimeoutError

from hosting.lib.silence import Silence

logger = logging.getLogger(__name__)
unreachable = Counter("cache_unreachable_total", "Calls that the shared cache did not answer")


silence = Silence()
"""Signing in asks the cache some twenty times: where it hangs, it is waited for once."""


class ForgivingCache(RedisCache):
    """Django's Redis cache; while the server is away nothing is found and everything is new."""

    def add(
        self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: Any = None
    ) -> bool:
        return bool(_tried(super().add, True, key, value, timeout, version))

    def get(self, key: Any, default: Any = None, version: Any = None) -> Any:
        return _tried(super().get, default, key, default, version)

    def set(
        self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: Any = None
    ) -> None:
        _tried(super().set, None, key, value, timeout, version)

    def touch(self, key: Any, timeout: Any = DEFAULT_TIMEOUT, version: Any = None) -> bool:
        return bool(_tried(super().touch, False, key, timeout, version))

    def delete(self, key: Any, version: Any = None) -> bool:
        return bool(_tried(super().delete, False, key, version))

    def has_key(self, key: Any, version: Any = None) -> bool:
        return bool(_tried(super().has_key, False, key, version))

    def incr(self, key: Any, delta: int = 1, version: Any = None) -> int:
        return int(_tried(super().incr, delta, key, delta, version))

    def get_many(self, keys: Any, version: Any = None) -> dict[Any, Any]:
        return dict(_tried(super().get_many, {}, keys, version))

    def set_many(self, data: Any, timeout: Any = DEFAULT_TIMEOUT, version: Any = None) -> list[Any]:
        return list(_tried(super().set_many, [], data, timeout, version))

    def delete_many(self, keys: Any, version: Any = None) -> None:
        _tried(super().delete_many, None, keys, version)


def _tried(call: Callable[..., Any], otherwise: Any, *args: Any) -> Any:
    if silence:
        unreachable.inc()
        return otherwise
    try:
        return call(*args)
    except RedisError as error:
        if isinstance(error, TimeoutError):
            silence.begin()
        unreachable.inc()
        logger.warning("the cache does not answer: %s", type(error).__name__)
        return otherwise
