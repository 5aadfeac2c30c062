"""What holds of a learner's identity, where imports and tries of theirs both tell of it?"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from tests.databases import Database
from tests.factories import events
from tests.factories.events import COURSE, ENROLLED, GRADE, attempt_type, message
from tests.fakes import NOON
from tests.integration.bus.incoming.follower import Follower
from webapp.domain.bus.incoming import Message

PAST, SOON, LATE = "2025-01-01T00:00:00+00:00", "2028-01-01T00:00:00+00:00", "2030-01-01T00:00:00+00:00"
LEARNERS = [
    {"type": "learner", "username": username, "external_id": number} for number, username in ((7, "ada"), (8, "bob"))
]
PLACE = ("ada", COURSE)
OLDER, NEWER = -10, 10
"""Minutes from noon, when the tests import."""

Step = dict[str, Any] | Message
Word = tuple[int, str, int] | tuple[int, str, int, str]


def record(status: str, expires: str | None = None, username: str = "ada") -> dict[str, Any]:
    """Give what an import tells of an identity."""
    return {"type": "id_verification", "username": username, "status": status, "expires": expires}


def word(attempt_id: int, said: str, minute: int, expires: str | None = None) -> Message:
    """Give what the bus tells of one of ada's tries."""
    told = events.attempt(attempt_id, expires=expires)
    return message(attempt_type(said), told, at=NOON + timedelta(minutes=minute))


def go(follower: Follower, steps: Sequence[Step]) -> None:
    """Take each step in a transaction of its own."""
    follower.imports(*LEARNERS)
    for step in steps:
        if isinstance(step, Message):
            follower.takes(step)
        else:
            follower.imports(step)


def held(follower: Follower, username: str = "ada") -> tuple[str, str | None]:
    """Give the word and the end that hold of a learner."""
    status, end = follower.state()["verifications"][username]
    return status, end and end.isoformat()


NEW_TRY = ((2, "created", OLDER), (2, "pending", 1), (2, "denied", NEWER))
TAKEN_BACK = ((1, "created", OLDER), (1, "approved", 1, SOON), (1, "denied", NEWER))
ANOTHER_TAKEN_BACK = ((5, "approved", OLDER, LATE), (5, "denied", NEWER))
LONGER = ((5, "approved", OLDER, LATE), (6, "denied", NEWER))
FOR_EVER = ((5, "approved", OLDER), (6, "approved", NEWER, LATE))

# After an import that told an approval until SOON.
AFTERWARDS: Sequence[tuple[str, Sequence[Word], tuple[str, str | None]]] = (
    ("a new try fails", NEW_TRY, ("approved", SOON)),
    ("the approval is taken back", TAKEN_BACK, ("denied", None)),
    ("another approval is taken back", ANOTHER_TAKEN_BACK, ("approved", SOON)),
    ("another one holds for longer", LONGER, ("approved", LATE)),
    ("another one has no end", FOR_EVER, ("approved", None)),
)


class TestGivenAnApprovalThatAnImportTold:
    @pytest.mark.parametrize(
        ("told", "expected"),
        [
            pytest.param(order, expected, id=f"{name}, {number}")
            for name, told, expected in AFTERWARDS
            for number, order in enumerate(permutations(told))
        ],
    )
    @pytest.mark.any_database
    def test_tries_in_any_order_and_twice_lead_to_the_same(
        self, follower: Follower, told: Sequence[Word], expected: tuple[str, str | None]
    ) -> None:
        sent = [word(*one) for one in told]

        go(follower, [record("approved", SOON), *sent, *sent, *(word(*one) for one in told)])

        assert held(follower) == expected

    @pytest.mark.parametrize(("name", "told", "expected"), AFTERWARDS)
    def test_tries_of_one_batch_lead_to_the_same(
        self, follower: Follower, name: str, told: Sequence[Word], expected: tuple[str, str | None]
    ) -> None:
        assert name
        go(follower, [record("approved", SOON), record("approved", LATE, "bob")])

        follower.takes(*(word(*one) for one in told))

        assert held(follower) == expected
        assert held(follower, "bob") == ("approved", LATE)

    @pytest.mark.any_database
    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(data=some.data())
    def test_it_holds_through_whatever_other_tries_bring(
        self, follower: Follower, database: Database, data: some.DataObject
    ) -> None:
        database.empty(follower.app)
        said = data.draw(
            some.lists(
                some.tuples(some.integers(1, 3), some.sampled_from(["created", "pending", "approved", "denied"]))
            )
        )
        told = [word(tried, one, minute, LATE) for minute, (tried, one) in enumerate(said, OLDER)]
        shuffled: list[Message] = data.draw(some.permutations(told))
        cut = data.draw(some.integers(1, len(told) + 1))

        go(follower, [record("approved", SOON)])
        for start in range(0, len(shuffled), cut):
            follower.takes(*shuffled[start : start + cut])

        last = dict(said)
        assert held(follower) == ("approved", LATE if "approved" in last.values() else SOON)


