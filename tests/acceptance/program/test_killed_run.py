"""Is nobody dealt with twice, and nobody left out, where the process that carries a run is killed in the middle of it?"""

import os
import signal
import subprocess
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.acceptance.program.terminal import SECRET, certdesk
from tests.databases import Database
from tests.factories.population import COURSE, Crowd, make_crowd_in
from tests.starting import Process, start
from tests.waiting import wait_until
from webapp.domain.runs import RunState
from webapp.domain.tracking import CREATED, MILESTONE_FULFILLED
from webapp.models.base import Model
from webapp.models.certificates import (
    CertificateTransition,
    CourseMilestone,
    GeneratedCertificate,
    GenerationRun,
    GenerationRunRow,
)
from webapp.models.learners import Enrollment
from webapp.models.messages import Outbox
from webapp.services import audit
from webapp.services.generation.runs import CHUNK
from webapp.services.messages.outbox import Channel
from webapp.tasks.jobs import AT_ONCE, JOBS, run_job

CROWD = Crowd(5 * CHUNK + 100, certificates=0, exceptions=0)
RUN_GENERATIONS = next(job for job in JOBS if job.name == "run-generations")


@contextmanager
def running(database: Database, folder: Path, *words: str) -> Iterator[Process | subprocess.Popen[bytes]]:
    """Run a command that takes a while, and let nothing of it be left."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith("CERTDESK_")}
    environ |= {**SECRET, "CERTDESK_DATABASE_URL": database.url}
    process = start(words, environ, folder=folder)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def runs_of(session: Session) -> list[GenerationRun]:
    """Give the run as it is now; none before it was begun."""
    session.rollback()
    return list(session.scalars(select(GenerationRun)))


def kill_after(session: Session, process: Process | subprocess.Popen[bytes], learners: int) -> None:
    """Kill the process once its run has dealt with so many learners."""
    wait_until(lambda: any(run.done >= learners for run in runs_of(session)))
    process.send_signal(signal.SIGKILL)
    process.wait()


def count(session: Session, model: type[Model]) -> int:
    """Give how many rows a table has."""
    return session.scalar(select(func.count()).select_from(model)) or 0


class TestGivenAProcessThatIsKilledInTheMiddle:
    def test_whoever_comes_next_goes_on_where_it_was(
        self, app: Flask, database: Database, session: Session, tmp_path: Path
    ) -> None:
        make_crowd_in(session, CROWD)
        session.commit()

        with running(database, tmp_path, "certificates", "generate", "--course", COURSE) as first:
            kill_after(session, first, CHUNK)
        (run,) = runs_of(session)
        states = [run.state]
        with running(database, tmp_path, "runs", "resume", str(run.id)) as second:
            kill_after(session, second, 3 * CHUNK)
        states += [run.state for run in runs_of(session)]
        while [run.state for run in runs_of(session)] != [RunState.DONE]:
            run_job(app, RUN_GENERATIONS, "a third process", rest=AT_ONCE)

        enrolled = count(session, Enrollment)
        moved = Counter(session.scalars(select(CertificateTransition.certificate_id)))
        made = session.scalars(select(GeneratedCertificate.id)).all()
        tracked = session.scalars(select(Outbox).where(Outbox.channel == Channel.TRACKING.value)).all()
        told = [entry.certificate_id for entry in tracked if entry.payload["name"] == CREATED]
        passed = [entry.certificate_id for entry in tracked if entry.payload["name"] == MILESTONE_FULFILLED]
        assert states == [RunState.RUNNING, RunState.RUNNING]
        assert (run.done, run.total, run.problem) == (enrolled, enrolled, "")
        assert count(session, GenerationRunRow) == enrolled
        assert moved == Counter(dict.fromkeys(made, 1))
        assert len(told) == len(set(told)) > CHUNK
        assert Counter(passed) == Counter(told)
        assert count(session, CourseMilestone) == len(passed)
        assert audit.verify(session).checked == len(made) + 1

    def test_the_program_says_so_too(self, app: Flask, database: Database, session: Session, tmp_path: Path) -> None:
        make_crowd_in(session, CROWD)
        session.commit()
        with running(database, tmp_path, "runs", "start", "--course", COURSE, "--dry-run") as first:
            kill_after(session, first, CHUNK)
        (run,) = runs_of(session)

        ended = certdesk(tmp_path, "runs", "resume", str(run.id), "--json", settings=SECRET, url=database.url)
        listed = certdesk(tmp_path, "runs", "results", str(run.id), settings=SECRET, url=database.url)

        assert (ended.returncode, ended.stderr) == (0, "")
        usernames = [line.partition(",")[0] for line in listed.stdout.splitlines()[1:]]
        assert len(usernames) == len(set(usernames)) == count(session, Enrollment)
