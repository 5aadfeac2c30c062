"""How is one value drawn in a table, a list of facts or a sentence, and how the lines of a table?

A list draws hundreds of them, so this is plain Python. Markup escapes whatever is put into it and is no markup itself.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Literal

from markupsafe import Markup, escape

from webapp.domain.actors import words_for
from webapp.domain.approval import states
from webapp.domain.approval.states import State
from webapp.domain.certificates import statuses
from webapp.domain.queue import deliveries
from webapp.domain.queue.deliveries import Outcome
from webapp.domain.runs import STATE_LABELS, RunState
from webapp.icons import icon, shape
from webapp.languages import DIRECTIONS
from webapp.services.governance.reading.listing import Line
from webapp.web.language import dates, reader_language, tell
from webapp.wording import phrase

_NOTHING = Markup(
    '<span class="nothing"><span aria-hidden="true">–</span><span class="visually-hidden">%s</span></span>'
)
_NONE = phrase("None")
_YES = Markup('<span class="yes">%s%s</span>')
_NO = Markup('<span class="no">%s</span>')
_STRONG = Markup("<strong>%s</strong>")
_NAME = Markup("<bdi>%s</bdi>")
_LINK = Markup('<a class="cell-link" href="%s">%s</a>')
_HINT = Markup('%s <span class="cell-hint">%s</span>')
_CODE = Markup('<code class="code" dir="ltr">%s</code>')
_SHORT_CODE = Markup('<code class="code code--short" dir="ltr">%s</code>')
_WHEN = Markup('<time class="when" dir="%s" datetime="%s" title="%s UTC">%s UTC</time>')
_PATH = Markup('<code class="path" dir="ltr">%s</code>')
_STEP = re.compile(r"[^._]*[._]?")
_COPYABLE = Markup('<span class="copyable">%s%s</span>')
_COPY = Markup('<button class="copy" type="button" data-copy hidden>%s<span class="visually-hidden">%s</span></button>')
_PILL = Markup('<span class="pill pill--%s">%s<span class="pill__word">%s</span></span>')
_TAG = Markup('<span class="tag">%s</span>')
_LINE = Markup('<tr role="row">\n<th role="rowheader" scope="row">')
_HEAD_END = Markup("</th>\n")
_CELL = Markup('<td role="cell" data-label="%s"><div class="table__value">')
_CELL_END = Markup("</div></td>\n")
_LINE_END = Markup("</tr>\n")
NO_TICK = NOTHING_UNDER = Markup("")

SHORT_CODE = 36
"""Short enough for one line of a wide table: it is not broken there."""

STATUS_TONES = {
    "downloadable": "good",
    "success": "good",
    "generating": "progress",
    "regenerating": "progress",
    "deleting": "progress",
    "requesting": "progress",
    "started": "progress",
    "error": "bad",
    "restricted": "bad",
    "invalidated": "bad",
    "unverified": "waiting",
    "auditing": "waiting",
    "audit_passing": "waiting",
    "honor_passing": "waiting",
}
OUTCOME_TONES = {
    "applied": "good",
    "conflict": "warning",
    "unknown_key": "bad",
    "invalid_status": "bad",
    "invalid_body": "bad",
    "id_taken": "bad",
    "unreadable": "bad",
    "unauthorized": "bad",
}
CHANGE_TONES = {
    State.PENDING: "waiting",
    State.ON_HOLD: "warning",
    State.SCHEDULED: "progress",
    State.APPLIED: "good",
    State.REJECTED: "bad",
    State.WITHDRAWN: "neutral",
    State.EXPIRED: "neutral",
}
RUN_TONES = {
    RunState.WAITING: "waiting",
    RunState.RUNNING: "progress",
    RunState.PAUSED: "warning",
    RunState.CANCELLED: "neutral",
    RunState.DONE: "good",
    RunState.FAILED: "bad",
}


@dataclass(frozen=True, slots=True)
class Column:
    """The head of one column; the list can be turned around by one that says how it is sorted."""

    label: str
    sorted: Literal["", "ascending", "descending"] = ""
    turned_url: str | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table."""

    cells: Sequence[Markup]
    """What it is known by comes first, and leads to `url`."""
    url: str | None = None
    tick: Markup = NO_TICK
    """What it is chosen by, where it can be."""
    under: Markup = NOTHING_UNDER
    """What stands below what it is known by, and leads nowhere."""


def lines(columns: Sequence[Column], rows: Iterable[Row]) -> Markup:
    """Draw the lines of a table."""
    openings, parts = [_CELL % tell(column.label) for column in columns[1:]], []
    for row in rows:
        head, *others = row.cells
        parts += [_LINE, row.tick, linked(head, row.url), row.under, _HEAD_END]
        for opening, cell in zip(openings, others, strict=True):
            parts += [opening, cell, _CELL_END]
        parts.append(_LINE_END)
    return Markup("".join(parts))  # noqa: S704 - each part is markup, and to escape a thousand of them anew takes time