MEANWHILE: Sequence[tuple[str, Sequence[Step], tuple[str, str | None]]] = (
    (
        "the same approval, which the platform takes back",
        [word(1, "approved", OLDER, SOON), record("approved", SOON), word(1, "denied", NEWER)],
        ("denied", None),
    ),
    (
        "the approval of a try, before the bus does",
        [
            word(1, "created", OLDER),
            record("approved", SOON),
            word(1, "approved", 1, SOON),
            word(1, "denied", NEWER),
        ],
        ("denied", None),
    ),
    (
        "a denial after an approval",
        [word(1, "approved", OLDER, SOON), record("denied"), word(2, "created", NEWER)],
        ("created", None),
    ),
    (
        "a denial after an approval, and an approval comes anew",
        [word(1, "approved", OLDER, LATE), record("denied"), word(2, "approved", NEWER, SOON), word(3, "denied", 20)],
        ("approved", SOON),
    ),
    (
        "a denial after its own approval",
        [record("approved", SOON), word(1, "created", OLDER), record("denied"), word(1, "pending", NEWER)],
        ("pending", None),
    ),
    (
        "a denial, and an approval of before comes late",
        [word(1, "denied", 5), record("pending"), word(1, "approved", OLDER, SOON)],
        ("pending", None),
    ),
    (
        "an approval after a denial, and the approval of before comes late",
        [word(1, "denied", OLDER + 1), record("approved", SOON), word(1, "approved", OLDER, SOON)],
        ("approved", SOON),
    ),
    (
        "another end of an approval",
        [word(1, "approved", OLDER, LATE), record("approved", SOON), word(2, "denied", NEWER)],
        ("approved", SOON),
    ),
    (
        "an approval again and again",
        [record("approved", SOON), word(1, "denied", OLDER), record("approved", LATE), word(1, "pending", NEWER)],
        ("approved", LATE),
    ),
    (
        "an approval that has run out",
        [record("approved", PAST), word(1, "created", OLDER), word(1, "pending", NEWER)],
        ("pending", None),
    ),
)


class TestGivenAnImportBetweenTries:
    @pytest.mark.parametrize(("name", "steps", "expected"), MEANWHILE, ids=[name for name, _, _ in MEANWHILE])
    def test_it_counts_until_something_newer_is_told(
        self, follower: Follower, name: str, steps: Sequence[Step], expected: tuple[str, str | None]
    ) -> None:
        assert name
        go(follower, steps)

        assert held(follower) == expected


class TestGivenATryToShowWhoOneIs:
    def test_an_approval_that_comes_late_leads_to_the_certificate(self, follower: Follower) -> None:
        follower.takes(message(ENROLLED, events.enrollment("verified")), message(GRADE, events.grade()))
        follower.judges()
        before = follower.certificates()

        approved = events.attempt(expires="2028-01-01T00:00:00+00:00")
        follower.takes(message(attempt_type("approved"), approved, minute=5))
        follower.judges()

        assert before == {PLACE: "unverified"}
        assert follower.state()["verifications"] == {"ada": ("approved", datetime(2028, 1, 1, tzinfo=UTC))}
        assert follower.certificates() == {PLACE: "downloadable"}

    @pytest.mark.parametrize("word", ["created", "pending", "denied"])
    def test_a_new_try_takes_nothing_from_an_approval(self, follower: Follower, word: str) -> None:
        follower.takes(
            message(attempt_type("approved"), events.attempt(1)),
            message(attempt_type(word), events.attempt(2), minute=1),
        )

        assert follower.state()["verifications"] == {"ada": ("approved", None)}

    @pytest.mark.parametrize("word", ["created", "pending", "denied"])
    def test_it_takes_nothing_from_an_approval_that_an_import_told(self, follower: Follower, word: str) -> None:
        follower.imports(
            {"type": "learner", "username": "ada", "name": "Ada Lovelace", "external_id": 7},
            {"type": "id_verification", "username": "ada", "status": "approved", "expires": "2030-01-01T00:00:00Z"},
        )

        follower.takes(message(attempt_type(word), events.attempt(2), minute=1))
        follower.takes(message(ENROLLED, events.enrollment("verified")), message(GRADE, events.grade()))
        follower.judges()

        assert follower.state()["verifications"] == {"ada": ("approved", datetime(2030, 1, 1, tzinfo=UTC))}
        assert follower.certificates() == {PLACE: "downloadable"}

    def test_the_newest_word_of_one_try_counts(self, follower: Follower) -> None:
        denied = message(attempt_type("denied"), events.attempt(1), minute=3)
        approved = message(attempt_type("approved"), events.attempt(1), minute=2)

        follower.takes(denied)
        follower.takes(approved)

        assert follower.state()["verifications"] == {"ada": ("denied", None)}
