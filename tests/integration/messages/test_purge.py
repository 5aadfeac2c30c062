"""Does what has been kept for long enough go as fast as it comes, and let others write meanwhile?"""

import time
from datetime import timedelta

from flask import Flask
from sqlalchemy import insert
from sqlalchemy.orm import Session

from tests.factories.deliveries import count
from webapp import clock
from webapp.models.messages import EventInbox, Outbox
from webapp.tasks.jobs import JOBS, PURGED_AT_ONCE, in_turns, run_job

MANY = 2 * PURGED_AT_ONCE + 1


def test_one_run_forgets_more_than_one_transaction_does(app: Flask, session: Session) -> None:
    old = clock.now() - timedelta(days=60)
    event = {"event_type": "type", "received_at": old, "occurred_at": old}
    entry = {"channel": "tracking", "payload": {}, "created_at": old, "next_try_at": old, "sent_at": old}
    session.execute(insert(EventInbox), [{"event_id": str(number), **event} for number in range(MANY)])
    session.execute(insert(Outbox), [entry] * MANY)
    session.commit()

    number = run_job(app, next(job for job in JOBS if job.name == "purge-inbox"), "one")

    assert number == 2 * MANY
    assert (count(session, EventInbox), count(session, Outbox)) == (0, 0)


def test_a_run_ends_though_there_is_ever_more(app: Flask) -> None:
    asked: list[str] = []

    def much(_session: Session) -> int:
        asked.append("much")
        return PURGED_AT_ONCE

    def little(_session: Session) -> int:
        asked.append("little")
        return 1

    with app.app_context():
        number = in_turns([much, little], until=time.monotonic() + 0.3)

    assert asked[:2] == ["much", "little"]
    assert set(asked[2:]) == {"much"}
    assert number == asked.count("much") * PURGED_AT_ONCE + 1
