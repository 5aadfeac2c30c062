"""What keeps a learner from a certificate by the regular rules (domain note §3.3, decisions 8, 11-13)?"""

from datetime import timedelta
from itertools import combinations
from typing import Any

import pytest

from tests.factories.facts import NOW, facts, facts_under, speak_together
from webapp.domain.certificates.eligibility import Path, decide

ORDER = [
    "course_unknown",
    "ccx",
    "beta_tester",
    "not_passing",
    "invalidated",
    "not_enrolled",
    "mode_not_eligible",
    "id_not_verified",
    "already_issued",
    "in_flight",
    "closed_status",
    "no_name",
    "not_allowed",
]
PAIRS = [pair for pair in combinations(ORDER, 2) if speak_together(*pair)]


class TestGivenALearnerUnderTheRegularRules:
    @pytest.mark.parametrize("code", ORDER)
    def test_each_check_refuses_alone(self, code: str) -> None:
        decision = decide(facts_under(Path.REGULAR, code))

        assert not decision.earned
        assert (decision.refused_by, decision.failed) == (code, (code,))

    @pytest.mark.parametrize(("first", "second"), PAIRS)
    def test_of_two_the_first_refuses_and_both_are_shown(self, first: str, second: str) -> None:
        decision = decide(facts_under(Path.REGULAR, first, second))

        assert (decision.refused_by, decision.failed) == (first, (first, second))

    @pytest.mark.parametrize(
        "unusual",
        [
            {"active": False},
            {"mode": "from-elsewhere", "id_status": ""},
            {"passed": False, "forced_label": "B"},
            {"queue_configured": True},
            {"letter": "", "percent": None},
        ],
    )
    def test_what_no_rule_names_does_not_refuse(self, unusual: dict[str, Any]) -> None:
        decision = decide(facts(**unusual))

        assert decision.earned

    @pytest.mark.parametrize("label", [" ", "<b></b>", "<!-- B -->"])
    def test_a_label_that_says_nothing_passes_nobody(self, label: str) -> None:
        decision = decide(facts(passed=False, forced_label=label))

        assert decision.refused_by == "not_passing"

    @pytest.mark.parametrize("name", [" ", "\n\t", "\u2003"])
    def test_a_name_that_shows_nothing_is_none(self, name: str) -> None:
        decision = decide(facts(name=name))

        assert decision.refused_by == "no_name"

    def test_neither_honor_nor_a_template_spares_the_identity(self) -> None:
        learner = facts(id_status="", template="gold.pdf", modes=(("honor", False), ("verified", True)))

        decision = decide(learner)

        assert decision.refused_by == "id_not_verified"


class TestGivenAModeAndAnIdentity:
    @pytest.mark.parametrize(
        ("mode", "modes", "id_status", "earned"),
        [
            ("verified", (), "approved", True),
            ("verified", (), "denied", False),
            ("verified", (("verified", False),), "denied", True),
            ("credit", (), "", False),
            ("masters", (), "", False),
            ("executive-education", (), "", False),
            ("paid-executive-education", (), "", False),
            ("paid-bootcamp", (), "", False),
            ("honor", (), "", True),
            ("professional", (), "", True),
            ("no-id-professional", (), "", True),
            ("professional", (("professional", True),), "", False),
            ("professional", (("professional", True),), "approved", True),
            ("honor", (("verified", True),), "pending", True),
        ],
    )
    def test_the_identity_counts_where_the_mode_asks_for_it(
        self, mode: str, modes: tuple[tuple[str, bool], ...], id_status: str, earned: bool
    ) -> None:
        decision = decide(facts(mode=mode, modes=modes, id_status=id_status))

        assert decision.earned is earned
        assert decision.refused_by == (None if earned else "id_not_verified")

    @pytest.mark.parametrize(("seconds", "earned"), [(1, True), (0, False), (-1, False)])
    def test_an_approval_counts_until_it_runs_out(self, seconds: int, earned: bool) -> None:
        decision = decide(facts(id_expires_at=NOW + timedelta(seconds=seconds)))

        assert decision.earned is earned
