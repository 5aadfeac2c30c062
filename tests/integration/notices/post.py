"""How does a test act on changes, and see who was told what and mailed what?"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tests.factories.governance import make_wish, terms_of
from tests.fakes import FakeAttempts, FakeCourier, FakeMailer
from webapp import clock
from webapp.domain.queue.backoff import FEWEST_TRIES
from webapp.models.accounts import Account
from webapp.models.base import db, unit_of_work
from webapp.models.governance.notices import Notice
from webapp.models.messages import Outbox
from webapp.ports import Mail, Ports
from webapp.services.governance import changes
from webapp.services.governance.terms import Terms, Wish
from webapp.services.messages.outbox import Channel
from webapp.tasks.outbox import send_due


class Post:
    """The application with a mail server and a courier that are none; it is now."""

    def __init__(self, app: Flask) -> None:
        """Put them in place."""
        self.app, self.mailer, self.courier = app, FakeMailer(), FakeCourier()
        self.configure(self.mailer)

    def configure(self, mailer: FakeMailer | None) -> None:
        """Have this mail server, or none."""
        self.app.extensions["ports"] = Ports(FakeAttempts(), self.courier, mailer=mailer)

    @contextmanager
    def work(self) -> Iterator[Session]:
        """Write, as an entry point does."""
        with self.app.app_context(), unit_of_work() as session:
            yield session

    @contextmanager
    def look(self) -> Iterator[Session]:
        """Read what is there now."""
        with self.app.app_context(), Session(db.engine, expire_on_commit=False) as session:
            yield session

    def propose(self, author: Account, wish: Wish | None = None) -> int:
        """File a change and give its number."""
        with self.work() as session:
            return changes.propose_change(session, self.terms(author), wish or make_wish()).id

    def comment(self, who: Account, change_id: int, text: str = "Why?") -> None:
        """Say something on it."""
        with self.work() as session:
            changes.comment(session, self.terms(who), change_id, text)

    def terms(self, who: Account) -> Terms:
        """Give the terms of somebody who acts now."""
        return terms_of(who, now=clock.now())

    def send(self) -> list[Mail]:
        """Send what is due, and give the mails that left by that."""
        before = len(self.mailer.mails)
        send_due(self.app)
        return self.mailer.mails[before:]

    def let_pass(self, time: timedelta) -> None:
        """Let all have happened so much earlier."""
        with self.work() as session:
            for entry in session.scalars(select(Outbox)):
                entry.created_at -= time
                entry.next_try_at -= time
            for notice in session.scalars(select(Notice).where(Notice.mailed_at.is_not(None))):
                assert notice.mailed_at is not None
                notice.mailed_at -= time

    def try_in_vain(self, time: timedelta) -> None:
        """Let all that waits have been tried for so much longer, as often as that wants."""
        self.let_pass(time)
        with self.work() as session:
            session.execute(update(Outbox).values(tries=Outbox.tries + FEWEST_TRIES - 1))

    def notices(self, who: Account) -> list[Notice]:
        """Give what somebody was told, in order."""
        with self.look() as session:
            return list(session.scalars(select(Notice).where(Notice.account_id == who.id).order_by(Notice.id)))

    def told(self, who: Account) -> list[str]:
        """Give the acts that somebody was told of, in order."""
        return [notice.action for notice in self.notices(who)]

    def entries(self) -> list[Outbox]:
        """Give the mails in the outbox, in order."""
        with self.look() as session:
            query = select(Outbox).where(Outbox.channel == Channel.MAIL.value).order_by(Outbox.id)
            return list(session.scalars(query))
