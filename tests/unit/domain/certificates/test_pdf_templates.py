"""In which mode and from which template is a certificate made (domain note §3.6, table 6; §1.5; decision 37)?"""

from decimal import Decimal
from typing import Any

import pytest

from tests.factories.facts import AGAINST, RULES, facts, facts_under
from webapp.domain.certificates.eligibility import Path, decide
from webapp.domain.certificates.pdf_templates import TEMPLATE_LENGTH, Design, choose_template, design, example_template
from webapp.domain.identifiers import COURSE_ID_LENGTH, parse_course_id

PLAIN = "certificate-template-edX-DemoX.pdf"
VERIFIED = "certificate-template-edX-DemoX-verified.pdf"
GOLD = "gold.pdf"
HONOR = (("honor", False), ("verified", True))
NO_HONOR = (("audit", False), ("verified", True))
TABLE_6 = [
    ("verified", "approved", NO_HONOR, "", "verified", VERIFIED),
    ("verified", "approved", HONOR, "", "verified", VERIFIED),
    ("credit", "approved", HONOR, "", "verified", VERIFIED),
    ("masters", "approved", HONOR, "", "verified", VERIFIED),
    ("executive-education", "approved", HONOR, "", "executive-education", VERIFIED),
    ("paid-bootcamp", "approved", HONOR, "", "paid-bootcamp", VERIFIED),
    ("verified", "", (("verified", False),), "", "verified", VERIFIED),
    ("credit", "", (("credit", False),), "", "verified", VERIFIED),
    ("verified", "", HONOR, "", "honor", PLAIN),
    ("credit", "", HONOR, "", "honor", PLAIN),
    ("masters", "denied", HONOR, "", "honor", PLAIN),
    ("executive-education", "", HONOR, "", "honor", PLAIN),
    ("verified", "", NO_HONOR, "", "verified", PLAIN),
    ("credit", "", NO_HONOR, "", "credit", PLAIN),
    ("honor", "", HONOR, "", "honor", PLAIN),
    ("honor", "approved", HONOR, "", "honor", PLAIN),
    ("audit", "", HONOR, "", "audit", PLAIN),
    ("professional", "approved", HONOR, "", "professional", PLAIN),
    ("professional", "approved", (("professional", True),), "", "professional", PLAIN),
    ("no-id-professional", "", HONOR, "", "no-id-professional", PLAIN),
    ("verified", "approved", HONOR, GOLD, "verified", GOLD),
    ("verified", "", HONOR, GOLD, "verified", GOLD),
    ("verified", "", NO_HONOR, GOLD, "verified", GOLD),
    ("credit", "", HONOR, GOLD, "verified", GOLD),
    ("masters", "approved", NO_HONOR, GOLD, "verified", GOLD),
    ("honor", "", HONOR, GOLD, "honor", GOLD),
    ("paid-bootcamp", "", HONOR, GOLD, "paid-bootcamp", GOLD),
]


class TestGivenAModeAnIdentityAndATemplate:
    @pytest.mark.parametrize(("mode", "id_status", "modes", "named", "made_in", "template"), TABLE_6)
    def test_mode_and_template_follow(
        self, mode: str, id_status: str, modes: tuple[tuple[str, bool], ...], named: str, made_in: str, template: str
    ) -> None:
        learner = facts(mode=mode, id_status=id_status, modes=modes, template=named)

        chosen = choose_template(learner)

        assert chosen == (made_in, template)

    def test_no_enrollment_is_refused(self) -> None:
        learner = facts(mode=None)

        with pytest.raises(ValueError, match="no enrollment, no mode"):
            choose_template(learner)


class TestGivenAnEarnedCertificate:
    @pytest.mark.parametrize(
        ("changes", "expected"),
        [
            ({"mode": "credit"}, Design("credit", "Ada Lovelace", "0.87", through_queue=False, label="B")),
            ({"mode": "masters", "template": GOLD}, Design("masters", "Ada Lovelace", "0.87", False, "", "B")),
            ({"mode": "credit", "on_allowlist": True}, Design("credit", "Ada Lovelace", "0.87", False, "", "B")),
            ({"mode": "credit", "updated_rules": False}, Design("verified", "Ada Lovelace", "0.87", False, "", "B")),
            (
                {"updated_rules": False, "id_status": "", "modes": HONOR},
                Design("honor", "Ada Lovelace", "0.87", False, "", "B"),
            ),
            (RULES[Path.QUEUE] | {"mode": "credit"}, Design("verified", "Ada Lovelace", "0.87", True, VERIFIED, "B")),
            (
                RULES[Path.QUEUE] | {"mode": "credit", "on_allowlist": True},
                Design("verified", "Ada Lovelace", "0.87", True, VERIFIED, "B"),
            ),
            (
                RULES[Path.QUEUE] | {"mode": "honor", "template": GOLD},
                Design("honor", "Ada Lovelace", "0.87", True, GOLD, "B"),
            ),
            (
                RULES[Path.QUEUE] | {"id_status": "", "modes": HONOR, "percent": Decimal(1), "letter": "<b>A</b>"},
                Design("honor", "Ada Lovelace", "1.0", True, PLAIN, "A"),
            ),
        ],
    )
    def test_the_mode_is_mapped_where_the_older_rules_or_the_queue_ask_for_it(
        self, changes: dict[str, Any], expected: Design
    ) -> None:
        made = design(decide(facts(**changes)))

        assert made == expected

    @pytest.mark.parametrize(
        ("letter", "forced", "label"),
        [
            ("B", "", "B"),
            ("B", "A+", "A+"),
            ("", "Pass", "Pass"),
            ("", "", None),
            ("B", " ", "B"),
            ("", "<b>C</b>", "C"),
        ],
    )
    def test_the_label_is_that_of_staff_or_the_letter(self, letter: str, forced: str, label: str | None) -> None:
        made = design(decide(facts_under(Path.QUEUE, letter=letter, forced_label=forced)))

        assert (made.label, made.grade) == (label, "0.87")


class TestGivenARefusal:
    @pytest.mark.parametrize("code", sorted(AGAINST))
    def test_nothing_is_made_of_it(self, code: str) -> None:
        decision = decide(facts_under(Path.QUEUE, code))

        with pytest.raises(ValueError, match="nothing is made of a refusal"):
            design(decision)


class TestGivenACourseKey:
    @pytest.mark.parametrize(
        ("key", "verified", "template"),
        [
            ("course-v1:edX+DemoX+2026", False, PLAIN),
            ("course-v1:edX+DemoX+2026", True, VERIFIED),
            ("edX/DemoX/2026", False, PLAIN),
            ("ccx-v1:edX+DemoX+2026+ccx@7", True, VERIFIED),
            ("course-v1:清华+李明+1", False, "certificate-template-清华-李明.pdf"),
        ],
    )
    def test_the_template_is_named_after_organisation_and_course(self, key: str, verified: bool, template: str) -> None:
        name = example_template(parse_course_id(key), verified=verified)

        assert name == template

    @pytest.mark.parametrize(
        ("before", "after", "most"),
        [("course-v1:edX+", "+1", TEMPLATE_LENGTH - len("course-v1:")), ("edX/", "/1", TEMPLATE_LENGTH)],
    )
    def test_the_longest_one_names_the_longest_template(self, before: str, after: str, most: int) -> None:
        course = "c" * (COURSE_ID_LENGTH - len(before + after))

        name = example_template(parse_course_id(f"{before}{course}{after}"), verified=True)

        assert name == f"certificate-template-edX-{course}-verified.pdf"
        assert len(name) == most
