"""Are attempts counted together where there is Redis, and at all where there is none?"""

from uuid import uuid4

import pytest
from redis import Redis
from redis.exceptions import RedisError
from structlog.testing import capture_logs

from tests.databases import REDIS_URL, missing
from webapp.adapters.counting.attempts import Attempts
from webapp.ports.counters import Allowance

NOBODY_LISTENS = "redis://127.0.0.1:1/0"
BAD = Allowance.BAD_EXAMPLE_ANSWER
WRONG = Allowance.WRONG_PASSWORD


@pytest.fixture
def source() -> str:
    """A source that nobody has counted before."""
    return uuid4().hex


@pytest.fixture
def redis_url() -> str:
    """The address of a Redis that answers."""
    try:
        Redis.from_url(REDIS_URL, socket_connect_timeout=1).ping()
    except RedisError:
        missing("Redis")
    return REDIS_URL


class TestGivenNoRedis:
    @pytest.mark.parametrize("allowance", Allowance)
    def test_the_amount_is_let_through_and_no_more(self, source: str, allowance: Allowance) -> None:
        attempts = Attempts()
        waits = []
        for _ in range(allowance.amount + 1):
            waits.append(attempts.seconds_refused(allowance, source))
            attempts.count(allowance, source)

        assert waits[:-1] == [None] * allowance.amount
        assert waits[-1] is not None
        assert 0 < waits[-1] <= allowance.minutes * 60

    def test_to_look_counts_nothing(self, source: str) -> None:
        attempts = Attempts()

        waits = {attempts.seconds_refused(BAD, source) for _ in range(2 * BAD.amount)}

        assert waits == {None}

    def test_sources_and_kinds_are_counted_apart(self, source: str) -> None:
        attempts = Attempts()
        for _ in range(BAD.amount):
            attempts.count(BAD, source)

        waits = attempts.seconds_refused(WRONG, source), attempts.seconds_refused(BAD, f"{source}x")

        assert waits == (None, None)

    def test_another_process_counts_for_itself(self, source: str) -> None:
        one, other = Attempts(), Attempts()
        for _ in range(BAD.amount):
            one.count(BAD, source)

        waits = one.seconds_refused(BAD, source), other.seconds_refused(BAD, source)

        assert waits[0] is not None
        assert waits[1] is None


class TestGivenRedis:
    def test_two_processes_count_together(self, redis_url: str, source: str) -> None:
        one, other = Attempts(redis_url), Attempts(redis_url)
        for number in range(BAD.amount):
            (one, other)[number % 2].count(BAD, source)

        waits = one.seconds_refused(BAD, source), other.seconds_refused(BAD, source)

        assert waits[0] is not None
        assert waits[1] is not None
        assert 0 < waits[0] <= BAD.minutes * 60

    def test_one_less_is_let_through(self, redis_url: str, source: str) -> None:
        one, other = Attempts(redis_url), Attempts(redis_url)
        for _ in range(BAD.amount - 1):
            one.count(BAD, source)

        wait = other.seconds_refused(BAD, source)

        assert wait is None

    def test_kinds_are_counted_apart(self, redis_url: str, source: str) -> None:
        attempts = Attempts(redis_url)
        for _ in range(BAD.amount):
            attempts.count(BAD, source)

        wait = attempts.seconds_refused(WRONG, source)

        assert wait is None

    def test_what_was_counted_is_forgotten_by_itself(self, redis_url: str, source: str) -> None:
        attempts = Attempts(redis_url)
        attempts.count(BAD, source)
        redis = Redis.from_url(redis_url)

        (key,) = redis.scan_iter(f"*{source}*")

        assert 0 < redis.ttl(key) <= BAD.minutes * 60


class TestGivenARedisThatCannotBeReached:
    def test_each_process_counts_for_itself_and_says_so(self, source: str) -> None:
        attempts = Attempts(NOBODY_LISTENS)

        with capture_logs() as logs:
            for _ in range(BAD.amount):
                attempts.count(BAD, source)
            wait = attempts.seconds_refused(BAD, source)

        assert wait is not None
        assert {(entry["event"], entry["log_level"]) for entry in logs} == {("attempts.redis_unreachable", "warning")}

    def test_nobody_is_refused_for_its_sake(self, source: str) -> None:
        attempts = Attempts(NOBODY_LISTENS)

        wait = attempts.seconds_refused(BAD, source)

        assert wait is None
