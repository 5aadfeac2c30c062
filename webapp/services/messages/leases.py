"""Who runs a scheduled job just now? One process at a time, and never one that died."""

from datetime import datetime, timedelta

from sqlalchemy import or_, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from webapp.models.messages import JobLease

LONGEST = timedelta(minutes=5)


def take(session: Session, job: str, holder: str, *, every: timedelta, now: datetime) -> bool:
    """Take the lease of a job that is due and that nobody runs; gives False otherwise.

    A lease ends by itself after five minutes, so that a process that died keeps nobody waiting.
    """
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    new = {"job": job, "holder": holder, "until": now + LONGEST}
    made = dialect.insert(JobLease).values(new).on_conflict_do_nothing().returning(JobLease.job)
    if session.execute(made).first():
        return True
    due = or_(JobLease.finished_at.is_(None), JobLease.finished_at <= now - every)
    taken = update(JobLease).where(JobLease.job == job, JobLease.until <= now, due).values(new).returning(JobLease.job)
    return session.execute(taken).first() is not None


def give_back(session: Session, job: str, holder: str, *, now: datetime) -> None:
    """Say that the job is done; the next run is due its interval later."""
    session.execute(
        update(JobLease).where(JobLease.job == job, JobLease.holder == holder).values(until=now, finished_at=now)
    )
