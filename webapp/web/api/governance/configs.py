"""The live configuration for programs, now and at any moment of the past; what they would have changed becomes a request."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from flask import Response, request, url_for
from msgspec import structs, to_builtins
from sqlalchemy.orm import Session

from webapp.domain.approval.states import Action
from webapp.domain.configs.kinds import Kind
from webapp.domain.roles import Permission, Scope
from webapp.errors.governance import InvalidPayload, RevisionMoved, UnknownKey
from webapp.models.base import db
from webapp.models.governance.versions import ConfigVersion
from webapp.services.configs import ledger, listing
from webapp.services.exports.sources import Row, Source
from webapp.services.governance import applying, changes
from webapp.services.governance.terms import Wish
from webapp.web.api.blueprint import answer, bp, tells
from webapp.web.api.bodies import read_body
from webapp.web.api.governance.acting import MOVED, acting, tell_change
from webapp.web.api.governance.objects import ANY_OPEN, Change, Config, config_of, config_tag
from webapp.web.api.governance.refusing import PROPOSERS, PROPOSING, UNKNOWN
from webapp.web.api.governance.remembered import remembered
from webapp.web.api.governance.wishes import Merged, Removed, Replaced
from webapp.web.api.lists import LIST_FILTERS, Asked, exports, page_of
from webapp.web.auth import allows
from webapp.web.conditional import matches, require_match

FILTERS = {
    "kind": "A kind of configuration.",
    "key": "A key, letter for letter.",
    "enabled": "true or false: what is switched on, or off.",
    "q": "A text that key or payload holds, whatever its case.",
    "at": "A moment of the past: what was live then.",
    **LIST_FILTERS,
}
AT = {"at": FILTERS["at"]}


@bp.get("/configs")
@allows(Permission.READ_DESK, Scope.CONFIGS_READ)
@tells(filters=FILTERS, gives={200: page_of(Config)})
def list_configs() -> Response:
    """List what is live, or was at a moment, by kind and key."""
    asked, session = Asked(FILTERS), db.session()
    place = asked.cursor(str, str)
    wanted = replace(_wanted(asked), after=(place[0], place[1]) if place else None)
    limit = asked.limit() + 1
    found = remembered(
        session,
        "configs",
        [wanted, limit],
        list[Config],
        lambda: [config_of(row, None) for row in listing.list_page(session, wanted, limit=limit)],
    )
    is_open = {} if wanted.at else listing.open_changes(session, [(row.kind, row.key) for row in found])
    return asked.page(found, lambda row: structs.replace(row, open_change=is_open.get((row.kind, row.key))), _place_of)


@exports("/configs", Permission.READ_DESK, Scope.CONFIGS_READ, FILTERS)
def export_configs(asked: Asked) -> Source:
    """Take what is live, or was at a moment, elsewhere as {form}, by kind and key; an event tells of this."""
    wanted = _wanted(asked)

    def told(session: Session, rows: Sequence[ConfigVersion]) -> Iterator[Row]:
        is_open = {} if wanted.at else listing.open_changes(session, [_place_of(row) for row in rows])
        for row in rows:
            yield to_builtins(config_of(row, is_open.get(_place_of(row))), enc_hook=str)

    return Source(
        "configs",
        [field.name for field in structs.fields(Config)],
        lambda session, after, limit: listing.list_page(session, replace(wanted, after=after), limit=limit),
        _place_of,
        told,
        lambda session, after, limit: listing.list_lengths(session, replace(wanted, after=after), limit=limit),
    )


@bp.get("/configs/<string:kind>/<path:key>")
@allows(Permission.READ_DESK, Scope.CONFIGS_READ)
@tells(filters=AT, gives={200: Config}, refuses=UNKNOWN)
def show_config(kind: str, key: str) -> Response:
    """Show the value of a key that is live, or was at a moment."""
    at, session = Asked(AT).past("at"), db.session()
    kind, key = canonical(session, kind, key)

    def look() -> Config | None:
        row = ledger.find_version(session, kind, key) if at is None else ledger.find_at(session, kind, key, at)
        return None if row is None or row.payload is None else config_of(row, None)

    found = remembered(session, "config", [kind, key, at], Config | None, look)
    if found is None:
        raise UnknownKey("There is no such value" + (" now." if at is None else " at that moment."))
    is_open = listing.open_changes(session, [(kind, key)]).get((kind, key)) if at is None else None
    told = structs.replace(found, open_change=is_open)
    return answer(told, tag=config_tag(kind, key, found.version, is_open))


@bp.put("/configs/<string:kind>/<path:key>")
@allows(Permission.READ_DESK, Scope.CONFIGS_PROPOSE)
@tells(takes=Replaced, gives={202: Change}, if_match=True, begins=True, refuses=PROPOSING, roles=PROPOSERS)
def replace_config(kind: str, key: str) -> Response:
    """Propose another value for a key; nothing is written. For a key without a value say If-None-Match: * instead."""
    _require_seen()
    said = read_body(Replaced)
    return _propose(kind, key, said, lambda _live: said.payload)


@bp.patch("/configs/<string:kind>/<path:key>")
@allows(Permission.READ_DESK, Scope.CONFIGS_PROPOSE)
@tells(takes=Merged, gives={202: Change}, if_match=True, begins=True, refuses=PROPOSING, roles=PROPOSERS)
def merge_config(kind: str, key: str) -> Response:
    """Propose the live value with the given fields in it, objects within objects too; nothing is written."""
    _require_seen()
    said = read_body(Merged)
    return _propose(kind, key, said, lambda live: _merged(live or {}, said.payload))


@bp.delete("/configs/<string:kind>/<path:key>")
@allows(Permission.READ_DESK, Scope.CONFIGS_PROPOSE)
@tells(takes=Removed, gives={202: Change}, if_match=True, begins=True, refuses=PROPOSING, roles=PROPOSERS)
def remove_config(kind: str, key: str) -> Response:
    """Propose that a key has no value any more; nothing is written."""
    _require_seen()
    return _propose(kind, key, read_body(Removed), None)


def canonical(session: Session, kind: str, key: str) -> tuple[str, str]:
    """Give kind and key as the ledger has them; raises UnknownKind, UnknownKey."""
    rule = applying.rule_of(kind)
    try:
        return rule.kind.value, applying.parse_key(session, rule, key)
    except InvalidPayload:
        raise UnknownKey("There is no such key.") from None


def _wanted(asked: Asked) -> listing.Filter:
    return listing.Filter(
        kind=asked.word("kind", Kind),
        key=asked.text("key"),
        enabled=asked.truth("enabled"),
        text=asked.text("q") or "",
        at=asked.past("at"),
    )


def _place_of(row: ConfigVersion | Config) -> listing.Key:
    return row.kind, row.key


def _propose(kind: str, key: str, said: Removed, payload: Callable[[Mapping[str, Any] | None], Any] | None) -> Response:
    with acting(kind, key) as work:
        rule = applying.rule_of(kind)
        wanted = applying.parse_key(work.session, rule, key)
        live = ledger.find_version(work.session, rule.kind, wanted)
        number = _require_matching(work.session, rule.kind, wanted, live)
        wish = Wish(
            kind=kind,
            key=wanted,
            payload=None if payload is None else payload(ledger.payload_of(live)),
            reason=said.reason,
            title=said.title,
            action=Action.DELETE if payload is None else Action.SET,
            base_version=number,
            apply_at=said.apply_at,
            ask=said.ask,
            confirmed=tuple(said.confirmed_warnings),
        )
        made = changes.propose_change(work.session, work.terms, wish)
    told = tell_change(made.id, 202)
    told.location = url_for("api.show_change", change_id=made.id)
    return told


def _require_seen() -> None:
    if request.headers.get("If-None-Match", "").strip() != "*":
        require_match()


def _require_matching(session: Session, kind: str, key: str, live: ConfigVersion | None) -> int:
    """Hold the request's conditions against what is there, and give the version that it is; raises RevisionMoved."""
    number, there = live.version if live else 0, live is not None and live.payload is not None
    by_tag = bool(request.headers.get("If-Match", "").strip())
    if matches(config_tag(kind, key, number), there=there, whatever=ANY_OPEN) if by_tag else not there:
        return number
    is_open = listing.open_changes(session, [(kind, key)]).get((kind, key))
    moved = MOVED if by_tag else "The key has a value by now; look at it first."
    raise RevisionMoved(moved, config_tag(kind, key, number, is_open) if there else "")


def _merged(live: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(live)
    for name, value in given.items():
        before = merged.get(name)
        merged[name] = _merged(before, value) if isinstance(before, dict) and isinstance(value, dict) else value
    return merged
