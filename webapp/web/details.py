"""What stands on the page of one row: facts, texts, acts, and what happened."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from flask import get_template_attribute
from markupsafe import Markup

from webapp.domain.actors import words_for
from webapp.models.accounts import ApiToken
from webapp.models.audit import known_moment
from webapp.models.certificates import DateOverride
from webapp.services.certificates.timeline import SOURCE_WORDS, Entry
from webapp.web import cells
from webapp.web.addresses import row_url
from webapp.web.cells import Row
from webapp.web.language import certificate_day, reader_language
from webapp.wording import phrase, phrase_as


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of a details page."""

    label: str
    cell: Markup
    help: str | None = None


def copied_fact(label: str, value: str | None, help: str | None = None, url: str | None = None) -> Fact:
    """Give a fact that people take elsewhere: a code with a button that copies it."""
    return Fact(label, cells.copyable(value, label, url), help)


def day_shown(found: DateOverride) -> Fact:
    """Give the day that staff have a certificate show in the place of its own, with who did and why."""
    day = cells.plain(certificate_day(found.date, reader_language()))
    return Fact(phrase("Day shown instead"), day, why(found.overridden_by, found.reason))


def why(by: str, notes: str) -> str:
    """Say who made an exception, and what they noted."""
    return (
        phrase("By {who}: {notes}", who=words_for(by), notes=notes) if notes else phrase("By {who}", who=words_for(by))
    )


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
    said: bool = False
    """People wrote the text: its lines stay as they were typed."""

    @property
    def shown_at(self) -> datetime | None:
        """When, where that is known."""
        return known_moment(self.at)


TOKEN_HEADS = (
    phrase("Name"),
    phrase("Scopes"),
    phrase("Made"),
    phrase("Last used"),
    phrase("Ends"),
    phrase_as("a token", "Revoked"),
)
"""Over the columns of `token_rows`."""


def token_rows(tokens: Iterable[ApiToken], revoke_url: Callable[[ApiToken], str]) -> list[Row]:
    """Give the lines of a table of API tokens, with a button that revokes each that counts still."""
    return [
        Row(
            [
                cells.name(one.name),
                cells.plain(", ".join(one.scopes)),
                cells.when(one.created_at),
                cells.when(one.last_used_at),
                cells.when(one.expires_at),
                cells.when(one.revoked_at) if one.revoked_at else _revoke_button(one, revoke_url(one)),
            ],
        )
        for one in tokens
    ]


def _revoke_button(token: ApiToken, url: str) -> Markup:
    confirm = phrase(
        "Revoke the token {name} for good? Programs that use it are refused from then on.", name=token.name
    )
    drawn: Markup = get_template_attribute("macros/ui.html", "action_button")(
        Button(phrase("Revoke"), url, "danger", confirm)
    )
    return drawn


def timeline_lines(entries: Iterable[Entry]) -> list[TimelineLine]:
    """Give the entries of a timeline with the addresses that they lead to."""
    return [
        TimelineLine(
            entry.at,
            entry.title,
            entry.text,
            entry.tone,
            SOURCE_WORDS[entry.source],
            entry.actor,
            row_url("inbox", entry.delivery_id) if entry.delivery_id else None,
        )
        for entry in entries
    ]
