"""Which status does each refusal leave behind, and is an issued certificate left alone (domain note §3.4-3.6)?"""

from decimal import Decimal
from itertools import combinations
from typing import Any

import pytest

from tests.factories.facts import facts, facts_under, speak_together
from webapp.domain.certificates.eligibility import Path, Purpose, decide
from webapp.domain.certificates.refusals import grade_left_by, status_left_by
from webapp.domain.certificates.statuses import Status
from webapp.domain.certificates.transitions import ADDABLE, REFUSED
from webapp.domain.certificates.visibility import IN_THE_MAKING

FIRST: list[tuple[str, str | None]] = [
    ("course_unknown", None),
    ("ccx", None),
    ("beta_tester", None),
    ("not_enrolled", None),
]
LEFT: dict[Path, list[tuple[str, str | None]]] = {
    Path.ALLOWLIST: [
        ("course_unknown", None),
        ("not_enrolled", None),
        ("invalidated", "unavailable"),
        ("mode_not_eligible", "audit_passing"),
        ("no_delivery", None),
        ("id_not_verified", "unverified"),
        ("not_allowed", "restricted"),
        ("no_name", None),
        ("closed_status", None),
    ],
    Path.REGULAR: [
        *FIRST,
        ("invalidated", "unavailable"),
        ("mode_not_eligible", "audit_passing"),
        ("id_not_verified", "unverified"),
        ("not_passing", "notpassing"),
        ("not_allowed", "restricted"),
        ("no_name", None),
        ("closed_status", None),
    ],
    Path.QUEUE: [
        *FIRST,
        ("closed_status", None),
        ("invalidated", "unavailable"),
        ("mode_not_eligible", "audit_passing"),
        ("not_passing", "notpassing"),
        ("not_allowed", "restricted"),
        ("id_not_verified", "unverified"),
        ("no_delivery", None),
        ("no_name", None),
    ],
}
ALONE = [(path, code, left) for path, rows in LEFT.items() for code, left in rows]
PAIRS = [
    (path, first, second, left)
    for path, rows in LEFT.items()
    for (first, left), (second, other) in combinations(rows, 2)
    if speak_together(first, second) and (left or other) and {first, second} != {"mode_not_eligible", "not_passing"}
]
T_ROWS = [(path, code, left) for path, code, left in ALONE if left]


class TestGivenARefusal:
    @pytest.mark.parametrize(("path", "code", "left"), ALONE)
    def test_each_check_leaves_its_status(self, path: Path, code: str, left: str | None) -> None:
        decision = decide(facts_under(path, code))

        assert status_left_by(decision) == left

    @pytest.mark.parametrize(("path", "first", "second", "left"), PAIRS)
    def test_of_two_the_first_says_what_is_left(self, path: Path, first: str, second: str, left: str | None) -> None:
        decision = decide(facts_under(path, first, second))

        assert status_left_by(decision) == left

    @pytest.mark.parametrize("path", Path)
    def test_nothing_is_left_where_the_certificate_is_earned(self, path: Path) -> None:
        decision = decide(facts_under(path))

        assert status_left_by(decision) is None

    @pytest.mark.parametrize(
        ("path", "changes", "left"),
        [
            (Path.REGULAR, {"passed": False}, "audit_notpassing"),
            (Path.REGULAR, {"passed": False, "forced_label": "B"}, "audit_passing"),
            (Path.QUEUE, {"passed": False}, "audit_notpassing"),
            (Path.ALLOWLIST, {"passed": False}, "audit_passing"),
            *((path, {"id_status": "", "modes": (("audit", True),)}, "audit_passing") for path in Path),
        ],
    )
    def test_audit_learners_leave_whether_they_pass(self, path: Path, changes: dict[str, Any], left: str) -> None:
        decision = decide(facts_under(path, "mode_not_eligible", **changes))

        assert status_left_by(decision) == left

    @pytest.mark.parametrize(("path", "code", "left"), T_ROWS)
    def test_a_row_that_is_there_takes_the_status_too(self, path: Path, code: str, left: str) -> None:
        decisions = [decide(facts_under(path, code, status=status)) for status in sorted(ADDABLE)]

        assert {status_left_by(decision) for decision in decisions} == {left}


