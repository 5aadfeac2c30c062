"""Are requests counted together where there is Redis, and at all where it does not answer?"""

from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from redis import Redis
from redis.exceptions import RedisError
from structlog.testing import capture_logs

from tests.databases import REDIS_URL, missing
from webapp.adapters.counting.pace import Pace
from webapp.ports.counters import Standing

NOW = 1_800_000_030.0
NOBODY_LISTENS = "redis://127.0.0.1:1/0"


@pytest.fixture
def source() -> str:
    """A source that nobody has counted before."""
    return uuid4().hex


class TestGivenNoRedis:
    def test_a_window_ends_and_begins_anew(self, source: str) -> None:
        pace = Pace()

        seen = [pace.take(source, 1, 60, now=now) for now in (NOW, NOW + 1, NOW + 30, NOW + 89.9)]

        assert seen == [Standing(0, 30), Standing(0, 29, refused=True), Standing(0, 60), Standing(0, 1, refused=True)]

    def test_threads_are_counted_one_by_one(self, source: str) -> None:
        pace = Pace()

        with ThreadPoolExecutor(8) as threads:
            seen = list(threads.map(lambda _: pace.take(source, 500, 60, now=NOW).left, range(400)))

        assert sorted(seen) == list(range(100, 500))


class TestGivenRedis:
    def test_processes_count_together(self, source: str) -> None:
        try:
            Redis.from_url(REDIS_URL, socket_connect_timeout=1).ping()
        except RedisError:
            missing("Redis")

        seen = [Pace(REDIS_URL).take(source, 5, 60, now=NOW).left for _ in range(3)]

        assert seen == [4, 3, 2]


class TestGivenARedisThatDoesNotAnswer:
    def test_each_process_counts_for_itself_and_leaves_it_alone_for_a_while(self, source: str) -> None:
        pace = Pace(NOBODY_LISTENS)

        with capture_logs() as logs:
            seen = [pace.take(source, 5, 60, now=NOW).left for _ in range(3)]

        assert seen == [4, 3, 2]
        assert [entry["event"] for entry in logs] == ["pace.redis_unreachable"]
