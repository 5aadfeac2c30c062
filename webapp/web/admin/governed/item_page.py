"""The page of one governed value: what is live, how it came to be, and how it goes back."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from flask import render_template, request
from sqlalchemy.orm import Session

from webapp.domain.approval.states import Origin
from webapp.domain.configs.kinds import Payload
from webapp.domain.identifiers import row_number
from webapp.models.base import db
from webapp.services.configs import history, ledger
from webapp.services.configs.history import MOST_VERSIONS, Told
from webapp.web.addresses import change_url
from webapp.web.admin.filters import NotUnderstood
from webapp.web.admin.governed.comparing import Comparison, compare, json_text
from webapp.web.admin.governed.forms.moments import read_moment, written
from webapp.web.admin.governed.proposals import find_refusal
from webapp.wording import phrase, phrase_as, words_of

if TYPE_CHECKING:
    from webapp.web.admin.governed.governed_view import GovernedView

ORIGINS = {
    Origin.INSTALLATION: phrase("Installation"),
    Origin.MACHINE: phrase("On the machine itself"),
    Origin.EMERGENCY: phrase("Emergency"),
    Origin.PROPOSAL: phrase_as("a change", "Approved"),
}


@dataclass(frozen=True, slots=True)
class Moment:
    """The moment that somebody looks at: None for now, and what was wrong with what was typed."""

    at: datetime | None
    typed: str
    problem: str = ""


@dataclass(frozen=True, slots=True)
class VersionLine:
    """One version in the timeline."""

    told: Told
    sentences: tuple[str, ...]
    origin: str
    change_url: str | None
    compare_url: str | None
    live: bool


def moment_asked() -> Moment:
    """Read the moment that the address asks for."""
    typed = request.args.get("at", "")
    try:
        at = read_moment(typed)
    except NotUnderstood as problem:
        return Moment(None, typed, phrase("{problem}. This is what is live now.", problem=words_of(problem)))
    return Moment(at, written(at))


def show_item(view: "GovernedView", key: str) -> str:
    """Draw the page of one key."""
    session, moment = db.session(), moment_asked()
    live = ledger.find_version(session, view.kind, key)
    seen = live if moment.at is None else ledger.find_at(session, view.kind, key, moment.at)
    payload = ledger.payload_of(seen)
    before = row_number(request.args.get("before", ""))
    told = history.tell_versions(session, view.kind, key, before=before)
    refusal = find_refusal(view.kind)
    return render_template(
        "admin/governed/item.html",
        view=view,
        rule=view.rule,
        key=key,
        title=view.title_of(key),
        moment=moment,
        live=live,
        seen=history.tell(seen),
        payload=payload,
        facts=view.facts(key, payload) if payload is not None or not view.rule.deletable else [],
        numbers=view.numbers(key, payload) if moment.at is None else [],
        pictures=view.pictures(key, payload),
        raw=json_text(payload),
        waiting=history.find_open_changes(session, view.kind, [key]).get(key),
        refusal=refusal.text if refusal else None,
        lines=_lines(view, key, told, live.version if live else 0),
        older_url=view.item_url(key, before=told[-1].version.version) if len(told) == MOST_VERSIONS else None,
        versions=[one.version.version for one in told],
        comparison=find_comparison(session, view, key),
        origins=ORIGINS,
        change_url=change_url,
    )


def find_comparison(session: Session, view: "GovernedView", key: str) -> Comparison | None:
    """Compare the two versions that the address names, the older first; None where it names none that are there."""
    wanted = sorted(number for name in ("from", "to") if (number := row_number(request.args.get(name, ""))) is not None)
    if len(wanted) != len(("from", "to")):
        return None
    older, newer = (ledger.find_version(session, view.kind, key, number) for number in wanted)
    if older is None or newer is None:
        return None
    return compare(older.version, ledger.payload_of(older), newer.version, ledger.payload_of(newer))


def _lines(view: "GovernedView", key: str, told: list[Told], live: int) -> list[VersionLine]:
    payloads: Mapping[int, Payload | None] = {one.version.version: ledger.payload_of(one.version) for one in told}
    return [_line(view, key, one, payloads, live) for one in told]


def _line(view: "GovernedView", key: str, told: Told, payloads: Mapping[int, Payload | None], live: int) -> VersionLine:
    number, change = told.version.version, told.version.change
    sentences: tuple[str, ...] = ()
    if number - 1 in payloads:
        name = "" if view.rule.single else key
        sentences = view.rule.sentences(payloads[number - 1], payloads[number], name)
    by_people = change.origin in (Origin.PROPOSAL, Origin.EMERGENCY)
    compared: dict[str, Any] = {"from": number - 1, "to": number}
    return VersionLine(
        told,
        sentences,
        ORIGINS[change.origin],
        change_url(change.id) if by_people else None,
        view.item_url(key, **compared) + "#comparison" if number > 1 else None,
        number == live,
    )
