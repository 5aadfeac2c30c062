"""Does each act do what its preview says?"""

from typing import Any

import pytest
from sqlalchemy.orm import Session

from tests.factories.candidates import FAILING, PDF, make_holder
from tests.factories.certificates import make_moves
from tests.integration.generation.desk import Desk
from tests.integration.learners.pages import ADDRESS, NOTE, PDF_ADDRESS, SupportPage
from tests.integration.learners.rows import everything, held, status_of
from webapp import clock
from webapp.domain.certificates.statuses import Status
from webapp.domain.identifiers import CourseId
from webapp.domain.support.foresight import Act, Foreseen, foresee
from webapp.services.certificates.explanation import explain
from webapp.services.messages.outbox import Channel

pytestmark = pytest.mark.any_database

ISSUED, PAPER = Status.DOWNLOADABLE, {"course_id": PDF}
CASES: tuple[tuple[Act, dict[str, Any]], ...] = (
    (Act.GENERATE, {"status": None}),
    (Act.GENERATE, {"status": None, **FAILING}),
    (Act.GENERATE, {"status": None, **PAPER}),
    (Act.GENERATE, {"status": None, "mode": "audit"}),
    (Act.REGENERATE, {"status": ISSUED}),
    (Act.REGENERATE, {"status": ISSUED, **PAPER}),
    (Act.REGENERATE, {"status": ISSUED, **FAILING}),
    (Act.REGENERATE, {"status": Status.UNAVAILABLE, "invalidated": True}),
    (Act.DELETE, {"status": ISSUED}),
    (Act.ALLOW, {"status": Status.NOT_PASSING, **FAILING}),
    (Act.DISALLOW, {"status": ISSUED, "on_allowlist": True, **FAILING}),
    (Act.DISALLOW, {"status": ISSUED, "on_allowlist": True}),
    (Act.INVALIDATE, {"status": ISSUED}),
    (Act.END_INVALIDATION, {"status": Status.UNAVAILABLE, "invalidated": True}),
)


def look(desk: Desk, course_id: str, act: Act) -> Foreseen:
    with desk.look() as session:
        known = explain(session, "ada", CourseId(course_id), now=clock.now(), queue_configured=True)
        return foresee(known.facts, act, valid=known.valid)


def make_failed_remake(session: Session, *, passed: bool) -> None:
    make_holder(session, Status.ERROR, PDF, passed=passed)
    session.commit()
    certificate = held(session)
    assert certificate is not None
    make_moves(session, certificate, ISSUED, Status.REGENERATING, Status.ERROR)
    session.commit()


def told(desk: Desk) -> set[str]:
    return {entry.payload["name"].rpartition(".")[2] for entry in desk.entries(Channel.TRACKING)}


class TestGivenAnAct:
    @pytest.mark.parametrize(("act", "named"), CASES)
    def test_it_does_what_was_foreseen(
        self, desk: Desk, support: SupportPage, session: Session, act: Act, named: dict[str, Any]
    ) -> None:
        make_holder(session, **named)
        session.commit()
        desk.sets(delay_seconds=0)
        address = PDF_ADDRESS if named.get("course_id") == PDF else ADDRESS
        seen = look(desk, named.get("course_id", address.rpartition("/")[2]), act)

        support.press(act, address, note=NOTE)
        for _ in desk.entries(Channel.GENERATION):
            desk.send()

        waits = {Channel(entry.channel) for entry in desk.entries()}
        assert status_of(session) is seen.after
        assert (Channel.XQUEUE in waits) is seen.queued
        assert ("created" in told(desk)) is seen.told_created
        assert ("revoked" in told(desk)) is seen.lost

    @pytest.mark.parametrize(
        ("act", "passed", "lost"),
        [
            (Act.GENERATE, True, False),
            (Act.GENERATE, False, False),
            (Act.REGENERATE, True, False),
            (Act.REGENERATE, False, False),
            (Act.DELETE, True, True),
            (Act.INVALIDATE, True, True),
        ],
    )
    def test_one_that_could_not_be_made_anew_is_lost_where_it_was_foreseen(
        self, desk: Desk, support: SupportPage, session: Session, act: Act, passed: bool, lost: bool
    ) -> None:
        make_failed_remake(session, passed=passed)
        seen = look(desk, PDF, act)

        support.press(act, PDF_ADDRESS, note=NOTE)

        assert (seen.lost, "revoked" in told(desk)) == (lost, lost)
        assert (status_of(session), seen.valid_after) == (seen.after, not lost)


class TestGivenThePage:
    def test_it_says_what_each_act_would_do_and_does_nothing(self, support: SupportPage, session: Session) -> None:
        make_holder(session, status=Status.NOT_PASSING, **FAILING)
        session.commit()
        before = everything(session)

        page = support.text()

        assert "Status Stays “Not passing”." in page
        assert "fails: the grade is not a passing one." in page
        assert "Status “Not passing” becomes “Issued” a moment later." in page
        assert everything(session) == before

    def test_one_that_could_not_be_made_anew_stays_whoever_is_refused(
        self, support: SupportPage, session: Session
    ) -> None:
        make_failed_remake(session, passed=False)

        page = support.text(PDF_ADDRESS)

        assert page.count("and the certificate stays as it is, because the grade is not a passing one.") == 2
        assert "the refusal is written down" not in page
        assert page.count("Status Stays “Error”.") == 3  # another day moves nothing, too

    def test_one_that_could_not_be_made_anew_is_valid_while_it_is_asked_for_again(
        self, support: SupportPage, session: Session
    ) -> None:
        make_failed_remake(session, passed=True)

        page = support.text(PDF_ADDRESS)

        assert (
            page.count("The same one goes on to show it, while XQueue makes it anew.") == 3
        )  # Generate, Regenerate, allowlist
        assert "Comes with XQueue’s answer." not in page

    def test_an_invalidated_one_is_foreseen_with_and_without_the_tick(
        self, support: SupportPage, session: Session
    ) -> None:
        make_holder(session, status=Status.UNAVAILABLE, invalidated=True)
        session.commit()

        page = support.text()

        assert "With “End the invalidation first” Status “Unavailable” becomes “Issued”." in page
        assert "Without it Status Stays “Unavailable”." in page
