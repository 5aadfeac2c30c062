"""Does judging anew take away what is not earned any more, and nothing else (decision 50)?"""

from typing import Any

import pytest

from tests.factories.candidates import FAILING, HELD_KEY, HTML, LINK, PDF, make_holder
from tests.factories.exceptions import make_invalidation
from tests.factories.orders import an_order
from tests.integration.generation.desk import Desk, steps
from webapp.domain.certificates.modes import GenerationMode
from webapp.domain.certificates.statuses import IN_FLIGHT, Status
from webapp.domain.identifiers import CourseId
from webapp.services.generation import acts

pytestmark = pytest.mark.any_database


class TestGivenAFailingGrade:
    @pytest.mark.parametrize("course_id", [HTML, PDF])
    @pytest.mark.parametrize("status", [None, *sorted(set(Status) - {Status.DELETING, Status.NOT_PASSING})])
    def test_whatever_there_is_becomes_not_passing(
        self, desk: Desk, status: Status | None, course_id: CourseId
    ) -> None:
        with desk.work() as session:
            make_holder(session, status, course_id, **FAILING)

        with desk.work() as session:
            made = acts.judge_anew(session, an_order(GenerationMode.EVENT), "ada", course_id)

        row = desk.held("ada", course_id)
        assert (made.before, made.status) == (status, Status.NOT_PASSING)
        assert (row.status, row.grade, row.verify_uuid) == (Status.NOT_PASSING, "0.42", LINK if status else "")
        assert steps(desk.moves("ada", course_id)) == [(status, Status.NOT_PASSING, "judged")]
        (told,) = desk.told()
        assert (told.action, told.details["generation_mode"]) == ("certificate.refused", "event")

    def test_a_deletion_is_awaited(self, desk: Desk) -> None:
        with desk.work() as session:
            make_holder(session, Status.DELETING, PDF, **FAILING)

        with desk.work() as session:
            made = acts.judge_anew(session, an_order(GenerationMode.EVENT), "ada", PDF)

        assert (made.status, made.changed, desk.moves("ada", PDF)) == (Status.DELETING, False, [])

    def test_whoever_is_on_the_allowlist_keeps_the_certificate(self, desk: Desk) -> None:
        with desk.work() as session:
            make_holder(session, Status.DOWNLOADABLE, on_allowlist=True, **FAILING)

        with desk.work() as session:
            made = acts.judge_anew(session, an_order(GenerationMode.EVENT), "ada", HTML)

        assert (made.status, made.changed) == (Status.DOWNLOADABLE, False)


class TestGivenAPassingGrade:
    @pytest.mark.parametrize("status", sorted(Status))
    def test_nothing_changes_and_nothing_is_made(self, desk: Desk, status: Status) -> None:
        with desk.work() as session:
            make_holder(session, status)
        before = desk.fields("ada", HTML)

        with desk.work() as session:
            made = acts.judge_anew(session, an_order(GenerationMode.EVENT), "ada", HTML)

        assert (made.decision.earned, made.status, made.changed) == (True, status, False)
        assert (desk.fields("ada", HTML), desk.moves("ada", HTML), desk.told(), desk.entries()) == (before, [], [], [])

    def test_support_reads_in_the_audit_that_it_was_judged_and_not_that_it_was_made(self, desk: Desk) -> None:
        with desk.work() as session:
            make_holder(session, Status.DOWNLOADABLE)

        with desk.work() as session:
            acts.judge_anew(session, an_order(), "ada", HTML)

        assert [told.action for told in desk.told()] == ["certificate.judged"]


class TestGivenWhatLeavesNoStatus:
    @pytest.mark.parametrize("against", [{"mode": None}, {"beta_tester": True}, {"name": ""}])
    def test_an_issued_certificate_stays(self, desk: Desk, against: dict[str, Any]) -> None:
        with desk.work() as session:
            make_holder(session, Status.DOWNLOADABLE, **against)
        before = desk.fields("ada", HTML)

        with desk.work() as session:
            made = acts.judge_anew(session, an_order(GenerationMode.EVENT), "ada", HTML)

        assert (made.decision.earned, made.changed) == (False, False)
        assert desk.fields("ada", HTML) == before


class TestGivenAJobThatIsOut:
    @pytest.mark.parametrize("status", sorted(IN_FLIGHT - {Status.DELETING}))
    def test_its_answer_is_refused_once_the_learner_fails(self, desk: Desk, status: Status) -> None:
        with desk.work() as session:
            make_holder(session, status, PDF, **FAILING)

        with desk.work() as session:
            acts.judge_anew(session, an_order(GenerationMode.EVENT), "ada", PDF)

        row = desk.held("ada", PDF)
        assert (row.status, row.key, row.submitted_at) == (Status.NOT_PASSING, HELD_KEY, None)

    def test_an_invalidation_of_it_is_stronger_than_the_grade(self, desk: Desk) -> None:
        with desk.work() as session:
            make_holder(session, Status.GENERATING, PDF, **FAILING)
        with desk.work() as session:
            make_invalidation(session, desk.held("ada", PDF))

        with desk.work() as session:
            acts.judge_anew(session, an_order(GenerationMode.EVENT), "ada", PDF)

        row = desk.held("ada", PDF)
        assert (row.status, row.grade) == (Status.UNAVAILABLE, "")
