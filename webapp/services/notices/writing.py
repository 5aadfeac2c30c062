"""Who has to be told of an act on a change request, and how is it put down for them?

In the transaction of the act, before its audit event, which is the last statement.
"""

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from webapp.domain.actors import Actor
from webapp.domain.approval import notices as rules
from webapp.domain.approval.notices import STALE, People
from webapp.domain.approval.states import OPEN, Origin
from webapp.domain.configs.kinds import Kind
from webapp.domain.identifiers import folded
from webapp.domain.roles import Role
from webapp.models.accounts import Account, read_roles
from webapp.models.governance.changes import ChangeRequest, Contributor
from webapp.models.governance.notices import Notice
from webapp.services.configs import ledger
from webapp.services.messages import outbox
from webapp.services.messages.outbox import Channel, Effect
from webapp.services.notices import teaching


def write(session: Session, actor: Actor, change: ChangeRequest, action: str, *, note: str, now: datetime) -> None:
    """Tell everybody whom an act on a request concerns, but for whoever did it."""
    told = rules.recipients(action, _people(session, actor, change, note))
    if not told:
        return
    # First: whoever is just being written to is waited for, so that no notice is left without an entry.
    waiting = _with_entry(session, change.id, told)
    rows = [
        {
            "account_id": account_id,
            "change_id": change.id,
            "action": action,
            "actor_name": actor.name,
            "text": words,
            "note": note,
            "at": now,
            "mail_waits": True,
        }
        for account_id, words in told.items()
    ]
    session.execute(insert(Notice), rows)
    outbox.add(session, [mail_to(number, change.id) for number in told if number not in waiting], now=now)


def write_stale(session: Session, actor: Actor, kind: str, key: str, *, now: datetime) -> None:
    """Tell the author of an open request on a key that its live value has moved."""
    query = select(ChangeRequest).where(
        ChangeRequest.kind == kind, ChangeRequest.key == key, ChangeRequest.origin == Origin.PROPOSAL
    )
    change = session.scalar(query.where(ChangeRequest.state.in_(OPEN)))
    if change is not None and change.base_version != ledger.live_number(session, kind, key):
        write(session, actor, change, STALE, note="", now=now)


def mail_to(account_id: int, change_id: int) -> Effect:
    """Give the entry that lets one person's mail on one request leave."""
    return Effect(Channel.MAIL, {"account_id": account_id, "change_id": change_id})


def _people(session: Session, actor: Actor, change: ChangeRequest, note: str) -> People:
    """Give who plays which part at this moment; of people without a role those alone who see what they are told of."""
    staff = list_staff(session)
    wrote = session.scalars(select(Contributor.account_id).where(Contributor.change_id == change.id))
    names = {folded(name) for name in rules.names_in(note)}
    subject = folded(change.key) if change.kind == Kind.ACCESS else None
    return People(
        actor=actor.id,
        author=_if_in(staff, change.author_id) or teaching.find_author(session, change),
        asked=_if_in(staff, change.asked_id),
        holder=_if_in(staff, change.held_by_id),
        contributors=frozenset(wrote) & staff.keys(),
        approvers=frozenset(number for number, (_, roles) in staff.items() if Role.APPROVER in roles),
        mentioned=frozenset(number for number, (name, _) in staff.items() if name in names),
        about=next((number for number, (name, _) in staff.items() if name == subject), None),
    )


def list_staff(session: Session) -> dict[int, tuple[str, tuple[Role, ...]]]:
    """Give every account that may sign in and holds a role: its folded name and its roles.

    From the ledger's side, since learners have accounts too, and many more.
    """
    roles = {row.key: read_roles(row.payload) for row in ledger.list_live(session, Kind.ACCESS)}
    names = [folded(name) for name, held in roles.items() if held]
    query = select(Account.id, Account.username, Account.username_folded).where(
        Account.username_folded.in_(names), Account.disabled_at.is_(None)
    )
    return {
        row.id: (row.username_folded, roles[row.username]) for row in session.execute(query) if row.username in roles
    }


def _if_in(staff: Collection[int], account_id: int | None) -> int | None:
    return account_id if account_id in staff else None


def _with_entry(session: Session, change_id: int, account_ids: Iterable[int]) -> set[int]:
    """Give those for whom an entry of the outbox waits already, and hold it until the commit.

    Whoever sends it settles these rows under the same lock, and looks again afterwards for what came meanwhile.
    """
    query = (
        select(Notice.account_id)
        .where(Notice.account_id.in_(account_ids), Notice.change_id == change_id, Notice.mail_waits)
        .order_by(Notice.account_id, Notice.id)
        .with_for_update()
    )
    return set(session.scalars(query))
