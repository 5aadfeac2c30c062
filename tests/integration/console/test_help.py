"""Do the pages of help tell of everything that there is?"""

import re
from inspect import getmembers, isfunction, signature

import pytest
from markupsafe import Markup

from tests.visitors import Visitor
from webapp import icons, paths
from webapp.domain.approval.states import State
from webapp.domain.badges.states import BadgeState
from webapp.domain.bus.letters import Why
from webapp.domain.certificates.modes import Mode
from webapp.domain.certificates.statuses import ExampleStatus, Status
from webapp.domain.configs.kinds import Kind
from webapp.domain.queue.deliveries import Outcome
from webapp.domain.roles import Role
from webapp.domain.runs import RunState
from webapp.web import cells
from webapp.web.help.design import tokens

pytestmark = pytest.mark.any_database
TERMS = {"status": Status, "example": ExampleStatus, "change": State, "run": RunState, "outcome": Outcome,
         "dead-letter": Why, "badge": BadgeState, "role": Role, "mode": Mode, "kind": Kind}  # fmt: skip
"""What the glossary's addresses begin with -> what must all stand there."""
DRAWN_BY_OTHERS = {"lines"}
"""Not for one value: tables are drawn with it."""


class TestGivenTheGlossary:
    def test_every_status_state_outcome_role_mode_and_kind_stands_in_it(self, staff: Visitor) -> None:
        page = staff.get("/desk/glossary")

        wanted = {f"{prefix}-{one.value.replace('_', '-')}" for prefix, kind in TERMS.items() for one in kind}
        assert wanted - set(re.findall(r'<div class="term" id="([^"]+)"', page)) == set()

    def test_every_word_of_the_readme_stands_in_it(self, staff: Visitor) -> None:
        readme = (paths.STATIC.parent / "README.md").read_text(encoding="utf-8")
        words = re.findall(
            r"^\| ([a-z ,]+) \|", readme.partition("\n## Words\n")[2].partition("\n## ")[0], re.MULTILINE
        )

        told = staff.get("/desk/glossary").lower()

        assert len(words) > 20
        assert [word for line in words for word in line.split(", ") if f">{word}</a>" not in told] == []

    def test_no_address_leads_to_two_words(self, staff: Visitor) -> None:
        found = re.findall(r' id="([^"]+)"', staff.get("/desk/glossary"))

        assert len(found) == len(set(found))


class TestGivenTheDesignPage:
    def test_every_macro_and_every_cell_is_drawn_on_it(self) -> None:
        here = paths.TEMPLATES.parent / "webapp" / "web" / "help" / "design" / "samples.py"
        used = (paths.TEMPLATES / "help" / "design.html").read_text() + here.read_text()
        macros = re.findall(r"macro (\w+)\(", (paths.TEMPLATES / "macros" / "ui.html").read_text())
        drawn = {
            name
            for name, function in getmembers(cells, isfunction)
            if signature(function).return_annotation is Markup and function.__module__ == cells.__name__
        }

        through_others = {"filter_control"}  # the bar draws it
        assert [name for name in macros if f"ui.{name}(" not in used and name not in through_others] == []
        assert {name for name in drawn - DRAWN_BY_OTHERS if f"cells.{name}(" not in used} == set()

    def test_every_icon_and_every_token_of_type_and_space_is_on_it(self, staff: Visitor) -> None:
        page = staff.get("/desk/design")
        sheet = (paths.STATIC / "css" / "help.css").read_text()

        samples = set(re.findall(r"sample--([a-z0-9-]+)", page))
        assert all(f"<span>{name}</span>" in page for name in icons.names())
        assert len(samples) > 15
        assert {name for name in samples if f".sample--{name} " not in sheet} == set()

    def test_a_sample_s_button_does_nothing_and_says_so(self, staff: Visitor) -> None:
        answer = staff.post("/desk/design/try", of="/desk/design")

        assert (answer.status_code, answer.location) == (303, "/desk/design")
        assert "Nothing was done" in staff.get("/desk/design")


class TestGivenTheColours:
    @pytest.mark.parametrize("pair", tokens.list_pairs(), ids=lambda pair: f"{pair.ink.name} on {pair.paper.name}")
    def test_ink_stands_out_from_paper_by_day_and_by_night(self, pair: tokens.Pair) -> None:
        assert pair.enough

    def test_the_ratio_is_that_of_the_recommendation(self) -> None:
        assert tokens.contrast("#000000", "#ffffff") == pytest.approx(21)
        assert tokens.contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
