"""The page of the glossary: words first, then what stands on pills."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from flask import render_template
from flask.typing import ResponseReturnValue
from markupsafe import Markup, escape

from webapp.domain import roles, runs
from webapp.domain.badges import states as badge_states
from webapp.domain.bus import letters
from webapp.domain.configs.kinds import KINDS
from webapp.domain.queue import deliveries
from webapp.domain.roles import Permission
from webapp.web import cells
from webapp.web.auth import requires
from webapp.web.help.blueprint import bp
from webapp.web.help.glossary import states, words
from webapp.web.language import tell
from webapp.wording import phrase


@dataclass(frozen=True, slots=True)
class Term:
    """One word, how it is drawn, and what it means; `id` is the fragment that leads to it."""

    id: str
    drawn: Markup
    meaning: str
    wire: str = ""
    """What programs call it, where that is another word."""


@dataclass(frozen=True, slots=True)
class Section:
    """Words that belong together."""

    id: str
    title: str
    terms: list[Term]


@bp.get("/desk/glossary")
@requires(Permission.READ_DESK)
def show_glossary() -> ResponseReturnValue:
    """Show what every word means, under an address of its own."""
    return render_template("help/glossary.html", sections=_sections())


def _sections() -> list[Section]:
    return [
        Section("words", phrase("Words"), [Term(_slug(word), escape(tell(word)), said) for word, said in _sorted(words.WORDS)]),
        _section("status", phrase("Statuses of certificates"), ((one, cells.status(one), said) for one, said in states.STATUSES.items())),
        _section("example", phrase("Statuses of examples"), ((one, cells.status(one), said) for one, said in states.EXAMPLE_STATUSES.items())),
        _section("change", phrase("States of changes"), ((one, cells.change_state(one), said) for one, said in states.CHANGE_STATES.items())),
        _section("run", phrase("States of runs"), ((one, escape(tell(runs.STATE_LABELS[one])), said) for one, said in states.RUN_STATES.items())),
        _section("outcome", phrase("Outcomes of deliveries"), ((one, cells.outcome(one), said) for one, said in deliveries.EXPLANATIONS.items())),
        _section("dead-letter", phrase("Why an event is a dead letter"), ((one, escape(tell(letters.LABELS[one])), said) for one, said in letters.EXPLANATIONS.items())),
        _section("badge", phrase("States of badges"), ((one, escape(tell(badge_states.LABELS[one])), said) for one, said in states.BADGE_STATES.items())),
        _section("role", phrase("Roles"), ((one, escape(tell(roles.LABELS[one])), said) for one, said in states.ROLES.items())),
        _section("mode", phrase("Modes"), ((one, cells.code(one), said) for one, said in states.MODES.items())),
        _section("kind", phrase("Kinds of configuration"), ((one, escape(tell(KINDS[one].label)), said) for one, said in states.KIND_MEANINGS.items())),
    ]  # fmt: skip


def _sorted(terms: Mapping[str, str]) -> list[tuple[str, str]]:
    """As the words follow each other in the reader's language."""
    return sorted(terms.items(), key=lambda term: tell(term[0]).casefold())


def _section(prefix: str, title: str, terms: Iterable[tuple[str, Markup, str]]) -> Section:
    return Section(
        f"of-{prefix}",
        title,
        [
            Term(f"{prefix}-{_slug(str(wire))}", drawn, said, "" if prefix == "mode" else str(wire))
            for wire, drawn, said in terms
        ],
    )


def _slug(word: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", word.lower()).strip("-")
