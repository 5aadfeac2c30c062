"""How do configurations and change requests look to programs (interface §6)? The names are fixed."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy.orm import Session

from webapp.domain.approval.states import OPEN, Action, Origin, State
from webapp.models.audit import AuditEvent
from webapp.models.governance.changes import ChangeRequest
from webapp.models.governance.versions import ConfigVersion
from webapp.services.audit import details_of
from webapp.services.configs import ledger
from webapp.services.configs.listing import approvers_of
from webapp.services.governance import standing
from webapp.services.governance.reading import requests
from webapp.web.api.bodies import Moment
from webapp.web.api.reference.kinds import GivenPayload, KindWord
from webapp.web.conditional import digest_tag, tag_text

ANY_EVENT = r"(-e\d+(-a[0-9a-f]{8})?)?"
"""The ending of a change's tag that is nothing to whoever decides on it."""
ANY_OPEN = r"(-o\d+)?"
"""The same of a value's tag."""


class Config(msgspec.Struct, frozen=True):
    """One version of one key's value; the live one where nothing else was asked for."""

    kind: KindWord
    key: str
    version: int
    """The number of the version, the first of its key being 1."""
    payload: GivenPayload
    """The value, as its kind has it."""
    author: str
    """The name of whoever proposed it."""
    approved_by: list[str]
    """Who approved it, by name; empty where it went live without approvals: in an emergency, at the installation, from
    the machine."""
    applied_at: Moment
    """When it went live."""
    reason: str
    """Why, in the words of whoever proposed it."""
    open_change: int | None
    """The number of the open change request on the key; null where there is none, and where the past was asked for."""
    change: int
    """The number of the change request by which it went live."""


class Approvals(msgspec.Struct, frozen=True):
    """How many approvals a change needs, and how many of its present revision count at this moment, by whom."""

    needed: int
    """How many it needs."""
    given: int
    """How many of its present revision count at this moment."""
    by: list[str]
    """The names of those who gave them, the earliest first."""


class Event(msgspec.Struct, frozen=True):
    """One thing that happened to a change request."""

    seq: int
    at: Moment
    actor: str
    """The name of whoever did it."""
    action: str
    """What happened, as a word with a dot: `change.proposed`, `change.approved`, `change.commented` and so on."""
    revision: int | None
    from_version: int | None
    to_version: int | None
    reason: str
    details: dict[str, Any]
    """What is to be known beyond the rest; which names there are goes by `action`."""


class Change(msgspec.Struct, frozen=True):
    """A request to change one key, from its proposal to its end."""

    id: int
    kind: KindWord
    key: str
    action: Action
    """What it does to its key."""
    payload: GivenPayload
    """The value that the key shall have, as its kind has it."""
    base_version: int
    """The number of the live version that it was made from; 0: there was none."""
    live_version: int
    """The number of the version that is live now; 0: there is none."""
    revision: int
    state: State
    """How far it is."""
    stale: bool
    """Whether it is open, and the live value has moved since it was made: then it has to be rebased first."""
    author: str
    """The name of whoever proposed it."""
    contributors: list[str]
    """The names of all who wrote on it, who may not approve it."""
    approvals: Approvals
    """How many approvals it needs, and which it has."""
    apply_at: Moment | None
    title: str
    reason: str
    """Why, in the words of whoever proposed it."""
    origin: Origin
    """Where it came from."""
    emergency: bool
    """Whether it went live in an emergency, without approvals."""
    review_owed: bool
    """Whether it did, and nobody else has looked at it yet, or led back to before it."""
    reverts_version: int | None
    """The number of the version to which it goes back; null where it goes back to none."""
    confirmed_warnings: list[str]
    created_at: Moment
    """When it was proposed."""
    closed_at: Moment | None
    """When it went live, or ended otherwise; null while it is open."""
    events: list[Event]
    """All that happened to it, the oldest first."""


def config_of(row: ConfigVersion, open_change: int | None) -> Config:
    """Give a version as programs see it."""
    return Config(
        kind=row.kind,
        key=row.key,
        version=row.version,
        payload=ledger.payload_of(row),
        author=row.change.author_name,
        approved_by=approvers_of(row.change),
        applied_at=row.created_at,
        reason=row.change.reason,
        open_change=open_change,
        change=row.change_id,
    )


def config_tag(kind: str, key: str, version: int, open_change: int | None = None) -> str:
    """Give the tag of a value, and by the open change all that is told of it.

    So nobody keeps a copy that names a change which has ended; If-Match looks at the first part alone, which stays while
    the value does, whatever is proposed (approvals note §1.4, I1).
    """
    return tag_text(f"{kind}:{key}:v{version}") + ("" if open_change is None else f"-o{open_change}")


def changes_of(session: Session, rows: Sequence[ChangeRequest]) -> list[Change]:
    """Give change requests as programs see them."""
    live = ledger.live_numbers(session, {(row.kind, row.key) for row in rows})
    events = requests.events_of(session, rows)
    approved_by = standing.approvers_of(session, rows)
    return [
        _change_of(row, live.get((row.kind, row.key), 0), events.get(row.id, ()), approved_by[row.id]) for row in rows
    ]


def change_tag(session: Session, row: ChangeRequest, told: Change) -> str:
    """Give the tag of a request as somebody decides on it (record 15), and by its ending of all that is told.

    That is its last event, and a digest of whose approvals count: no event of it tells that one of them was disabled. So
    nobody keeps a copy that lacks a comment or an approval; If-Match looks at the first part alone, so that a comment
    in between is no reason to look again.
    """
    by = "".join(f"{name}\n" for name in told.approvals.by)
    counted = f"-a{digest_tag(by.encode())[:8]}" if by else ""
    return f"{standing.tag_of(session, row)}-e{told.events[-1].seq if told.events else 0}{counted}"


def _change_of(row: ChangeRequest, live_version: int, events: Sequence[AuditEvent], approved_by: list[str]) -> Change:
    return Change(
        id=row.id,
        kind=row.kind,
        key=row.key,
        action=Action.DELETE if row.payload is None else Action.SET,
        payload=ledger.payload_of(row),
        base_version=row.base_version,
        live_version=live_version,
        revision=row.revision,
        state=row.state,
        stale=row.state in OPEN and row.base_version != live_version,
        author=row.author_name,
        contributors=[one.account_name for one in row.contributors],
        approvals=Approvals(row.approvals_needed, len(approved_by), approved_by),
        apply_at=row.apply_at,
        title=row.title,
        reason=row.reason,
        origin=row.origin,
        emergency=row.emergency,
        review_owed=row.owes_review,
        reverts_version=row.reverts_version,
        confirmed_warnings=list(row.confirmed),
        created_at=row.created_at,
        closed_at=row.closed_at,
        events=[_event_of(event) for event in events],
    )


def _event_of(event: AuditEvent) -> Event:
    details: Mapping[str, Any] = details_of(event)
    return Event(
        seq=event.seq,
        at=event.at,
        actor=event.actor_name,
        action=event.action,
        revision=event.revision,
        from_version=event.from_version,
        to_version=event.to_version,
        reason=event.reason,
        details={name: value for name, value in details.items() if name != "title"},
    )
