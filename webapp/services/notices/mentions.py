"""Who is named in a note about a learner, have they seen it, and how does the mail of it leave (approvals note §3.9)?

The mail says that there is a note and where, and nothing of whom it is about: it leaves the house.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session, joinedload

from webapp.domain.actors import Actor
from webapp.domain.approval import mails
from webapp.domain.approval.notices import names_in
from webapp.domain.identifiers import folded
from webapp.domain.queue import backoff
from webapp.models.accounts import Account
from webapp.models.base import Transactions
from webapp.models.support import LearnerNote, Mention
from webapp.ports import Mail
from webapp.services.messages import outbox
from webapp.services.messages.outbox import UNWANTED, Channel, Effect, Entry
from webapp.services.notices.mailing import Parcel, wants_mails
from webapp.services.notices.writing import list_staff

SHOWN = 20


def write(session: Session, actor: Actor, note: LearnerNote, *, now: datetime) -> list[str]:
    """Tell everybody whom a note names as @name, but for its author, and give their names in order."""
    names = {folded(name) for name in names_in(note.text)}
    if not names:
        return []
    told = {number: name for number, (name, _) in list_staff(session).items() if name in names and number != actor.id}
    rows = [Mention(note_id=note.id, account_id=number, at=now) for number in sorted(told)]
    session.add_all(rows)
    session.flush()
    outbox.add(session, [Effect(Channel.MENTION, {"mention_id": row.id}) for row in rows], now=now)
    return names_of(session, note.id)


def list_unknown(session: Session, text: str) -> list[str]:
    """Give what a text names as @name where nobody of the staff is called so, in order."""
    staff = {name for name, _ in list_staff(session).values()}
    return sorted({name for name in names_in(text) if folded(name) not in staff})


def names_of(session: Session, note_id: int) -> list[str]:
    """Give the names of those whom a note tells."""
    query = select(Account.username).join(Mention, Mention.account_id == Account.id).where(Mention.note_id == note_id)
    return list(session.scalars(query.order_by(Account.username)))


def list_mentions(session: Session, account_id: int) -> Sequence[Mention]:
    """Give the last 20 notes that name somebody, the newest first; without those that were withdrawn."""
    query = (
        select(Mention)
        .join(Mention.note)
        .where(Mention.account_id == account_id, LearnerNote.withdrawn_at.is_(None))
        .options(joinedload(Mention.note, innerjoin=True).joinedload(LearnerNote.learner, innerjoin=True))
    )
    return session.scalars(query.order_by(Mention.id.desc()).limit(SHOWN)).all()


def mark_read(session: Session, account_id: int, *, now: datetime, until: int) -> None:
    """Note that somebody has read what names them, as far as it was shown."""
    unread = (Mention.account_id == account_id, Mention.read_at.is_(None), Mention.id <= until)
    session.execute(update(Mention).where(*unread).values(read_at=now))


def note_opened(
    session: Session, begin: Transactions, account_id: int, note_ids: Sequence[int], *, now: datetime
) -> None:
    """Note that somebody has opened the page where the notes stand; writes only where there is something to note."""
    if not note_ids:
        return
    unread = (Mention.account_id == account_id, Mention.note_id.in_(note_ids), Mention.read_at.is_(None))
    if session.scalar(select(Mention.id).where(*unread).limit(1)) is not None:
        with begin() as work:
            work.execute(update(Mention).where(*unread).values(read_at=now))


def prepare(session: Session, entry: Entry, *, base_url: str, now: datetime) -> Parcel | None:
    """Give the mail that an entry stands for; None where nobody wants it any more."""
    mention = session.get(Mention, entry.payload["mention_id"])
    account = session.get(Account, mention.account_id) if mention is not None else None
    read = mention is None or mention.read_at is not None or mention.note.withdrawn_at is not None
    if mention is None or account is None or read or not wants_mails(account):
        drop(session, entry, now=now)
        return None
    return Parcel(_mail(account, mention, base_url, now), ())


def record_mailed(session: Session, entry: Entry, _parcel: Parcel, *, now: datetime) -> None:
    """The mail server has the mail."""
    session.execute(update(Mention).where(Mention.id == entry.payload["mention_id"]).values(mailed_at=now))
    outbox.record_sent(session, entry, now=now)


def record_unsent(session: Session, entry: Entry, problem: str, *, now: datetime, chance: float) -> None:
    """The mail server could not be reached: again later, for six hours."""
    if last_word := backoff.last_word(problem, entry.created_at, now, tries=entry.tries):
        give_up(session, entry, last_word, now=now)
        return
    outbox.try_again(session, entry, problem, now=now, chance=chance)


def give_up(session: Session, entry: Entry, problem: str, *, now: datetime) -> None:
    """The mail will never leave; the notice stays on the page."""
    outbox.record_failure(session, entry, problem, now=now)


def drop(session: Session, entry: Entry, *, now: datetime) -> None:
    """Nobody wants the mail: it is read already, mails are off, or there is nowhere to send it."""
    give_up(session, entry, UNWANTED, now=now)


def _mail(account: Account, mention: Mention, base_url: str, now: datetime) -> Mail:
    author = mails.one_line(mention.note.author_name)
    return Mail(
        name=mails.one_line(account.username),
        address=account.email,
        subject=mails.one_line(f"{author} names you in a note about a learner", mails.LONGEST_SUBJECT),
        text=(
            f"Hello {mails.one_line(account.username)},\n\n"
            f"{author} names you in a note about a learner, {mention.at:%Y-%m-%d %H:%M} UTC.\n\n"
            f"Read it, and sign in if you are asked to:\n{base_url}/notes/{mention.note_id}\n\n"
            f"-- \nCertdesk tells you of notes that name you. No more mails? Turn them off at\n{base_url}/notices\n"
        ),
        at=now,
        reference=f"mention-{mention.id}",
        thread=f"note-{mention.note_id}",
    )
