"""How is one value shown in a table or a list of facts? Templates draw each kind."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from flask import url_for

from webapp.services.certificates.timeline import Entry

Kind = Literal["text", "status", "outcome", "when", "code", "yes_no", "strong", "muted", "link"]


@dataclass(frozen=True, slots=True)
class Cell:
    """One value, what kind it is, and where it leads."""

    value: object
    kind: Kind = "text"
    url: str | None = None
    hint: str | None = None
    dir_auto: bool = False


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of a details page."""

    label: str
    cell: Cell
    help: str | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """Facts that belong together."""

    title: str
    facts: list[Fact]


@dataclass(frozen=True, slots=True)
class LongText:
    """A text that is shown as it is, in a box that scrolls."""

    title: str
    text: str
    help: str


@dataclass(frozen=True, slots=True)
class Alert:
    """What somebody should know before anything else on the page."""

    tone: Literal["info", "warning", "error"]
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Button:
    """An act: a form with one button, and a note where the act needs one; disabled where `disabled_reason` says why."""

    label: str
    url: str
    tone: Literal["primary", "normal", "danger"] = "normal"
    confirm: str | None = None
    note_label: str | None = None
    disabled_reason: str | None = None


@dataclass(frozen=True, slots=True)
class PageLink:
    """A way from one page to another that belongs to it."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class TimelineLine:
    """One entry of a timeline as the template draws it."""

    at: datetime
    title: str
    text: str | None
    tone: str
    source: str
    actor: str | None
    url: str | None


def timeline_lines(entries: Iterable[Entry]) -> list[TimelineLine]:
    """Give the entries of a timeline with the addresses that they lead to."""
    return [
        TimelineLine(
            entry.at,
            entry.title,
            entry.text,
            entry.tone,
            entry.source,
            entry.actor,
            url_for("inbox.details_view", id=entry.delivery_id) if entry.delivery_id else None,
        )
        for entry in entries
    ]


def name(value: str, url: str | None = None) -> Cell:
    """Give a person's name, which may run in either direction."""
    return Cell(value, url=url, dir_auto=True)
