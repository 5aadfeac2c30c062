"""Do the platform's own clients hear the words that they know?"""

from decimal import Decimal

import pytest

from tests.fakes import NOON
from webapp.domain.certificates.facts import CourseFacts, Facts
from webapp.domain.certificates.statuses import Status
from webapp.domain.identifiers import CourseId
from webapp.domain.platform import learner_answers as learner
from webapp.domain.platform.instructor_answers import STATUSES, TASK_STATES, Shown, candidates
from webapp.domain.platform.support_answers import plus_restored
from webapp.domain.runs import Among, RunState

COURSE = CourseFacts(CourseId("course-v1:edX+Web+2026"), NOON)
BEING_MADE = {Status.GENERATING, Status.REGENERATING, Status.ERROR}


class TestGivenALearnerWhoAsks:
    @pytest.mark.parametrize("status", [None, *Status])
    @pytest.mark.parametrize(
        ("passed", "on_allowlist"), [(False, False), (True, False), (False, True)], ids=["failed", "passed", "allowed"]
    )
    def test_the_first_reason_in_the_order_of_old_is_told(
        self, status: Status | None, passed: bool, on_allowlist: bool
    ) -> None:
        known = Facts(COURSE, 1, "ada", percent=Decimal("0.5"), passed=passed, on_allowlist=on_allowlist, status=status)

        if not passed and not on_allowlist:
            expected: str | None = "Your certificate will be available when you pass the course."
        elif status is Status.DOWNLOADABLE:
            expected = "Certificate has already been created."
        else:
            expected = "Certificate is being created." if status in BEING_MADE else None
        assert learner.refusal_of(known) == expected


class TestGivenTheSupportTool:
    @pytest.mark.parametrize(
        ("sent", "meant"),
        [
            ("course-v1:a b c", "course-v1:a+b+c"),
            ("course-v1:a+b+c", "course-v1:a+b+c"),
            (" ada x@example.org ", "ada+x@example.org"),
            ("ada", "ada"),
            ("", ""),
        ],
    )
    def test_a_space_was_a_plus(self, sent: str, meant: str) -> None:
        assert plus_restored(sent) == meant


class TestGivenTheInstructorsPage:
    @pytest.mark.parametrize(
        ("statuses", "among", "words"),
        [
            ([], Among.EVERYBODY, "All learners"),
            ([], Among.ALLOWLISTED, "For exceptions"),
            ([], Among.ALLOWLISTED_NOT_GENERATED, "For exceptions"),
            (["downloadable", "error"], Among.EVERYBODY, "already received, error states"),
            (["notpassing"], Among.EVERYBODY, "didn't receive"),
            (["audit_passing", "audit_notpassing"], Among.EVERYBODY, "audit passing states, audit not passing states"),
            (["unverified", "notpassing"], Among.EVERYBODY, "didn't receive"),
            (["unverified"], Among.EVERYBODY, ""),
        ],
    )
    def test_it_hears_whom_a_run_was_for(self, statuses: list[str], among: Among, words: str) -> None:
        assert candidates(statuses, among) == words

    def test_every_state_and_every_list_is_known(self) -> None:
        assert set(TASK_STATES) == set(RunState)
        assert set(STATUSES) == set(Shown) - {Shown.EXCEPTIONS, Shown.INVALIDATED}
