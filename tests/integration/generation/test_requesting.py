"""What does a learner's own request answer from every status there is (decision 17)?"""

from typing import Any

import pytest

from tests.factories.candidates import FAILING, HTML, PDF, make_candidate, make_run
from tests.factories.certificates import make_certificate
from tests.factories.orders import an_order
from tests.integration.generation.desk import Desk
from webapp.domain.certificates.modes import GenerationMode
from webapp.domain.certificates.statuses import Status
from webapp.domain.identifiers import CourseId
from webapp.errors import UnknownLearner
from webapp.services.generation import acts
from webapp.services.messages.outbox import Channel

pytestmark = pytest.mark.any_database

JUDGED = {None, Status.UNAVAILABLE, Status.NOT_PASSING, Status.ERROR}
KINDS: dict[str, tuple[CourseId, dict[str, Any], Status | None]] = {
    "html": (HTML, {}, Status.DOWNLOADABLE),
    "pdf": (PDF, {}, Status.GENERATING),
    "failing": (HTML, FAILING, Status.NOT_PASSING),
    "audit": (HTML, {"mode": "audit"}, Status.AUDIT_PASSING),
    "no id": (HTML, {"id_status": ""}, Status.UNVERIFIED),
    "restricted": (HTML, {"allow_certificate": False}, Status.RESTRICTED),
}
PASSED_OVER: dict[str, dict[str, Any]] = {"beta tester": {"beta_tester": True}, "not enrolled": {"mode": None}}


class TestGivenEveryStatus:
    @pytest.mark.parametrize("kind", KINDS)
    @pytest.mark.parametrize("status", [None, *Status])
    def test_three_are_judged_anew_and_the_others_echoed(self, desk: Desk, status: Status | None, kind: str) -> None:
        course_id, candidate, becomes = KINDS[kind]
        with desk.work() as session:
            make_run(session, course_id)
            make_candidate(session, course_id=course_id, **candidate)
            if status is not None:
                make_certificate(session, course_id=course_id, status=status)

        with desk.work() as session:
            answer = acts.request(session, an_order(GenerationMode.SELF), "ada", course_id)

        assert answer == (becomes if status in JUDGED else status)
        assert desk.held("ada", course_id).status is answer
        assert len(desk.moves("ada", course_id)) == (status in JUDGED and status is not becomes)
        assert len(desk.entries(Channel.XQUEUE)) == (status in JUDGED and becomes is Status.GENERATING)


class TestGivenALearnerWhoIsPassedOver:
    @pytest.mark.parametrize("kind", PASSED_OVER)
    @pytest.mark.parametrize("status", [None, Status.UNAVAILABLE, Status.ERROR])
    def test_the_answer_is_what_there_is(self, desk: Desk, status: Status | None, kind: str) -> None:
        with desk.work() as session:
            make_run(session)
            make_candidate(session, **PASSED_OVER[kind])
            if status is not None:
                make_certificate(session, course_id=HTML, status=status)

        with desk.work() as session:
            answer = acts.request(session, an_order(GenerationMode.SELF), "ada", HTML)

        assert answer is status
        assert desk.told() == []


class TestGivenAnIssuedRequest:
    def test_move_and_audit_say_that_the_learner_asked(self, desk: Desk) -> None:
        with desk.work() as session:
            make_run(session)
            make_candidate(session)

        with desk.work() as session:
            acts.request(session, an_order(GenerationMode.SELF), "ada", HTML)

        assert [move.cause for move in desk.moves("ada", HTML)] == ["requested"]
        assert [told.details["generation_mode"] for told in desk.told()] == ["self"]


class TestGivenNobodyOfThatName:
    def test_it_is_refused(self, desk: Desk) -> None:
        with pytest.raises(UnknownLearner), desk.work() as session:
            acts.request(session, an_order(GenerationMode.SELF), "ada", HTML)
