"""What keeps a learner on the allowlist from a certificate, and what does not (domain note §3.2, decisions 13, 14)?"""

from itertools import combinations
from typing import Any

import pytest

from tests.factories.facts import facts, facts_under, speak_together
from webapp.domain.certificates.eligibility import Path, decide

ORDER = [
    "course_unknown",
    "invalidated",
    "not_enrolled",
    "mode_not_eligible",
    "id_not_verified",
    "already_issued",
    "in_flight",
    "closed_status",
    "no_delivery",
    "no_name",
    "not_allowed",
]
PAIRS = [pair for pair in combinations(ORDER, 2) if speak_together(*pair)]


class TestGivenALearnerOnTheAllowlist:
    @pytest.mark.parametrize("code", ORDER)
    def test_each_check_refuses_alone(self, code: str) -> None:
        decision = decide(facts_under(Path.ALLOWLIST, code))

        assert not decision.earned
        assert (decision.refused_by, decision.failed) == (code, (code,))

    @pytest.mark.parametrize(("first", "second"), PAIRS)
    def test_of_two_the_first_refuses_and_both_are_shown(self, first: str, second: str) -> None:
        decision = decide(facts_under(Path.ALLOWLIST, first, second))

        assert (decision.refused_by, decision.failed) == (first, (first, second))

    @pytest.mark.parametrize(
        "against",
        [
            {"passed": False},
            {"percent": None, "letter": "", "passed": False},
            {"beta_tester": True},
            {"ccx": True},
            {"updated_rules": False},
            {"active": False},
            {"html": False, "queue_configured": True},
            {"mode": "honor", "id_status": ""},
        ],
    )
    def test_what_the_allowlist_overrides_does_not_refuse(self, against: dict[str, Any]) -> None:
        decision = decide(facts(on_allowlist=True, **against))

        assert decision.earned

    @pytest.mark.parametrize("named", [{"template": "gold.pdf"}, {"modes": (("honor", False), ("verified", True))}])
    def test_a_pdf_does_not_spare_the_identity(self, named: dict[str, Any]) -> None:
        learner = facts(on_allowlist=True, html=False, queue_configured=True, id_status="", **named)

        decision = decide(learner)

        assert decision.refused_by == "id_not_verified"
