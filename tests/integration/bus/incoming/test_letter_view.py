"""What can support do about a dead letter, and who is kept from it?"""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import events
from tests.factories.accounts import PASSWORD, make_account
from tests.factories.events import COURSE, GRADE
from tests.factories.letters import make_letter
from tests.integration.bus.incoming.follower import Follower
from tests.visitors import Visitor
from webapp.domain.bus.letters import Closing, Why
from webapp.domain.roles import Role
from webapp.models.audit import AuditEvent
from webapp.models.bus import DeadLetter

pytestmark = pytest.mark.any_database
LIST = "/admin/dead-letters/"


def signed_in(app: Flask, session: Session, *roles: Role) -> Visitor:
    make_account(session, "sam", *roles)
    session.commit()
    visitor = Visitor(app)
    visitor.sign_in("sam", PASSWORD)
    return visitor


def letter_of(session: Session, **more: Any) -> int:  # noqa: ANN401 - columns of any type
    letter = make_letter(session, **more)
    session.commit()
    return letter.id


def told(visitor: Visitor, number: int, act: str, **form: str) -> str:
    """Do something about a letter, and give the page that follows."""
    visitor.post(f"{LIST}{number}/{act}", form)
    return visitor.get(f"{LIST}details/?id={number}")


def stands(session: Session, number: int) -> DeadLetter:
    session.rollback()
    session.expire_all()
    letter = session.get(DeadLetter, number)
    assert letter is not None
    return letter


def audited(session: Session) -> list[tuple[str, str]]:
    session.rollback()
    query = select(AuditEvent.action, AuditEvent.reason).where(AuditEvent.kind == "dead_letter")
    return [(action, reason) for action, reason in session.execute(query.order_by(AuditEvent.seq))]


class TestGivenADeadLetter:
    def test_support_sees_what_came_and_how_the_taking_stands(
        self, follower: Follower, app: Flask, session: Session
    ) -> None:
        number = letter_of(session)
        visitor = signed_in(app, session, Role.SUPPORT)

        listed, shown = visitor.get(LIST), visitor.get(f"{LIST}details/?id={number}")

        assert "IntegrityError: poison" in listed
        assert "No events have been taken yet." in listed
        assert "Ada Lovelace" in shown
        assert "ce_type: org.openedx.learning.course.enrollment.created.v1" in shown

    def test_support_has_it_tried_again_once_its_cause_is_mended(
        self, follower: Follower, app: Flask, session: Session
    ) -> None:
        number = letter_of(session)
        visitor = signed_in(app, session, Role.SUPPORT)

        answer = told(visitor, number, "retry")

        letter = stands(session, number)
        assert "The event was applied." in answer
        assert (letter.closing, letter.closed_by, letter.tries) == (Closing.APPLIED, "sam", 4)
        assert (letter.told, letter.value, letter.key) == (None, None, None)
        assert follower.state()["enrollments"] == {("ada", COURSE): ("honor", True)}
        assert audited(session) == [("event.tried_again", "")]

    def test_what_still_stands_against_it_is_said(self, follower: Follower, app: Flask, session: Session) -> None:
        waiting = letter_of(session, why=Why.WAITING, event_type=GRADE, told=events.grade(), waits_for=7)
        unreadable = letter_of(session, why=Why.UNREADABLE, told=None, value=b"\xff", event_type=GRADE)
        visitor = signed_in(app, session, Role.SUPPORT)

        answers = [told(visitor, number, "retry") for number in (waiting, unreadable)]

        assert "Not applied: no learner has the number 7 yet" in answers[0]
        assert "Not applied: the value is not UTF-8" in answers[1]
        assert [stands(session, number).closing for number in (waiting, unreadable)] == [None, None]

    def test_support_discards_it_with_a_note_and_what_it_said_is_gone(
        self, follower: Follower, app: Flask, session: Session
    ) -> None:
        number = letter_of(session)
        visitor = signed_in(app, session, Role.SUPPORT)

        refused = told(visitor, number, "discard", note=" ")
        visitor.post(f"{LIST}{number}/discard", {"note": "A test of the platform's"})

        letter = stands(session, number)
        assert "Say in a note why the event is not needed." in refused
        assert (letter.closing, letter.note, letter.told) == (Closing.DISCARDED, "A test of the platform's", None)
        assert audited(session) == [("event.discarded", "A test of the platform's")]

    def test_what_was_dealt_with_stays_so(self, follower: Follower, app: Flask, session: Session) -> None:
        number = letter_of(session)
        visitor = signed_in(app, session, Role.SUPPORT)
        visitor.post(f"{LIST}{number}/discard", {"note": "Not needed"})

        again = told(visitor, number, "retry")
        once_more = told(visitor, number, "discard", note="Really")

        assert "sam has dealt with it already." in again
        assert "sam has dealt with this event already." in once_more

    def test_a_viewer_looks_and_does_nothing(self, follower: Follower, app: Flask, session: Session) -> None:
        number = letter_of(session)
        visitor = signed_in(app, session, Role.VIEWER)

        shown = visitor.get(f"{LIST}details/?id={number}")

        assert "This needs the role support." in shown
        assert [visitor.post(f"{LIST}{number}/{act}").status_code for act in ("retry", "discard")] == [403, 403]
        assert stands(session, number).closing is None
