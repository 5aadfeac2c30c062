"""How does one mail leave: prepared in one transaction, handed over outside of any, settled in another?"""

from datetime import datetime
from typing import Protocol

import structlog
from sqlalchemy.orm import Session

from webapp import clock
from webapp.models.base import unit_of_work
from webapp.ports import Mail, MailDeferred, Mailer, MailRefused, MailUnsent
from webapp.services.messages.outbox import Entry
from webapp.services.notices.mailing import Parcel

log = structlog.get_logger(__name__)


class Post(Protocol):
    """What is mailed: notices of changes, or mentions in notes."""

    def prepare(self, session: Session, entry: Entry, *, base_url: str, now: datetime) -> Parcel | None:
        """Give the mail, or None where it is not due or not wanted."""
        ...

    def record_mailed(self, session: Session, entry: Entry, parcel: Parcel, /, *, now: datetime) -> None:
        """The mail server has it."""
        ...

    def record_unsent(self, session: Session, entry: Entry, problem: str, *, now: datetime, chance: float) -> None:
        """The mail server could not be reached."""
        ...

    def give_up(self, session: Session, entry: Entry, problem: str, *, now: datetime) -> None:
        """It will never leave."""
        ...

    def drop(self, session: Session, entry: Entry, *, now: datetime) -> None:
        """Nobody wants it."""
        ...


def send_mail(post: Post, mailer: Mailer | None, entry: Entry, *, base_url: str, fault: str, chance: float) -> str:
    """Send what an entry stands for, and give what is wrong with the mail server; empty where nothing is.

    With a `fault` that it had a moment ago it is not asked: it may take long to fail. Without one that is
    configured, nothing is mailed. A mail that it took whose settling was cut off is sent once more, under the same id.
    """
    with unit_of_work() as session:
        if mailer is None:
            post.drop(session, entry, now=clock.now())
            return ""
        parcel = post.prepare(session, entry, base_url=base_url, now=clock.now())
    if parcel is None:
        return fault
    refused, unsent, fault = ("", fault, fault) if fault else _hand_over(mailer, parcel.mail, entry)
    with unit_of_work() as session:
        if refused:
            post.give_up(session, entry, refused, now=clock.now())
        elif unsent:
            post.record_unsent(session, entry, unsent, now=clock.now(), chance=chance)
        else:
            post.record_mailed(session, entry, parcel, now=clock.now())
    return fault


def _hand_over(mailer: Mailer, mail: Mail, entry: Entry) -> tuple[str, str, str]:
    """Give why the server will never take it, why it has not now, and what is wrong with it; all empty where it has it.

    What is wrong with one mail alone, as a full mailbox is, keeps back no other.
    """
    try:
        mailer.send(mail)
    except MailRefused as problem:
        log.warning("mail.refused", entry=entry.id, tries=entry.tries, problem=str(problem))
        return str(problem), "", ""
    except MailUnsent as problem:
        log.warning("mail.unsent", entry=entry.id, tries=entry.tries, problem=str(problem))
        return "", str(problem), "" if isinstance(problem, MailDeferred) else str(problem)
    except Exception as problem:  # a fault of ours: again later, for six hours; its text may hold an address
        log.error("mail.failed", entry=entry.id, tries=entry.tries, problem=type(problem).__name__)
        return "", f"an error of our own ({type(problem).__name__})", ""
    return "", "", ""
