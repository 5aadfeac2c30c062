"""The history of one key for programs: every version, and what differs between two of them."""

from typing import Any

import msgspec
from flask import Response

from webapp.domain.approval.merge import differences
from webapp.domain.roles import Permission, Scope
from webapp.errors.governance import UnknownKey
from webapp.models.base import db
from webapp.models.governance.versions import ConfigVersion
from webapp.services.configs import ledger, listing
from webapp.services.governance import applying
from webapp.web.api.blueprint import answer, bp, tells
from webapp.web.api.governance.configs import canonical
from webapp.web.api.governance.objects import Config, config_of, config_tag
from webapp.web.api.governance.refusing import UNKNOWN
from webapp.web.api.governance.remembered import remembered
from webapp.web.api.governance.wishes import Differing, differing
from webapp.web.api.lists import LIST_FILTERS, Asked, page_of
from webapp.web.api.reference.kinds import KindWord
from webapp.web.auth import allows

BETWEEN = {
    "from": "The number of a version, or 0 for no value.",
    "to": "The number of another; the newest where it is not given.",
}


class Diff(msgspec.Struct, frozen=True, rename={"from_version": "from", "to_version": "to"}):
    """What differs between two versions of a key, field by field and in sentences."""

    kind: KindWord
    key: str
    from_version: int
    """The number of the one version; 0: no value."""
    to_version: int
    """The number of the other; 0: no value."""
    differences: list[Differing]
    sentences: list[str]


@bp.get("/configs/<string:kind>/<path:key>/versions")
@allows(Permission.READ_DESK, Scope.CONFIGS_READ)
@tells(filters=LIST_FILTERS, gives={200: page_of(Config)}, refuses=UNKNOWN)
def list_versions(kind: str, key: str) -> Response:
    """List every version of a key, the newest first; one without a payload is where the value was deleted."""
    asked, session = Asked(LIST_FILTERS), db.session()
    kind, key = canonical(session, kind, key)
    place = asked.cursor(int)
    below, limit = place[0] if place else None, asked.limit() + 1

    def look() -> list[Config]:
        return [config_of(row, None) for row in listing.list_versions(session, kind, key, below=below, limit=limit)]

    found = remembered(session, "versions", [kind, key, below, limit], list[Config], look)
    if not found and place is None:
        raise UnknownKey("That key never had a value.")
    return asked.page(found, lambda row: row, lambda row: (row.version,))


@bp.get("/configs/<string:kind>/<path:key>/versions/<int:number>")
@allows(Permission.READ_DESK, Scope.CONFIGS_READ)
@tells(gives={200: Config}, refuses=UNKNOWN)
def show_version(kind: str, key: str, number: int) -> Response:
    """Show one version of a key."""
    kind, key = canonical(db.session(), kind, key)
    row = _get(kind, key, number)
    return answer(config_of(row, None), tag=config_tag(kind, key, row.version))


@bp.get("/configs/<string:kind>/<path:key>/diff")
@allows(Permission.READ_DESK, Scope.CONFIGS_READ)
@tells(filters=BETWEEN, needs=("from",), gives={200: Diff}, refuses=UNKNOWN)
def show_diff(kind: str, key: str) -> Response:
    """Say what differs between two versions of a key."""
    asked, session = Asked(BETWEEN).needs("from"), db.session()
    kind, key = canonical(session, kind, key)
    first, last = asked.number("from", least=0) or 0, asked.number("to", least=0)
    last = ledger.live_number(session, kind, key) if last is None else last
    return answer(remembered(session, "diff", [kind, key, first, last], Diff, lambda: _diff(kind, key, first, last)))


def _diff(kind: str, key: str, first: int, last: int) -> Diff:
    before, after = _payload(kind, key, first), _payload(kind, key, last)
    return Diff(
        kind=kind,
        key=key,
        from_version=first,
        to_version=last,
        differences=[differing(one) for one in differences(before, after)],
        sentences=list(applying.rule_of(kind).sentences(before, after)),
    )


def _get(kind: str, key: str, number: int) -> ConfigVersion:
    found = ledger.find_version(db.session(), kind, key, number)
    if found is None:
        raise UnknownKey(f"That key has no version {number}.")
    return found


def _payload(kind: str, key: str, number: int) -> dict[str, Any] | None:
    return ledger.payload_of(_get(kind, key, number)) if number else None
