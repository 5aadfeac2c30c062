"""What does each refusal leave: a row, a move with its reason, an audit event with the whole trace, or nothing?"""

from datetime import timedelta
from typing import Any

import pytest

from tests.factories.candidates import CCX, FAILING, HTML, LINK, PDF, make_candidate, make_holder, make_others, make_run
from tests.factories.certificates import make_certificate, make_moves
from tests.factories.exceptions import make_invalidation
from tests.factories.orders import an_order
from tests.fakes import NOON
from tests.integration.generation.desk import Desk, steps
from webapp.domain.certificates.eligibility import Purpose
from webapp.domain.certificates.modes import GenerationMode
from webapp.domain.certificates.statuses import IN_FLIGHT, Status
from webapp.domain.identifiers import CourseId
from webapp.services.generation import acts, facts

UNKNOWN = CourseId("course-v1:edX+Nobody+2026")
LEAVES: list[tuple[str, CourseId, dict[str, Any], str, Status | None, str]] = [
    ("failing", HTML, FAILING, "not_passing", Status.NOT_PASSING, "Grade 42 %: not passing."),
    ("ungraded", HTML, {"percent": None}, "not_passing", Status.NOT_PASSING, "The platform has told no grade."),
    ("no id", HTML, {"id_status": "denied"}, "id_not_verified", Status.UNVERIFIED, "ID verification: denied."),
    ("no id, failing", HTML, {"id_status": "", **FAILING}, "not_passing", Status.UNVERIFIED,
     "Grade 42 %: not passing. The platform has told of no ID verification."),
    ("audit", HTML, {"mode": "audit"}, "mode_not_eligible", Status.AUDIT_PASSING, "Enrolled as audit."),
    ("audit, failing", HTML, {"mode": "audit", **FAILING}, "not_passing", Status.AUDIT_NOT_PASSING,
     "Grade 42 %: not passing. Enrolled as audit."),
    ("restricted", HTML, {"allow_certificate": False}, "not_allowed", Status.RESTRICTED,
     "The platform restricts the learner (allow_certificate)."),
    ("allowlisted, restricted", HTML, {"on_allowlist": True, "allow_certificate": False, **FAILING}, "not_allowed",
     Status.RESTRICTED, "The platform restricts the learner (allow_certificate)."),
    ("allowlisted, no id", HTML, {"on_allowlist": True, "id_status": "", **FAILING}, "id_not_verified",
     Status.UNVERIFIED, "The platform has told of no ID verification."),
    ("queue, failing", PDF, FAILING, "not_passing", Status.NOT_PASSING, "Grade 42 %: not passing."),
    ("queue, audit", PDF, {"mode": "audit"}, "mode_not_eligible", Status.AUDIT_PASSING, "Enrolled as audit."),
    ("beta tester", HTML, {"beta_tester": True}, "beta_tester", None, ""),
    ("not enrolled", HTML, {"mode": None}, "not_enrolled", None, ""),
    ("ccx", CCX, {}, "ccx", None, ""),
    ("nameless", HTML, {"name": " "}, "no_name", None, ""),
    ("unknown course", UNKNOWN, {}, "course_unknown", None, ""),
]  # fmt: skip


