"""What does each check say that it saw, and what does it advise?"""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.factories.facts import AGAINST, NOW, RULES, facts, facts_under
from webapp.domain.certificates.eligibility import CHECKS, Path, decide
from webapp.domain.certificates.facts import Facts
from webapp.domain.certificates.statuses import Status

WITH_HONOR = (("honor", False), ("verified", True))
NO_PHOTO = {"id_status": "denied"}


def said_by(code: str, learner: Facts) -> str:
    """What the check says of the learner."""
    return next(check.fact(learner) for check, _ in decide(learner).trace if check.code == code)


class TestGivenALearnerUnderTheOlderRules:
    @pytest.mark.parametrize(
        ("code", "changes", "words"),
        [
            ("course_unknown", {}, "Demonstration Course"),
            ("course_unknown", {"known": False}, "The platform has told nothing of this course run."),
            ("ccx", {}, "It is a course run of its own."),
            ("ccx", {"ccx": True}, "A CCX copies another run."),
            ("beta_tester", {}, "No beta tester of this course run."),
            ("beta_tester", {"beta_tester": True}, "Tests this course run."),
            ("not_passing", {}, "Grade 87 %, B: passing."),
            ("not_passing", {"percent": Decimal("0.8700")}, "Grade 87 %, B: passing."),
            ("not_passing", {"percent": Decimal("1.0000"), "letter": ""}, "Grade 100 %: passing."),
            ("not_passing", {"percent": Decimal("0.5999"), "passed": False}, "Grade 59.99 %, B: not passing."),
            ("not_passing", {"percent": Decimal("0.0000"), "passed": False}, "Grade 0 %, B: not passing."),
            ("not_passing", {"percent": Decimal("0.42"), "letter": "", "passed": False}, "Grade 42 %: not passing."),
            ("not_passing", {"percent": None}, "The platform has told no grade."),
            ("not_passing", {"forced_label": "A"}, "Staff gave the grade A."),
            ("not_passing", {"forced_label": "<b></b>"}, "Grade 87 %, B: passing."),
            ("invalidated", {}, "No invalidation is active."),
            ("invalidated", {"invalidated": True, "invalidated_by": "sam"}, "Invalidated by sam."),
            ("not_enrolled", {}, "Enrolled as verified."),
            ("not_enrolled", {"active": False}, "Enrolled as verified, no longer active."),
            ("not_enrolled", {"mode": None}, "No enrollment is known."),
            ("mode_not_eligible", {"mode": "audit"}, "Enrolled as audit."),
            ("id_not_verified", {}, "ID verification: approved."),
            ("id_not_verified", {"mode": "honor"}, "The mode honor asks for no ID verification."),
            ("id_not_verified", {"mode": None, "id_status": ""}, "The platform has told of no ID verification."),
            ("id_not_verified", {"id_status": ""}, "The platform has told of no ID verification."),
            ("id_not_verified", {"id_expires_at": NOW - timedelta(days=1)}, "The ID verification has expired."),
            ("id_not_verified", NO_PHOTO, "ID verification: denied."),
            (
                "id_not_verified",
                NO_PHOTO | {"modes": WITH_HONOR},
                "ID verification: denied. An honor certificate is made instead.",
            ),
            (
                "id_not_verified",
                NO_PHOTO | {"template": "gold.pdf"},
                "ID verification: denied. A template was named.",
            ),
            ("already_issued", {}, "There is no certificate yet."),
            ("already_issued", {"status": Status.DOWNLOADABLE}, "The certificate's status is Issued."),
            ("in_flight", {"status": Status.REGENERATING}, "The certificate's status is Regenerating."),
            ("closed_status", {"status": Status.REQUESTING}, "The certificate's status is Requesting."),
            ("no_delivery", {}, "The course issues PDFs; a queue is configured."),
            ("no_delivery", {"queue_configured": False}, "The course issues PDFs; no queue is configured."),
            ("no_delivery", {"html": True, "updated_rules": False}, "The course issues web certificates."),
            ("no_name", {}, "The learner's profile has a name."),
            ("no_name", {"name": " \n"}, "The learner's profile is missing or has no name."),
            ("not_allowed", {}, "Nothing restricts the learner."),
            ("not_allowed", {"allowed": False}, "The platform restricts the learner (allow_certificate)."),
        ],
    )
    def test_each_check_says_what_it_saw(self, code: str, changes: dict[str, Any], words: str) -> None:
        learner = facts(**RULES[Path.QUEUE] | changes)

        fact = said_by(code, learner)

        assert fact == words


class TestGivenTheOtherRules:
    @pytest.mark.parametrize("path", [Path.ALLOWLIST, Path.REGULAR])
    def test_no_honor_certificate_is_promised(self, path: Path) -> None:
        learner = facts_under(path, "id_not_verified", modes=WITH_HONOR)

        fact = said_by("id_not_verified", learner)

        assert fact == "ID verification: denied."


class TestGivenEachCheck:
    def test_they_are_all_known_by_their_codes(self) -> None:
        codes = {check.code for checks in CHECKS.values() for check in checks}

        assert codes == AGAINST.keys()

    @pytest.mark.parametrize("checks", CHECKS.values(), ids=["-".join(key) for key in CHECKS])
    def test_no_two_of_a_table_share_a_code_or_a_title(self, checks: tuple[Any, ...]) -> None:
        codes, titles = {check.code for check in checks}, {check.title for check in checks}

        assert len(codes) == len(titles) == len(checks)

    @pytest.mark.parametrize("path", Path)
    def test_it_says_what_is_true_what_can_be_done_and_by_whom(self, path: Path) -> None:
        trace = decide(facts_under(path)).trace

        assert all(check.title[0].isupper() and not check.title.endswith(".") for check, _ in trace)
        assert all(check.advice[0].isupper() and check.advice.endswith(".") for check, _ in trace)
        assert all(check.who for check, _ in trace)

    def test_a_pdf_course_without_a_queue_is_told_so(self) -> None:
        trace = decide(facts_under(Path.QUEUE, "no_delivery")).trace

        advice = [check.advice for check, passed in trace if not passed]

        assert advice == [
            "No queue configured: set CERTDESK_XQUEUE_URL, or switch the course to web certificates.",
        ]
