"""What keeps a learner from a certificate by the older rules, in the order of domain note §3.6 (decision 37)?"""

from itertools import combinations
from typing import Any

import pytest

from tests.factories.facts import facts, facts_under, speak_together
from webapp.domain.certificates.eligibility import Path, decide

ORDER = [
    "course_unknown",
    "ccx",
    "beta_tester",
    "already_issued",
    "in_flight",
    "closed_status",
    "invalidated",
    "not_enrolled",
    "no_delivery",
    "no_name",
    "mode_not_eligible",
    "not_passing",
    "not_allowed",
    "id_not_verified",
]
PAIRS = [pair for pair in combinations(ORDER, 2) if speak_together(*pair)]
WITH_HONOR = (("honor", False), ("verified", True))
WITHOUT_HONOR = (("audit", False), ("verified", True))


class TestGivenALearnerUnderTheOlderRules:
    @pytest.mark.parametrize("code", ORDER)
    def test_each_check_refuses_alone(self, code: str) -> None:
        decision = decide(facts_under(Path.QUEUE, code))

        assert not decision.earned
        assert (decision.refused_by, decision.failed) == (code, (code,))

    @pytest.mark.parametrize(("first", "second"), PAIRS)
    def test_of_two_the_first_refuses_and_both_are_shown(self, first: str, second: str) -> None:
        decision = decide(facts_under(Path.QUEUE, first, second))

        assert (decision.refused_by, decision.failed) == (first, (first, second))

    @pytest.mark.parametrize("code", [code for code in ORDER if code != "no_delivery"])
    def test_web_certificates_ask_the_same_but_for_the_queue(self, code: str) -> None:
        learner = facts_under(Path.QUEUE, code, html=True, updated_rules=False, queue_configured=False)

        decision = decide(learner)

        assert (decision.path, decision.failed) == (Path.QUEUE, (code,))

    def test_web_certificates_need_no_queue(self) -> None:
        decision = decide(facts(updated_rules=False))

        assert (decision.path, decision.earned) == (Path.QUEUE, True)

    def test_a_label_of_staff_passes(self) -> None:
        decision = decide(facts_under(Path.QUEUE, "not_passing", forced_label="B"))

        assert decision.earned


class TestGivenAModeAndAnIdentity:
    @pytest.mark.parametrize(
        ("mode", "id_status", "modes", "template", "earned"),
        [
            ("verified", "approved", WITHOUT_HONOR, "", True),
            ("verified", "", WITHOUT_HONOR, "", False),
            ("verified", "", WITHOUT_HONOR, "gold.pdf", True),
            ("verified", "", WITH_HONOR, "", True),
            ("verified", "", (("verified", False),), "", True),
            ("credit", "", WITHOUT_HONOR, "", False),
            ("credit", "", WITH_HONOR, "", True),
            ("masters", "denied", WITH_HONOR, "", True),
            ("paid-bootcamp", "", WITH_HONOR, "", True),
            ("honor", "", WITH_HONOR, "", True),
            ("professional", "", WITH_HONOR, "", True),
            ("no-id-professional", "", WITHOUT_HONOR, "", True),
            ("professional", "", (*WITH_HONOR, ("professional", True)), "", False),
            ("professional", "", (*WITH_HONOR, ("professional", True)), "gold.pdf", True),
        ],
    )
    def test_honor_or_a_named_template_stands_in_for_the_identity(
        self, mode: str, id_status: str, modes: tuple[tuple[str, bool], ...], template: str, earned: bool
    ) -> None:
        learner = facts_under(Path.QUEUE, mode=mode, id_status=id_status, modes=modes, template=template)

        decision = decide(learner)

        assert decision.earned is earned
        assert decision.refused_by == (None if earned else "id_not_verified")

    @pytest.mark.parametrize("named", [{"template": "gold.pdf"}, {"modes": WITH_HONOR}, {"forced_label": "A"}])
    def test_nothing_stands_in_for_a_mode_that_earns(self, named: dict[str, Any]) -> None:
        decision = decide(facts_under(Path.QUEUE, "mode_not_eligible", **named))

        assert decision.refused_by == "mode_not_eligible"