@pytest.mark.parametrize(
    ("course_id", "against", "refused_by", "leaves", "reason"), [row[1:] for row in LEAVES], ids=[r[0] for r in LEAVES]
)
class TestGivenEachRefusal:
    def prepare(self, desk: Desk, course_id: str, against: dict[str, Any]) -> None:
        with desk.work() as session:
            for run in (HTML, PDF, CCX):
                make_run(session, run)
            make_others(session, of=make_candidate(session, course_id=course_id, **against))

    def test_its_row_carries_the_facts_of_the_moment(
        self,
        desk: Desk,
        course_id: CourseId,
        against: dict[str, Any],
        refused_by: str,
        leaves: Status | None,
        reason: str,
    ) -> None:
        self.prepare(desk, course_id, against)

        with desk.work() as session:
            made = acts.generate(session, an_order(GenerationMode.BATCH), "ada", course_id)

        assert (made.decision.refused_by, made.before, made.status) == (refused_by, None, leaves)
        assert made.changed is (leaves is not None)
        row = desk.certificate("ada", course_id)
        assert (row.status if row else None) is leaves
        if row:
            percent = against.get("percent", "0.87")
            assert (row.mode, row.name) == (against.get("mode", "verified"), against.get("name", "Ada Lovelace"))
            assert (row.grade, row.key, row.verify_uuid) == (percent or "", "", "")
            assert (row.issued_at, row.submitted_at) == (None, None)

    def test_its_move_says_why_and_its_audit_holds_the_whole_trace(
        self,
        desk: Desk,
        course_id: CourseId,
        against: dict[str, Any],
        refused_by: str,
        leaves: Status | None,
        reason: str,
    ) -> None:
        self.prepare(desk, course_id, against)

        with desk.work() as session:
            made = acts.generate(session, an_order(GenerationMode.BATCH, note="term's end"), "ada", course_id)

        moves, told = desk.moves("ada", course_id), desk.told()
        assert steps(moves) == ([(None, leaves, "judged")] if leaves else [])
        assert [move.reason for move in moves] == ([reason] if leaves else [])
        assert len(told) == (1 if leaves else 0)
        for event in told:
            assert (event.action, event.kind, event.key) == (
                "certificate.refused", "certificate", str(made.certificate_id)
            )  # fmt: skip
            assert (event.reason, event.details["generation_mode"]) == ("term's end", "batch")
            assert event.details["refused_by"] == refused_by
            assert event.details["trace"] == {check.code: passed for check, passed in made.decision.trace}

    @pytest.mark.any_database
    def test_nothing_leaves(
        self,
        desk: Desk,
        course_id: CourseId,
        against: dict[str, Any],
        refused_by: str,
        leaves: Status | None,
        reason: str,
    ) -> None:
        self.prepare(desk, course_id, against)

        with desk.work() as session:
            acts.generate(session, an_order(), "ada", course_id)

        assert (desk.entries(), desk.courier.asked) == ([], 0)

    @pytest.mark.any_database
    def test_judging_again_leaves_no_second_move(
        self,
        desk: Desk,
        course_id: CourseId,
        against: dict[str, Any],
        refused_by: str,
        leaves: Status | None,
        reason: str,
    ) -> None:
        self.prepare(desk, course_id, against)
        with desk.work() as session:
            acts.generate(session, an_order(GenerationMode.BATCH), "ada", course_id)
        moves, told = len(desk.moves("ada", course_id)), len(desk.told())

        with desk.work() as session:
            made = acts.generate(
                session, an_order(GenerationMode.BATCH, now=NOON + timedelta(days=1)), "ada", course_id
            )

        assert (made.before, made.status, made.changed) == (leaves, leaves, False)
        assert (len(desk.moves("ada", course_id)), len(desk.told())) == (moves, told)

    @pytest.mark.any_database
    def test_foreseeing_says_the_same_and_writes_nothing(
        self,
        desk: Desk,
        course_id: CourseId,
        against: dict[str, Any],
        refused_by: str,
        leaves: Status | None,
        reason: str,
    ) -> None:
        self.prepare(desk, course_id, against)
        with desk.look() as session:
            ada = facts.find_learner_id(session, "ada")

        with desk.work() as session:
            (foreseen,) = acts.foresee(session, an_order(), course_id, [ada], Purpose.GENERATE)

        assert (foreseen.decision.refused_by, foreseen.before, foreseen.status) == (refused_by, None, leaves)
        assert (desk.certificate("ada", course_id), desk.told(), desk.entries()) == (None, [], [])


class TestGivenARefusalThatStands:
    def test_a_new_grade_is_taken_over_without_a_move(self, desk: Desk) -> None:
        with desk.work() as session:
            make_run(session)
            make_candidate(session, **FAILING)
            make_certificate(session, course_id=HTML, status=Status.NOT_PASSING, key="", grade="0.1", mode="verified")

        with desk.work() as session:
            made = acts.generate(session, an_order(GenerationMode.BATCH), "ada", HTML)

        assert (made.changed, desk.held("ada", HTML).grade) == (True, "0.42")
        assert desk.moves("ada", HTML) == []
        assert [told.action for told in desk.told()] == ["certificate.refused"]


