"""What follows from the bare facts: an identity that stands, a grade that passes, and how it is written?"""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factories.facts import NOW, course, facts
from webapp.domain.certificates.facts import CourseFacts, Facts, grade_text
from webapp.domain.identifiers import CourseId

SECOND = timedelta(seconds=1)


class TestGivenACourseRun:
    @pytest.mark.parametrize(
        ("modes", "offers"),
        [((), False), ((("verified", True),), False), ((("audit", False), ("honor", False)), True)],
    )
    def test_it_offers_honor_or_not(self, modes: tuple[tuple[str, bool], ...], offers: bool) -> None:
        run = course(modes=modes)

        assert run.offers_honor is offers

    @pytest.mark.parametrize(
        ("mode", "modes", "asks"),
        [
            ("verified", (), True),
            ("verified", (("verified", False),), False),
            ("honor", (), False),
            ("honor", (("verified", True), ("honor", True)), True),
            ("from-elsewhere", (), False),
            ("from-elsewhere", (("from-elsewhere", True),), True),
        ],
    )
    def test_a_mode_asks_for_an_identity_as_the_run_says_or_else_by_itself(
        self, mode: str, modes: tuple[tuple[str, bool], ...], asks: bool
    ) -> None:
        run = course(modes=modes)

        assert run.asks_id(mode) is asks


class TestGivenNothingWasTold:
    def test_a_course_run_issues_web_certificates_by_the_regular_rules(self) -> None:
        run = CourseFacts(CourseId("course-v1:edX+DemoX+2026"), NOW)

        assert (run.known, run.html, run.updated_rules) == (True, True, True)
        assert (run.ccx, run.queue_configured, run.offers_honor) == (False, False, False)

    def test_a_learner_is_enrolled_nowhere_and_passes_nothing(self) -> None:
        learner = Facts(course(), 1, "ada")

        assert (learner.allowed, learner.active) == (True, True)
        assert (learner.mode, learner.percent, learner.status) == (None, None, None)
        assert (learner.passes, learner.id_verified, learner.beta_tester, learner.invalidated) == (False,) * 4


class TestGivenALearner:
    @pytest.mark.parametrize(
        ("status", "expires_at", "verified"),
        [
            ("approved", None, True),
            ("approved", NOW + SECOND, True),
            ("approved", NOW, False),
            ("approved", NOW - SECOND, False),
            ("denied", NOW + SECOND, False),
            ("Approved", None, False),
            ("", None, False),
        ],
    )
    def test_the_identity_is_verified_while_an_approval_stands(
        self, status: str, expires_at: datetime | None, verified: bool
    ) -> None:
        learner = facts(id_status=status, id_expires_at=expires_at)

        assert learner.id_verified is verified

    @pytest.mark.parametrize(
        ("passed", "label", "on_allowlist", "passes"),
        [
            (True, "", False, True),
            (False, "", False, False),
            (False, "D", False, True),
            (False, "<i> </i>", False, False),
            (False, "", True, True),
        ],
    )
    def test_who_passes_passes_by_grade_or_by_staff(
        self, passed: bool, label: str, on_allowlist: bool, passes: bool
    ) -> None:
        learner = facts(passed=passed, forced_label=label, on_allowlist=on_allowlist)

        assert learner.passes is passes


class TestGivenAGrade:
    @pytest.mark.parametrize(
        ("percent", "text"),
        [
            (None, ""),
            (Decimal("0"), "0.0"),
            (Decimal("0.0000"), "0.0"),
            (Decimal("0.0009"), "0.0"),
            (Decimal("0.05"), "0.05"),
            (Decimal("0.5"), "0.5"),
            (Decimal("0.8700"), "0.87"),
            (Decimal("0.8765"), "0.876"),
            (Decimal("0.5999"), "0.599"),
            (Decimal("0.9999"), "0.999"),
            (Decimal("1"), "1.0"),
            (Decimal("1.0000"), "1.0"),
        ],
    )
    def test_its_text_is_the_fraction(self, percent: Decimal | None, text: str) -> None:
        assert grade_text(percent) == text

    @given(st.decimals(0, 1, places=6))
    def test_any_fits_its_column_and_is_never_rounded_up(self, percent: Decimal) -> None:
        text = grade_text(percent)

        assert len(text) <= 5
        assert 0 <= percent - Decimal(text) < Decimal("0.001")