def nothing() -> Markup:
    """Draw that there is none."""
    return _NOTHING % tell(_NONE)


def plain(value: object) -> Markup:
    """Draw a word or a number."""
    if value is None or value == "":
        return nothing()
    drawn: Markup = escape(tell(value))
    return drawn


def name(value: str, url: str | None = None, hint: str | None = None) -> Markup:
    """Draw what people wrote, which may run in either direction."""
    drawn = linked(_NAME % tell(value) if value else nothing(), url)
    return _HINT % (drawn, tell(hint)) if hint else drawn


def actor(value: str) -> Markup:
    """Draw who did something, be it a person or not."""
    return name(words_for(value))


def who(value: str) -> str:
    """Say who did something, in the reader's language, for a sentence."""
    words: str = tell(words_for(value))
    return words


def strong(value: object) -> Markup:
    """Draw what a line is known by."""
    return _STRONG % tell(value)


def linked(drawn: Markup, url: str | None) -> Markup:
    """Let a value lead somewhere."""
    return _LINK % (url, drawn) if url else drawn


def link(words: str, url: str) -> Markup:
    """Draw a way to another page."""
    return linked(escape(tell(words)), url)


def code(value: str | None) -> Markup:
    """Draw what machines call something."""
    if not value:
        return nothing()
    return (_SHORT_CODE if len(value) <= SHORT_CODE else _CODE) % value


def path(value: str) -> Markup:
    """Draw where something stands in a payload; it may be broken between its parts."""
    return _PATH % Markup("<wbr>").join(_STEP.findall(value))


def copyable(value: str | None, what: str, url: str | None = None) -> Markup:
    """Draw a code with a button that copies it."""
    return _COPYABLE % (linked(code(value), url), copy_button(what)) if value else nothing()


def copy_button(what: str) -> Markup:
    """Draw the button that copies what stands before it; the script shows it."""
    return _COPY % (icon("copy", "small"), tell(phrase("Copy {what}", what=what)))


def when(moment: datetime | None) -> Markup:
    """Draw a moment, to the minute; the second and the zone are in its title."""
    if moment is None:
        return nothing()
    language = reader_language()
    minute, second = dates.to_the_minute(moment, language), dates.to_the_second(moment, language)
    return _WHEN % (DIRECTIONS[language], moment.isoformat(), second, minute)


def yes_no(value: object) -> Markup:
    """Draw what is so or is not."""
    return _YES % (icon("check", "small"), tell(phrase("Yes"))) if value else _NO % tell(phrase("No"))


def pill(tone: str, word: str) -> Markup:
    """Draw a word of few, with the mark of its tone."""
    return _pill(tone, tell(word))


@lru_cache(maxsize=512)
def _pill(tone: str, word: str) -> Markup:
    return _PILL % (tone, shape(tone), word)


def status(value: str) -> Markup:
    """Draw a status of a certificate or an example."""
    return pill(STATUS_TONES.get(value, "neutral"), statuses.label_of(value))


def outcome(value: str) -> Markup:
    """Draw what became of a delivery."""
    word = phrase("Closed") if value == "closed" else deliveries.LABELS[Outcome(value)]
    return pill(OUTCOME_TONES.get(value, "neutral"), word)


def sentence(text: str, **drawn: Markup | str) -> Markup:
    """Draw a sentence of ours, with what is drawn already, or is to be escaped, in the places that it has."""
    return Markup(tell(text)).format(**drawn)  # noqa: S704 - the text is ours, in any language


def change_state(state: State, *, emergency: bool = False) -> Markup:
    """Draw how far a change request is; what an emergency made live nobody has approved."""
    if emergency and state is State.APPLIED:
        return pill("warning", phrase("Live"))
    return pill(CHANGE_TONES[state], states.LABELS[state])


def change_marks(line: Line, implied: State | None = None) -> Markup:
    """Draw how far a change request is, unless that is implied, and what somebody has to see about it."""
    marks = [] if line.state is implied else [change_state(line.state, emergency=line.emergency)]
    if line.asked:
        marks.append(pill("waiting", phrase("Asked of you")))
    if line.stale:
        marks.append(pill("warning", phrase("Stale")))
    if line.owed:
        marks.append(pill("bad", phrase("Review owed")))
    elif line.emergency:
        marks.append(_TAG % tell(phrase("Emergency")))
    return Markup(" ").join(marks)


def run_state(state: RunState) -> Markup:
    """Draw how far a run is."""
    return pill(RUN_TONES[state], STATE_LABELS[state])
