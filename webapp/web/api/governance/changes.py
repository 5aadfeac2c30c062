"""Change requests for programs: propose, look, edit, and see beforehand what would be said."""

from dataclasses import replace

import msgspec
from flask import Response
from flask_login import current_user

from webapp import clock
from webapp.domain.approval.merge import differences
from webapp.domain.approval.states import Action, Origin, State
from webapp.domain.configs.kinds import Kind
from webapp.domain.identifiers import made_storable
from webapp.domain.roles import Permission, Role, Scope
from webapp.errors.governance import InvalidPayload, KeyNotTyped, TokenDecides, UnknownChange, UnknownKind
from webapp.models.base import db
from webapp.services.configs import ledger
from webapp.services.exports.sources import Source
from webapp.services.governance import applying, changes, decisions
from webapp.services.governance.reading import requests
from webapp.web import auth
from webapp.web.api.blueprint import answer, bp, tells
from webapp.web.api.bodies import read_body
from webapp.web.api.governance.acting import acting, move_change, tell_change
from webapp.web.api.governance.objects import Change, changes_of
from webapp.web.api.governance.refusing import EDITING, PROPOSERS, PROPOSING
from webapp.web.api.governance.wishes import Edited, Preview, Proposed, Warned, Wondered, differing
from webapp.web.api.lists import LIST_FILTERS, Asked, exports, page_of
from webapp.web.auth import allows
from webapp.web.conditional import require_match
from webapp.web.errors.problems import Fault
from webapp.web.installation import terms_of

FILTERS = {
    "state": "One state, or several separated by commas.",
    "kind": "A kind of configuration.",
    "key": "A key, letter for letter.",
    "origin": "Where it came from: proposal, emergency, installation, machine, or several separated by commas.",
    "mine": "true: proposed by the account that asks; false: by others.",
    "waiting": "true: the account that asks could decide on it.",
    "stale": "true: open, and the live value has moved since.",
    "owed": "true: went live in an emergency, and nobody else has looked at it yet.",
    **LIST_FILTERS,
}


@bp.post("/changes")
@allows(Permission.READ_DESK, Scope.CONFIGS_PROPOSE)
@tells(takes=Proposed, gives={201: Change}, refuses=(*PROPOSING, KeyNotTyped, TokenDecides), roles=PROPOSERS)
def propose_change() -> Response:
    """Propose a change of one key, for others to decide on; with `emergency`, make it live at once and owe a review.

    Admins propose changes of kind `access`, editors all others; `emergency` is for admins alone, and for no token.
    """
    said = read_body(Proposed)
    with acting(said.kind, said.key) as work:
        if said.emergency:
            made = decisions.propose_in_emergency(work.session, work.terms, said.wish(), typed_key=said.typed_key)
        else:
            made = changes.propose_change(work.session, work.terms, said.wish())
    return tell_change(made.id, 201, created=True)


@bp.get("/changes")
@allows(Permission.READ_DESK, Scope.CONFIGS_READ)
@tells(filters=FILTERS, gives={200: page_of(Change)})
def list_changes() -> Response:
    """List change requests, the newest first."""
    asked = Asked(FILTERS)
    place = asked.cursor(int)
    wanted = replace(_wanted(asked), below=place[0] if place else None)
    found = requests.list_page(db.session(), wanted, limit=asked.limit() + 1)
    told = {row.id: one for row, one in zip(found, changes_of(db.session(), found), strict=True)}
    return asked.page(found, lambda row: told[row.id], lambda row: (row.id,))


@exports("/changes", Permission.READ_DESK, Scope.CONFIGS_READ, FILTERS)
def export_changes(asked: Asked) -> Source:
    """Take change requests elsewhere as {form}, the newest first, with all that happened to each; an event tells of this."""
    wanted = _wanted(asked)
    return Source(
        "changes",
        [field.name for field in msgspec.structs.fields(Change)],
        lambda session, below, limit: requests.list_page(session, replace(wanted, below=below), limit=limit),
        lambda row: row.id,
        lambda session, rows: (msgspec.to_builtins(one, enc_hook=str) for one in changes_of(session, rows)),
        lambda session, below, limit: requests.list_lengths(session, replace(wanted, below=below), limit=limit),
    )


@bp.get("/changes/<int:change_id>")
@allows(Permission.READ_DESK, Scope.CONFIGS_READ)
@tells(gives={200: Change}, refuses=(UnknownChange,))
def show_change(change_id: int) -> Response:
    """Show one change request, with all that happened to it."""
    return tell_change(change_id)


@bp.patch("/changes/<int:change_id>")
@allows(Permission.READ_DESK, Scope.CONFIGS_PROPOSE)
@tells(takes=Edited, gives={200: Change}, if_match=True, refuses=EDITING, roles=PROPOSERS)
def edit_change(change_id: int) -> Response:
    """Edit an open change request; another payload or moment is another revision, which nobody has approved yet."""
    require_match()
    edit = read_body(Edited).edit()
    return move_change(
        change_id,
        lambda work, expected: changes.edit_change(work.session, work.terms, change_id, edit, expected=expected),
    )


@bp.post("/changes/preview")
@allows(Permission.PROPOSE_CHANGES, Scope.CONFIGS_PROPOSE)
@tells(takes=Wondered, gives={200: Preview}, refuses=(UnknownKind,))
def preview_change() -> Response:
    """Say what would be found, and what would follow, were this proposed; nothing is kept."""
    said = read_body(Wondered)
    session, terms = db.session(), terms_of(auth.actor(), clock.now())
    rule = applying.rule_of(said.kind)
    key, payload, problems, warnings = made_storable(said.key), None, [], []
    try:
        key = applying.parse_key(session, rule, said.key)
        payload = applying.parse(rule, said.payload) if said.action is Action.SET else None
    except InvalidPayload as bad:
        problems = [Fault(field, reason) for field, reason in bad.problems]
    else:
        checked = applying.check(session, terms, rule.kind, key, payload, terms.actor.name)
        problems = [Fault(one.field, one.reason) for one in checked.problems]
        warnings = [Warned(one.code, one.text) for one in checked.cautions]
    live = ledger.find_version(session, rule.kind, key)
    before, readable = ledger.payload_of(live), payload is not None or said.action is Action.DELETE
    return answer(
        Preview(
            kind=rule.kind,
            key=key,
            base_version=live.version if live else 0,
            unchanged=readable and before == payload,
            problems=problems,
            warnings=warnings,
            sentences=list(rule.sentences(before, payload)) if readable else [],
            differences=[differing(one) for one in differences(before, payload)] if readable else [],
            approvals_needed=terms.approvals_of(rule),
        )
    )


def _wanted(asked: Asked) -> requests.Filter:
    me, mine, waiting = current_user.signed_in.account_id, asked.truth("mine"), asked.truth("waiting")
    return requests.Filter(
        states=asked.words("state", State),
        kind=asked.word("kind", Kind),
        key=asked.text("key"),
        origins=asked.words("origin", Origin),
        author=None if mine is None else (me, mine),
        waits_for=None if waiting is None else (me if Role.APPROVER in current_user.roles else None, waiting),
        stale=asked.truth("stale"),
        owed=asked.truth("owed"),
    )
