"""Is what was kept found again, in this process and in Redis, and is a Redis that is gone only a miss?"""

from collections.abc import Callable
from uuid import uuid4

import pytest
from redis import Redis
from redis.exceptions import RedisError
from structlog.testing import capture_logs

from tests.databases import REDIS_URL, missing
from webapp.adapters.caches.process import ProcessCache
from webapp.adapters.caches.shared import RedisCache
from webapp.ports.caches import Cache, Numbers

NOBODY_LISTENS = "redis://127.0.0.1:1/0"


def in_process() -> Cache:
    return ProcessCache()


def in_redis() -> Cache:
    try:
        Redis.from_url(REDIS_URL, socket_connect_timeout=1).ping()
    except RedisError:
        missing("Redis")
    return RedisCache(REDIS_URL, uuid4().hex)


@pytest.fixture(params=[in_process, in_redis], ids=["process", "redis"])
def cache(request: pytest.FixtureRequest) -> Cache:
    """A cache that nothing was kept in."""
    make: Callable[[], Cache] = request.param
    return make()


class TestGivenAPlaceToKeepAnswers:
    def test_what_was_kept_is_found_under_its_key_alone(self, cache: Cache) -> None:
        cache.keep("configs", "a", b"one")

        found = [cache.find("configs", key) for key in ("a", "b", "a")]

        assert found == [b"one", None, b"one"]

    def test_it_tells_what_it_keeps_and_how_often_that_helped(self, cache: Cache) -> None:
        cache.keep("configs", "a", b"one")
        for key in ("a", "b", "a"):
            cache.find("configs", key)
        cache.find("diff", "c")

        told = {one.name: one for one in cache.numbers()}

        configs, diff = told["configs"], told["diff"]
        assert (configs.entries, configs.bytes, configs.hits, configs.misses) == (1, 3, 2, 1)
        assert configs.oldest_s is not None
        assert 0 <= configs.oldest_s < 60
        assert diff == Numbers("diff", 0, 0, 1, 0, None)

    def test_emptied_it_keeps_nothing_and_counts_on(self, cache: Cache) -> None:
        cache.keep("configs", "a", b"one")
        cache.find("configs", "a")

        cache.empty()

        assert cache.find("configs", "a") is None
        assert [(one.entries, one.hits, one.misses) for one in cache.numbers()] == [(0, 1, 1)]


class TestGivenLittleRoom:
    def test_what_was_not_asked_for_the_longest_goes(self) -> None:
        cache = ProcessCache(most_bytes=10)
        cache.keep("configs", "a", b"12345")
        cache.keep("configs", "b", b"12345")
        cache.find("configs", "a")

        cache.keep("configs", "c", b"12345")

        assert [cache.find("configs", key) is not None for key in "abc"] == [True, False, True]

    def test_what_is_larger_than_all_of_it_is_not_kept(self) -> None:
        cache = ProcessCache(most_bytes=10)

        cache.keep("configs", "a", b"12345678901")

        assert cache.find("configs", "a") is None


class TestGivenTimeGoesBy:
    def test_nothing_is_kept_for_ever(self) -> None:
        now = [0.0]
        cache = ProcessCache(kept_s=600, timer=lambda: now[0])
        cache.keep("configs", "a", b"one")

        now[0] = 599
        before, told = cache.find("configs", "a"), cache.numbers()
        now[0] = 601

        assert (before, [one.oldest_s for one in told]) == (b"one", [599])
        assert cache.find("configs", "a") is None


class TestGivenARedisThatIsGone:
    def test_nothing_is_found_nothing_fails_and_it_is_said_once(self) -> None:
        cache = RedisCache(NOBODY_LISTENS, "test")

        with capture_logs() as logs:
            cache.keep("configs", "a", b"one")
            found = [cache.find("configs", "a") for _ in range(3)]
            cache.empty()

        assert found == [None, None, None]
        assert list(cache.numbers()) == []
        assert [line["event"] for line in logs] == ["cache.redis_unreachable"]


class TestGivenTwoInstallationsOnOneRedis:
    def test_neither_sees_what_the_other_keeps(self) -> None:
        one, other = in_redis(), in_redis()

        one.keep("configs", "a", b"one")

        assert other.find("configs", "a") is None
        other.empty()
        assert one.find("configs", "a") == b"one"
