"""Is no more of a list in memory than a page of bounded size, however long its rows are?"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import insert
from sqlalchemy.orm import Session

from tests.factories.accounts import make_account
from tests.factories.candidates import make_candidate
from tests.factories.certificates import make_certificate, make_course
from tests.factories.exceptions import make_allowlist_entry, make_invalidation
from tests.factories.governance import make_change, make_wish
from tests.fakes import NOON
from webapp.domain.roles import Role
from webapp.models.exceptions import AllowlistEntry
from webapp.models.learners import Learner
from webapp.services import audit_reading
from webapp.services.exports import desk, lists
from webapp.services.exports.sources import FIRST, MOST_CHARACTERS, PAGE, Source
from webapp.web.exports import CHARACTERS, LINES, sent

LONG = "n" * (MOST_CHARACTERS // 4)
"""Four of them make just a page."""
NUMBER = 9


def pages_of(session: Session, source: Source) -> tuple[list[int], list[Any]]:
    """Give how many rows each page had that was read, and the places of all rows."""
    sizes: list[int] = []

    def read(session: Session, after: Any, limit: int) -> Sequence[Any]:  # noqa: ANN401 - a place of any list
        page = source.read(session, after, limit)
        sizes.append(len(page))
        return page

    watched = replace(source, read=read, told=lambda _, rows: [{"place": source.place(row)} for row in rows])
    return sizes, [row["place"] for row in watched.rows(session)]


def make_notes(session: Session, number: int, notes: str) -> None:
    """Put a learner on the allowlist of so many course runs."""
    ada = make_candidate(session, "ada")
    rows = [
        {
            "learner_id": ada.id,
            "course_id": f"course-v1:Many+N{one}+1",
            "allowlisted": True,
            "notes": notes,
            "created_by": "sam",
            "created_at": NOON,
            "modified_at": NOON,
        }
        for one in range(number)
    ]
    session.execute(insert(AllowlistEntry), rows)
    session.commit()


def make_entry(session: Session, ada: Learner, one: int) -> None:
    make_allowlist_entry(session, ada, course_id=f"course-v1:Many+N{one}+1", notes=LONG)


def make_void(session: Session, ada: Learner, one: int) -> None:
    make_invalidation(session, make_certificate(session, "ada", f"course-v1:Many+N{one}+1", key=""), notes=LONG)


def make_record(session: Session, ada: Learner, one: int) -> None:
    make_course(session, f"course-v1:Many+N{one}+1", certificate={"title": LONG[:-20]})


class TestGivenRowsWithLongTexts:
    @pytest.mark.parametrize(
        ("make", "source"),
        [
            (make_entry, lists.allowlist(())),
            (make_void, lists.invalidations(())),
            (make_record, desk.courses(())),
        ],
        ids=["allowlist", "invalidations", "courses"],
    )
    def test_a_page_has_as_many_as_fit_and_each_is_told_once(
        self, session: Session, make: Callable[[Session, Learner, int], None], source: Source
    ) -> None:
        ada = make_candidate(session, "ada")
        begun = len([*source.rows(session)])
        session.commit()
        for one in range(NUMBER):
            make(session, ada, one)
        session.commit()

        sizes, places = pages_of(session, source)

        assert (max(sizes), len(places) - begun) == (4, NUMBER)
        assert places == sorted(set(places), reverse=True)

    def test_one_that_is_longer_than_a_page_is_a_page_by_itself(self, session: Session) -> None:
        make_notes(session, 2, LONG * 5)

        sizes, places = pages_of(session, lists.allowlist(()))

        assert (sizes, len(places)) == ([1, 1, 0], 2)

    @pytest.mark.any_database
    def test_they_are_sent_in_pieces(self, app: Flask, session: Session) -> None:
        make_notes(session, 3, "n" * CHARACTERS)

        with app.test_request_context():
            pieces: list[Any] = [*sent(lists.allowlist(()), "jsonl").response]

        assert (max(map(len, pieces)), "".join(pieces).count("\n")) == (CHARACTERS, 3)


class TestGivenShortRows:
    def test_pages_grow_to_a_whole_one(self, session: Session) -> None:
        make_notes(session, 2 * PAGE, "")

        sizes, places = pages_of(session, lists.allowlist(()))

        assert sizes[:4] == [FIRST, 2 * FIRST, 4 * FIRST, 8 * FIRST]
        assert (max(sizes), len(places)) == (8 * FIRST, 2 * PAGE)

    @pytest.mark.any_database
    def test_many_are_sent_together(self, app: Flask, session: Session) -> None:
        make_notes(session, LINES + 1, "")

        with app.test_request_context():
            pieces: list[Any] = [*sent(lists.allowlist(()), "jsonl").response]

        assert [piece.count("\n") for piece in pieces] == [LINES, 1]


class TestGivenWhatIsBoundedByItself:
    def test_changes_and_the_audit_are_told_once_each(self, session: Session) -> None:
        editor = make_account(session, "eva", Role.EDITOR)
        for one in range(NUMBER):
            make_course(session, f"course-v1:Many+N{one}+1")
            payload = {"self_generation_enabled": False, "use_updated": True}
            make_change(session, editor, make_wish("course", f"course-v1:Many+N{one}+1", payload))

        changes, events = (pages_of(session, source)[1] for source in (lists.changes(()), audit_reading.source_of()))

        assert (len(changes), changes) == (NUMBER, sorted(set(changes), reverse=True))
        assert events == sorted(set(events))
        assert len(events) >= NUMBER