class TestGivenAnIssuedCertificate:
    @pytest.mark.parametrize("purpose", [Purpose.GENERATE, Purpose.REGENERATE])
    @pytest.mark.parametrize(("path", "code", "left"), T_ROWS)
    def test_only_an_invalidation_takes_it(self, path: Path, code: str, left: str, purpose: Purpose) -> None:
        decision = decide(facts_under(path, code, status=Status.DOWNLOADABLE), purpose)

        assert status_left_by(decision) == (left if code == "invalidated" else None)

    @pytest.mark.parametrize(("path", "code", "left"), ALONE)
    def test_judging_anew_takes_it_with_the_status_of_the_refusal(
        self, path: Path, code: str, left: str | None
    ) -> None:
        decision = decide(facts_under(path, code, status=Status.DOWNLOADABLE), Purpose.JUDGE_ANEW)

        assert status_left_by(decision) == left

    @pytest.mark.parametrize("path", Path)
    def test_judging_anew_leaves_it_where_it_is_earned(self, path: Path) -> None:
        decision = decide(facts_under(path, status=Status.DOWNLOADABLE), Purpose.JUDGE_ANEW)

        assert status_left_by(decision) is None

    @pytest.mark.parametrize("beside", ["no_delivery", "no_name"])
    def test_judging_anew_takes_it_where_it_could_not_be_made_again(self, beside: str) -> None:
        learner = facts_under(Path.QUEUE, "not_passing", beside, status=Status.DOWNLOADABLE)

        decision = decide(learner, Purpose.JUDGE_ANEW)

        assert status_left_by(decision) is Status.NOT_PASSING


class TestGivenOneThatCouldNotBeMadeAnew:
    @pytest.mark.parametrize("purpose", [Purpose.GENERATE, Purpose.REGENERATE])
    @pytest.mark.parametrize(("path", "code", "left"), T_ROWS)
    def test_only_an_invalidation_takes_it(self, path: Path, code: str, left: str, purpose: Purpose) -> None:
        learner = facts_under(path, code, status=Status.ERROR, came_from=Status.DOWNLOADABLE)

        decision = decide(learner, purpose)

        assert status_left_by(decision) == (left if code == "invalidated" else None)

    @pytest.mark.parametrize(("path", "code", "left"), T_ROWS)
    def test_judging_anew_takes_it_with_the_status_of_the_refusal(self, path: Path, code: str, left: str) -> None:
        learner = facts_under(path, code, status=Status.ERROR, came_from=Status.DOWNLOADABLE)

        decision = decide(learner, Purpose.JUDGE_ANEW)

        assert status_left_by(decision) == left

    @pytest.mark.parametrize("came_from", [None, *sorted(set(Status) - {Status.DOWNLOADABLE} - IN_THE_MAKING)])
    def test_what_was_not_issued_before_takes_the_status(self, came_from: Status | None) -> None:
        decision = decide(facts_under(Path.QUEUE, "not_passing", status=Status.ERROR, came_from=came_from))

        assert status_left_by(decision) is Status.NOT_PASSING


class TestGivenAJobWithTheQueue:
    @pytest.mark.parametrize("purpose", [Purpose.GENERATE, Purpose.REGENERATE])
    @pytest.mark.parametrize("code", ["not_passing", "invalidated", "mode_not_eligible"])
    @pytest.mark.parametrize("status", [Status.GENERATING, Status.REGENERATING, Status.DELETING])
    def test_its_answer_is_awaited(self, status: Status, code: str, purpose: Purpose) -> None:
        decision = decide(facts_under(Path.QUEUE, code, status=status), purpose)

        assert not decision.earned
        assert status_left_by(decision) is None

    @pytest.mark.parametrize(
        ("status", "left"),
        [(Status.GENERATING, "notpassing"), (Status.REGENERATING, "notpassing"), (Status.DELETING, None)],
    )
    def test_judging_anew_does_not_wait_but_for_a_deletion(self, status: Status, left: str | None) -> None:
        decision = decide(facts_under(Path.QUEUE, "not_passing", status=status), Purpose.JUDGE_ANEW)

        assert status_left_by(decision) == left


class TestGivenAStatusOfTheOldPlatformAlone:
    @pytest.mark.parametrize(
        ("path", "purpose", "left"),
        [
            (Path.REGULAR, Purpose.GENERATE, "notpassing"),
            (Path.REGULAR, Purpose.REGENERATE, "notpassing"),
            (Path.QUEUE, Purpose.GENERATE, None),
            (Path.QUEUE, Purpose.REGENERATE, "notpassing"),
            (Path.QUEUE, Purpose.JUDGE_ANEW, "notpassing"),
        ],
    )
    def test_the_older_rules_end_there(self, path: Path, purpose: Purpose, left: str | None) -> None:
        decision = decide(facts_under(path, "closed_status", "not_passing"), purpose)

        assert status_left_by(decision) == left


class TestGivenTheStatusThatIsLeft:
    @pytest.mark.parametrize("status", sorted(REFUSED - {Status.UNAVAILABLE}))
    def test_it_carries_the_grade_of_the_moment(self, status: Status) -> None:
        grade = grade_left_by(status, facts(percent=Decimal("0.4567")))

        assert grade == "0.456"

    def test_an_invalidated_one_carries_none(self) -> None:
        grade = grade_left_by(Status.UNAVAILABLE, facts(percent=Decimal("0.87")))

        assert grade == ""

    def test_a_grade_that_nobody_told_is_none(self) -> None:
        grade = grade_left_by(Status.NOT_PASSING, facts(percent=None))

        assert grade == ""
