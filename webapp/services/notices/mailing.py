"""What is mailed to whom about a change request, and what becomes of it (approvals note §3.9, decision 39)?

One entry of the outbox stands for one person and one request. What is said, and where it goes, is read when it leaves.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from webapp.domain.approval import mails
from webapp.domain.approval import notices as rules
from webapp.domain.approval.mails import About, Line
from webapp.domain.configs.kinds import KINDS, Kind
from webapp.domain.queue import backoff
from webapp.mail_server import writable
from webapp.models.accounts import Account
from webapp.models.governance.changes import ChangeRequest
from webapp.models.governance.notices import Notice
from webapp.ports import Mail
from webapp.services.messages import outbox
from webapp.services.messages.outbox import UNWANTED, Entry
from webapp.services.notices import teaching
from webapp.services.notices.writing import mail_to


@dataclass(frozen=True, slots=True)
class Parcel:
    """A mail that is to leave now, and the notices that it tells."""

    mail: Mail
    notice_ids: tuple[int, ...]


def prepare(session: Session, entry: Entry, *, base_url: str, now: datetime) -> Parcel | None:
    """Give the mail that an entry stands for; None where it is not due yet, or where nobody wants it any more."""
    account = session.get(Account, entry.payload["account_id"])
    waiting = _waiting(session, entry)
    unread = [notice for notice in waiting if notice.read_at is None]
    change = session.get_one(ChangeRequest, entry.payload["change_id"])
    if account is None or not unread or not wants_mails(account, sees=teaching.sees(session, account, change)):
        drop(session, entry, now=now)
        return None
    due_at = rules.mail_due_at(_last_mailed_at(session, entry), now)
    if due_at > now:
        outbox.put_off(session, entry, until=due_at)
        return None
    return Parcel(_mail(account, change, unread, base_url, now), tuple(notice.id for notice in waiting))


def record_mailed(session: Session, entry: Entry, parcel: Parcel, *, now: datetime) -> None:
    """The mail server has the mail; what was told meanwhile gets an entry of its own."""
    _settle(session, entry, parcel.notice_ids, mailed_at=now)
    outbox.record_sent(session, entry, now=now)
    _let_follow(session, entry, now=now)


def record_unsent(session: Session, entry: Entry, problem: str, *, now: datetime, chance: float) -> None:
    """The mail server could not be reached: again later, for six hours."""
    if last_word := backoff.last_word(problem, entry.created_at, now, tries=entry.tries):
        give_up(session, entry, last_word, now=now)
        return
    outbox.try_again(session, entry, problem, now=now, chance=chance)


def give_up(session: Session, entry: Entry, problem: str, *, now: datetime) -> None:
    """The mail will never leave; its notices stay on the page."""
    _settle(session, entry, [notice.id for notice in _waiting(session, entry)])
    outbox.record_failure(session, entry, problem, now=now)
    _let_follow(session, entry, now=now)


def drop(session: Session, entry: Entry, *, now: datetime) -> None:
    """Nobody wants the mail: all is read already, mails are off, or there is nowhere to send it."""
    give_up(session, entry, UNWANTED, now=now)


def wants_mails(account: Account, *, sees: bool = False) -> bool:
    """Say whether somebody can open what they are told of, and be written to, and has not said no.

    Whoever has a role can; `sees` says it of one without.
    """
    opens = sees or bool(account.roles)
    return account.mail_notices and account.disabled_at is None and opens and writable(account.email)


def _waiting(session: Session, entry: Entry) -> Sequence[Notice]:
    """Give the notices that wait for this entry, oldest first, held until the commit (see writing._with_entry)."""
    query = (
        select(Notice)
        .where(
            Notice.account_id == entry.payload["account_id"],
            Notice.change_id == entry.payload["change_id"],
            Notice.mail_waits,
        )
        .order_by(Notice.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return session.scalars(query).all()


def _last_mailed_at(session: Session, entry: Entry) -> datetime | None:
    query = select(func.max(Notice.mailed_at)).where(
        Notice.account_id == entry.payload["account_id"], Notice.change_id == entry.payload["change_id"]
    )
    return session.scalar(query)


def _settle(session: Session, entry: Entry, notice_ids: Sequence[int], *, mailed_at: datetime | None = None) -> None:
    held = {notice.id for notice in _waiting(session, entry)}  # locks them first, in their order
    numbers = held & set(notice_ids)
    session.execute(
        update(Notice).where(Notice.id.in_(numbers)).values(mail_waits=False, mailed_at=mailed_at),
        execution_options={"synchronize_session": False},
    )


def _let_follow(session: Session, entry: Entry, *, now: datetime) -> None:
    if _waiting(session, entry):
        outbox.add(session, [mail_to(entry.payload["account_id"], entry.payload["change_id"])], now=now)


def _mail(account: Account, change: ChangeRequest, unread: Sequence[Notice], base_url: str, now: datetime) -> Mail:
    lines = [Line(notice.text, notice.note, notice.actor_name, notice.at) for notice in unread]
    label = KINDS[Kind(change.kind)].label
    subject = label if change.key == "-" else f"{label}, {change.key}"
    about = About(change.id, change.title, subject, teaching.path_for(account, change), bool(account.roles))
    return Mail(
        name=mails.one_line(account.username),
        address=account.email,
        subject=mails.subject_of(about, lines),
        text=mails.body_of(about, lines, name=account.username, base_url=base_url),
        at=now,
        reference=f"notice-{unread[-1].id}",
        thread=f"change-{change.id}",
    )
