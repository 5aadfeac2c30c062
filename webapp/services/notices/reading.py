"""What has somebody been told, have they seen it, and do they want mails of it?"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Select, bindparam, func, select, union_all, update
from sqlalchemy.orm import Session, joinedload

from webapp.domain.approval.states import Origin
from webapp.models.accounts import Account
from webapp.models.base import Transactions
from webapp.models.governance.changes import ChangeRequest
from webapp.models.governance.notices import Notice
from webapp.models.prepared import Line, Prepared
from webapp.models.support import Mention

COUNTED = 99
"""So far unread notices are counted, since every page says their number; one more stands for all above."""
_UNREAD = Prepared(
    union_all(
        select(Notice.id).where(Notice.account_id == bindparam("account_id"), Notice.read_at.is_(None)),
        select(Mention.id).where(Mention.account_id == bindparam("account_id"), Mention.read_at.is_(None)),
    ).limit(COUNTED + 1)
)


def unread(session: Session, account_id: int) -> int:
    """Give how many notices and mentions in notes somebody has not read; 100 stands for that many or more."""
    return len(Line.of(session).ask(_UNREAD, {"account_id": account_id}))


def of_account(account_id: int) -> Select[Notice]:
    """Give the query of somebody's notices with their changes, for a page of a list."""
    return select(Notice).where(Notice.account_id == account_id).options(joinedload(Notice.change, innerjoin=True))


def list_notices(
    session: Session, account_id: int, *, unread_only: bool = False, limit: int = 50, before: int | None = None
) -> Sequence[Notice]:
    """Give somebody's notices, the newest first, so many; `before` is the number of the one that the last page ended with."""
    query = of_account(account_id)
    if unread_only:
        query = query.where(Notice.read_at.is_(None))
    if before is not None:
        query = query.where(Notice.id < before)
    return session.scalars(query.order_by(Notice.id.desc()).limit(limit)).all()


def keys_with_news(session: Session, account_id: int, kind: str) -> frozenset[str]:
    """Give the keys of a kind where somebody has not read yet what became of the last that they proposed."""
    last = select(func.max(ChangeRequest.id)).where(
        ChangeRequest.author_id == account_id, ChangeRequest.kind == kind, ChangeRequest.origin == Origin.PROPOSAL
    )
    query = select(ChangeRequest.key).join(Notice, Notice.change_id == ChangeRequest.id)
    asked = query.where(*_unread_of(account_id, None), ChangeRequest.id.in_(last.group_by(ChangeRequest.key)))
    return frozenset(session.scalars(asked))


def mark_read(
    session: Session, account_id: int, change_id: int | None = None, *, now: datetime, until: int | None = None
) -> int:
    """Note that somebody has read their notices, of one change or of all, and give how many that were.

    `until` is the number of the newest that was shown: what came meanwhile stays unread.
    """
    # Locked in the order of their numbers, as whoever writes and whoever sends locks them.
    found = select(Notice.id).where(*_unread_of(account_id, change_id))
    if until is not None:
        found = found.where(Notice.id <= until)
    numbers = session.scalars(found.order_by(Notice.id).with_for_update()).all()
    if numbers:
        session.execute(update(Notice).where(Notice.id.in_(numbers)).values(read_at=now))
    return len(numbers)


def note_opened(session: Session, begin: Transactions, account_id: int, change_id: int, *, now: datetime) -> None:
    """Note that somebody has opened a change, so that they have read what they were told of it.

    Looks in the page's own `session`, and begins a transaction (`begin` is `unit_of_work`) only where there is
    something to note: to look at a page is no reason to write.
    """
    if session.scalar(select(Notice.id).where(*_unread_of(account_id, change_id)).limit(1)) is not None:
        with begin() as work:
            mark_read(work, account_id, change_id, now=now)


def find_address(session: Session, account_id: int) -> tuple[bool, str]:
    """Say whether somebody wants mails, and give the address that they would go to; empty where there is none."""
    row = session.execute(select(Account.mail_notices, Account.email).where(Account.id == account_id)).one()
    return row.mail_notices, row.email


def set_mails(session: Session, account_id: int, *, wanted: bool) -> None:
    """Let somebody have mails of their notices, or none; the page of notices shows them in any case."""
    session.execute(update(Account).where(Account.id == account_id).values(mail_notices=wanted))


def _unread_of(account_id: int, change_id: int | None) -> tuple[ColumnElement[bool], ...]:
    conditions = (Notice.account_id == account_id, Notice.read_at.is_(None))
    return conditions if change_id is None else (*conditions, Notice.change_id == change_id)