class TestGivenACertificateThatStands:
    @pytest.mark.parametrize("status", [Status.DOWNLOADABLE, *sorted(IN_FLIGHT)])
    @pytest.mark.parametrize("course_id", [HTML, PDF])
    def test_generating_never_takes_it_away(self, desk: Desk, course_id: CourseId, status: Status) -> None:
        with desk.work() as session:
            make_run(session, course_id)
            make_candidate(session, course_id=course_id, id_status="denied", mode="audit", **FAILING)
            make_certificate(session, course_id=course_id, status=status, grade="0.9", verify_uuid="5" * 32)
        before = desk.fields("ada", course_id)

        with desk.work() as session:
            made = acts.generate(session, an_order(), "ada", course_id)

        assert made.decision.earned is False
        assert (desk.fields("ada", course_id), desk.moves("ada", course_id)) == (before, [])

    def test_an_invalidated_one_is_brought_to_unavailable(self, desk: Desk) -> None:
        with desk.work() as session:
            make_run(session)
            make_candidate(session)
            held = make_certificate(
                session, course_id=HTML, status=Status.DOWNLOADABLE, grade="0.9", verify_uuid="5" * 32
            )
            make_invalidation(session, held)

        with desk.work() as session:
            acts.generate(session, an_order(), "ada", HTML)

        row = desk.held("ada", HTML)
        assert (row.status, row.grade, row.verify_uuid) == (Status.UNAVAILABLE, "", "5" * 32)
        assert desk.moves("ada", HTML)[0].reason.startswith("Invalidated by sam.")


class TestGivenOneThatCouldNotBeMadeAnew:
    def prepare(self, desk: Desk, *before: Status, invalidated: bool = False) -> None:
        with desk.work() as session:
            make_holder(session, Status.ERROR, PDF, invalidated=invalidated, **FAILING)
        with desk.work() as session:
            make_moves(session, desk.held("ada", PDF), *before, Status.REGENERATING, Status.ERROR)

    def page(self, desk: Desk) -> int:
        return desk.app.test_client().get(f"/certificates/{LINK}").status_code

    @pytest.mark.parametrize("how", ["asked for", "generated", "regenerated"])
    def test_a_refusal_leaves_the_one_that_was_issued(self, desk: Desk, how: str) -> None:
        self.prepare(desk, Status.DOWNLOADABLE)
        before, moves = desk.fields("ada", PDF), len(desk.moves("ada", PDF))

        with desk.work() as session:
            match how:
                case "asked for":
                    status = acts.request(session, an_order(GenerationMode.SELF), "ada", PDF)
                case "generated":
                    status = acts.generate(session, an_order(), "ada", PDF).status
                case _:
                    status = acts.regenerate(session, an_order(), "ada", PDF).status

        assert (status, desk.fields("ada", PDF)) == (Status.ERROR, before)
        assert (len(desk.moves("ada", PDF)), self.page(desk)) == (moves, 200)

    def test_of_many_only_those_that_were_issued_stay(self, desk: Desk) -> None:
        self.prepare(desk, Status.DOWNLOADABLE)
        with desk.work() as session:
            for number, before in enumerate((Status.NOT_PASSING, Status.DELETED)):
                make_candidate(session, f"learner{number}", PDF, **FAILING)
                held = make_certificate(session, f"learner{number}", PDF, status=Status.ERROR, key=f"{number:032x}")
                make_moves(session, held, Status.DOWNLOADABLE, before, Status.GENERATING, Status.ERROR)
            learners = [facts.find_learner_id(session, name) for name in ("ada", "learner0", "learner1")]

        with desk.work() as session:
            made = acts.generate_many(session, an_order(GenerationMode.BATCH), PDF, learners)

        assert [one.status for one in made] == [Status.ERROR, Status.NOT_PASSING, Status.NOT_PASSING]

    @pytest.mark.parametrize("before", [Status.NOT_PASSING, Status.DELETED, Status.DELETING])
    def test_what_was_not_valid_before_takes_the_status(self, desk: Desk, before: Status) -> None:
        self.prepare(desk, Status.DOWNLOADABLE, before)

        with desk.work() as session:
            made = acts.generate(session, an_order(), "ada", PDF)

        assert (made.status, self.page(desk)) == (Status.NOT_PASSING, 410)

    def test_an_invalidated_one_is_brought_to_unavailable(self, desk: Desk) -> None:
        self.prepare(desk, Status.DOWNLOADABLE, invalidated=True)

        with desk.work() as session:
            made = acts.generate(session, an_order(), "ada", PDF)

        assert (made.status, self.page(desk)) == (Status.UNAVAILABLE, 410)

    def test_a_learner_who_is_judged_anew_loses_it(self, desk: Desk) -> None:
        self.prepare(desk, Status.DOWNLOADABLE)

        with desk.work() as session:
            made = acts.judge_anew(session, an_order(GenerationMode.EVENT), "ada", PDF)

        assert (made.status, self.page(desk)) == (Status.NOT_PASSING, 410)
