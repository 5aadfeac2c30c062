"""Who runs a scheduled job just now? One process at a time, and never one that died."""

from datetime import datetime, timedelta

from sqlalchemy import or_, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from webapp.models.messages import JobLease

LENGTH = timedelta(seconds=30)
"""For how long a lease is taken, and renewed while the job runs: whoever dies keeps the others waiting no longer."""
CLOCKS_DIFFER = timedelta(minutes=1)
"""What lies further ahead than this and a lease was written by a clock that was wrong, and holds nobody back."""


def take(
    session: Session, job: str, holder: str, *, every: timedelta, now: datetime, length: timedelta = LENGTH
) -> bool:
    """Take the lease of a job that is due and that nobody runs; gives False otherwise.

    A job is due once its last run has been over for `every`, and always where that is zero. A clock that was ahead
    and was put right leaves moments that nobody could have written: as if they were not there.
    """
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    new = {"job": job, "holder": holder, "until": now + length}
    made = dialect.insert(JobLease).values(new).on_conflict_do_nothing().returning(JobLease.job)
    if session.execute(made).first():
        return True
    free = or_(JobLease.until <= now, JobLease.until > now + length + CLOCKS_DIFFER)
    taken = update(JobLease).where(JobLease.job == job, free).values(new).returning(JobLease.job)
    if every:
        finished_at = JobLease.finished_at
        taken = taken.where(or_(finished_at.is_(None), finished_at <= now - every, finished_at > now + CLOCKS_DIFFER))
    return session.execute(taken).first() is not None


def renew(session: Session, job: str, holder: str, *, now: datetime, length: timedelta = LENGTH) -> bool:
    """Keep a lease for longer; gives False where it ran out and is another's now."""
    kept = update(JobLease).where(JobLease.job == job, JobLease.holder == holder).values(until=now + length)
    return session.execute(kept.returning(JobLease.job)).first() is not None


def give_back(session: Session, job: str, holder: str, *, now: datetime) -> None:
    """Say that the job is done; the next run is due its interval later."""
    free = now - LENGTH  # in the past for a machine whose clock is behind, too
    session.execute(
        update(JobLease).where(JobLease.job == job, JobLease.holder == holder).values(until=free, finished_at=now)
    )
