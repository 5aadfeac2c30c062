"""What is left of a session that is over, and for how long?"""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories.accounts import make_account
from webapp import clock
from webapp.models.accounts import AccountSession
from webapp.services.sign_on.sessions import IDLE_TIME, LONGEST_SESSION
from webapp.tasks.jobs import JOBS, run_job

AGO = timedelta(0)
MINUTE = timedelta(minutes=1)


def make_session(
    session: Session, account_id: int, *, began: timedelta, seen: timedelta = AGO, ended: timedelta | None = None
) -> int:
    """Make a session by a provider, with its moments so long ago."""
    now = clock.now()
    made = AccountSession(
        token_digest=f"{account_id} {began} {seen} {ended}",
        account_id=account_id,
        created_at=now - began,
        seen_at=now - seen,
        ended_at=None if ended is None else now - ended,
        issuer="https://provider.test",
        id_token="names somebody",
    )
    session.add(made)
    session.flush()
    return made.id


def purge(app: Flask, session: Session) -> dict[int, str | None]:
    """Run the job, and give what is left: the token by the session's number."""
    session.commit()
    run_job(app, next(job for job in JOBS if job.name == "purge-inbox"), "one")
    session.expire_all()
    return {one.id: one.id_token for one in session.scalars(select(AccountSession))}


@pytest.mark.parametrize(
    ("began", "seen", "ended", "token"),
    [
        (LONGEST_SESSION - MINUTE, IDLE_TIME - MINUTE, None, "names somebody"),
        (LONGEST_SESSION + MINUTE, AGO, None, None),
        (2 * IDLE_TIME, IDLE_TIME + MINUTE, None, None),
        (MINUTE, AGO, AGO, None),
    ],
    ids=["in use", "too long", "left alone", "ended"],
)
def test_the_providers_token_goes_with_it(
    app: Flask, session: Session, began: timedelta, seen: timedelta, ended: timedelta | None, token: str | None
) -> None:
    number = make_session(session, make_account(session, "ada").id, began=began, seen=seen, ended=ended)

    assert purge(app, session) == {number: token}


def test_it_goes_after_thirty_days_and_the_last_of_an_account_stays(app: Flask, session: Session) -> None:
    ada, grace = make_account(session, "ada").id, make_account(session, "grace").id
    days = [timedelta(days=days) for days in (90, 31, 29)]
    numbers = [make_session(session, ada, began=ago, seen=ago) for ago in days]
    last = make_session(session, grace, began=days[0], seen=days[0])

    assert purge(app, session).keys() == {numbers[-1], last}
