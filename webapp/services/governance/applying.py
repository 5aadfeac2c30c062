"""Can a value be live, and how does it become so? The one place that judges and applies, whoever asks."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from webapp.domain import tracking
from webapp.domain.configs.kinds import KINDS, Kind, KindRule, Payload
from webapp.domain.configs.proposals import BadPayload, Checked, Problem, Proposal
from webapp.errors.governance import CautionsUnread, InvalidPayload, UnknownKind
from webapp.models.governance.changes import ChangeRequest
from webapp.models.governance.versions import ConfigVersion
from webapp.services import accounts
from webapp.services.audit import Act
from webapp.services.configs import ledger
from webapp.services.governance import surroundings
from webapp.services.governance.terms import Terms
from webapp.services.messages import outbox
from webapp.services.messages.outbox import Channel, Effect
from webapp.wording import joined, phrase


def rule_of(kind: str) -> KindRule:
    """Give the rules of a kind by its wire word; raises UnknownKind."""
    if kind not in KINDS:
        raise UnknownKind(
            phrase(
                "There is no kind of configuration named {kind}; there are {kinds}.",
                kind=kind[:40],
                kinds=joined(KINDS),
            )
        )
    return KINDS[Kind(kind)]


def parse(rule: KindRule, payload: object) -> dict[str, Any]:
    """Give the canonical payload of a kind; raises InvalidPayload with every problem."""
    try:
        return rule.parse(payload)
    except BadPayload as bad:
        raise InvalidPayload(_pairs(bad.problems)) from None


def parse_key(session: Session, rule: KindRule, key: str) -> str:
    """Give the canonical key of a kind, an account's name as the account spells it; raises InvalidPayload."""
    try:
        key = rule.parse_key(key)
    except BadPayload as bad:
        raise InvalidPayload(_pairs(bad.problems)) from None
    account = accounts.find_account(session, key) if rule.kind is Kind.ACCESS else None
    return account.username if account else key


def check(
    session: Session, terms: Terms, kind: str, key: str, payload: Payload | None, author: str, batch: str = ""
) -> Checked:
    """Judge the whole set of a kind as it would be (I10), with what else is asked for in its batch; refuses nothing."""
    rule = rule_of(kind)
    around = surroundings.gather(session, terms, rule.kind, key, payload, author, batch)
    live = ledger.live_set(session, kind)
    return rule.check(Proposal(key, payload, live, around))


def require_valid(checked: Checked, confirmed: Sequence[str]) -> None:
    """Refuse what was found wrong, and what its requester has not confirmed all of; raises InvalidPayload, CautionsUnread."""
    if checked.problems:
        raise InvalidPayload(_pairs(checked.problems))
    cautions = {one.code: one.text for one in checked.cautions}
    if not cautions.keys() <= set(confirmed):
        raise CautionsUnread([*cautions.items()])


def make_live(session: Session, terms: Terms, change: ChangeRequest) -> ConfigVersion:
    """Apply a change that has all that it needs; raises InvalidPayload where the set has become one that cannot be live.

    The caller holds the kind's lock and leaves the audit event.
    """
    payload, before = ledger.payload_of(change), ledger.live_payload(session, change.kind, change.key)
    checked = check(session, terms, change.kind, change.key, payload, change.author_name)
    if checked.problems:
        raise InvalidPayload(_pairs(checked.problems))
    version = ledger.add_version(session, change, now=terms.now)
    told = _tracked(change.kind, change.key, before, payload, terms.now)
    outbox.add(session, [Effect(Channel.TRACKING, event) for event in told], now=terms.now)
    return version


def act_of(
    change: ChangeRequest,
    action: str,
    details: Mapping[str, object] | None = None,
    *,
    reason: str = "",
    to_version: int | None = None,
) -> Act:
    """Give the audit event of a move, with all by which the request is found again."""
    return Act(
        action,
        change.kind,
        change.key,
        {"title": change.title, "state": change.state.value, **(details or {})},
        reason,
        change_id=change.id,
        revision=change.revision,
        from_version=change.base_version,
        to_version=to_version,
    )


def _pairs(problems: Sequence[Problem]) -> list[tuple[str, str]]:
    return [(problem.field, problem.reason) for problem in problems]


def _tracked(
    kind: str, key: str, before: Mapping[str, Any] | None, after: Mapping[str, Any] | None, at: datetime
) -> list[dict[str, Any]]:
    """Tell that a course run's self-generation was switched (domain note §1.6)."""
    if kind != Kind.COURSE:
        return []
    was, now = (bool(side and side["self_generation_enabled"]) for side in (before, after))
    return [tracking.generation_switched(course_id=key, enabled=now, at=at)] if was != now else []
