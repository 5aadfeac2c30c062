"""Everything that somebody who decides on a change request has to see, as it is at this moment."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.domain.approval.merge import Conflict, Difference, differences, merge
from webapp.domain.approval.policy import Refusal, Seen
from webapp.domain.approval.states import OPEN, Move
from webapp.domain.configs.kinds import KindRule, Payload
from webapp.domain.configs.proposals import Checked
from webapp.models.accounts import Account
from webapp.models.audit import AuditEvent
from webapp.models.governance.changes import ChangeRequest, Decision
from webapp.models.governance.versions import ConfigVersion
from webapp.services import audit
from webapp.services.configs import ledger
from webapp.services.governance import applying, standing
from webapp.services.governance.terms import Terms

MOST_EVENTS = 500


@dataclass(frozen=True, slots=True)
class Review:
    """A change request amid what it is judged by."""

    change: ChangeRequest
    rule: KindRule
    tag: str
    """By what this is told from a later one: what somebody decides on."""
    seen: Seen
    before: Payload | None
    """What it was made from."""
    after: Payload | None
    live: Payload | None
    sentences: tuple[str, ...]
    differences: tuple[Difference, ...]
    conflicts: tuple[Conflict, ...]
    """The fields that the live value and the request have both changed, while it is stale."""
    checked: Checked
    """What is found wrong with it, and what its author has to confirm; nothing once it is closed."""
    approvals: Sequence[Decision]
    """Those that count."""
    deciders: tuple[str, ...]
    """Who could approve it, by name."""
    asked: str
    holder: str
    version: int | None
    """The number of the version that it became."""
    refusals: dict[Move, Refusal | None]
    events: Sequence[AuditEvent]
    """What happened to it, the latest first."""

    @property
    def stale(self) -> bool:
        """True where it is open and the live value has moved on."""
        return self.change.state in OPEN and self.seen.stale

    @property
    def owed(self) -> bool:
        """True where an emergency made it live, and nobody else has looked at it or undone it."""
        return self.change.owes_review


def read_review(session: Session, terms: Terms, change_id: int) -> Review:
    """Give a change request with all that its page shows; raises UnknownChange."""
    change = standing.get_change(session, change_id)
    rule, seen = applying.rule_of(change.kind), standing.see(session, change, now=terms.now)
    base = ledger.find_version(session, change.kind, change.key, change.base_version)
    before, after = ledger.payload_of(base), ledger.payload_of(change)
    live = ledger.live_payload(session, change.kind, change.key)
    is_open = change.state in OPEN
    return Review(
        change=change,
        rule=rule,
        tag=standing.tag_of(session, change),
        seen=seen,
        before=before,
        after=after,
        live=live,
        sentences=rule.sentences(before, after, "" if rule.single else change.key),
        differences=differences(before, after),
        conflicts=merge(before, live, after, {}).conflicts if is_open and seen.stale else (),
        checked=_check(session, terms, change, after) if is_open else Checked(),
        approvals=[one for one in standing.approvals_of(session, change) if one.account_id not in seen.powerless],
        deciders=_deciders(session, seen) if is_open else (),
        asked=_name(session, change.asked_id),
        holder=_name(session, change.held_by_id),
        version=session.scalar(select(ConfigVersion.version).where(ConfigVersion.change_id == change.id)),
        refusals=standing.refusals(session, change, terms.actor, now=terms.now),
        events=_events(session, change),
    )


def _deciders(session: Session, seen: Seen) -> tuple[str, ...]:
    about = () if seen.about is None else (seen.about,)
    return tuple(standing.list_deciders(session, {*seen.contributors, *about}))


def _check(session: Session, terms: Terms, change: ChangeRequest, payload: Payload | None) -> Checked:
    return applying.check(session, terms, change.kind, change.key, payload, change.author_name)


def _name(session: Session, account_id: int | None) -> str:
    if account_id is None:
        return ""
    return session.scalar(select(Account.username).where(Account.id == account_id)) or ""


def _events(session: Session, change: ChangeRequest) -> Sequence[AuditEvent]:
    """Events are found by kind and key, for which there is an index; whatever was refused names no request."""
    query = select(AuditEvent).where(
        AuditEvent.kind == change.kind, AuditEvent.key == change.key, AuditEvent.change_id == change.id
    )
    return audit.read_events(session, query.order_by(AuditEvent.seq.desc()).limit(MOST_EVENTS))
