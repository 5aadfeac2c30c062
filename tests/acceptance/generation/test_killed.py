"""Is nothing lost, and nothing done twice, when the server is killed while it judges and while it sends?"""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import ColumnElement, Engine, create_engine, func, select, update
from sqlalchemy.orm import Session, joinedload

from tests.factories.candidates import PDF, make_candidate, make_run
from tests.factories.orders import an_order
from tests.servers import Server
from tests.waiting import wait_until
from tests.xqueue import Job, StandInXQueue
from webapp import clock
from webapp.domain.certificates.modes import GenerationMode
from webapp.domain.certificates.statuses import Status
from webapp.models.certificates import CertificateTransition, GeneratedCertificate
from webapp.models.messages import JobLease, Outbox
from webapp.services import audit
from webapp.services.generation import acts
from webapp.services.messages.outbox import Channel

LEARNERS = 60
NAMES = [f"learner{n}" for n in range(LEARNERS)]
MOST_SENDERS = 2
"""Who may be sending when a server is killed: its scheduler, and the courier of what it has just judged."""


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """A way into the database beside the server's."""
    engine = create_engine(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def xqueue() -> Iterator[StandInXQueue]:
    """An XQueue of the test's own."""
    with StandInXQueue() as xqueue:
        yield xqueue


@pytest.fixture
def server(database_url: str, xqueue: StandInXQueue, tmp_path: Path) -> Iterator[Server]:
    """A server that is not started yet."""
    settings = {**xqueue.settings, "CERTDESK_TRACKING": str(tmp_path / "tracking.log"), "CERTDESK_DELAY_SECONDS": "0"}
    server = Server(database_url, tmp_path / "server.log", workers=1, settings=settings)
    yield server
    server.kill()


@pytest.fixture
def scheduled(engine: Engine) -> None:
    """All learners of the course run are to be judged now."""
    with Session(engine) as session, session.begin():
        make_run(session, PDF)
        learners = [make_candidate(session, name, PDF).id for name in NAMES]
        for learner_id in learners:
            order = an_order(GenerationMode.EVENT, now=clock.now())
            acts.schedule(session, order, learner_id, PDF, delay=timedelta(0))


def let_pass(engine: Engine) -> None:
    """Let the time pass after which what the dead had in hand is free for others."""
    with Session(engine) as session, session.begin():
        session.execute(update(JobLease).values(until=clock.now()))
        session.execute(update(Outbox).where(Outbox.sent_at.is_(None)).values(next_try_at=clock.now()))


def count(engine: Engine, *conditions: ColumnElement[bool]) -> int:
    """Give how many certificates there are."""
    with Session(engine) as session:
        return session.scalar(select(func.count()).select_from(GeneratedCertificate).where(*conditions)) or 0


def all_sent(engine: Engine) -> bool:
    """Say whether nothing waits to leave."""
    with Session(engine) as session:
        return session.scalar(select(func.count()).select_from(Outbox).where(Outbox.sent_at.is_(None))) == 0


def run_until(server: Server, engine: Engine, seen: Callable[[], bool]) -> None:
    """Run the server until something is seen, then kill it."""
    server.start()
    wait_until(seen)
    server.kill()
    let_pass(engine)


def jobs_of(xqueue: StandInXQueue) -> dict[str, list[Job]]:
    """Give the jobs that XQueue has taken, by learner."""
    found: dict[str, list[Job]] = {name: [] for name in NAMES}
    for job in xqueue.jobs:
        found[job.message["username"]].append(job)
    return found


class TestGivenAServerThatIsKilledWhileItJudges:
    @pytest.mark.usefixtures("scheduled")
    def test_each_learner_has_one_certificate_and_one_job(
        self, engine: Engine, xqueue: StandInXQueue, server: Server, tmp_path: Path
    ) -> None:
        kills = (1, LEARNERS // 3, 2 * LEARNERS // 3)

        for number in kills:
            run_until(server, engine, lambda number=number: count(engine) >= number)  # type: ignore[misc]  # bound here
        server.start()
        wait_until(lambda: count(engine) == LEARNERS and all_sent(engine))

        check_moves(engine, "submitted")
        check_jobs(engine, jobs_of(xqueue), most_doubled=MOST_SENDERS * len(kills))
        check_tracking(engine, tmp_path / "tracking.log")


class TestGivenAServerThatIsKilledWhileItSends:
    @pytest.mark.usefixtures("scheduled")
    def test_no_job_is_lost_and_one_that_is_sent_again_has_the_same_key(
        self, engine: Engine, xqueue: StandInXQueue, server: Server
    ) -> None:
        kills = (2, LEARNERS // 2, LEARNERS - 3)

        for number in kills:
            run_until(server, engine, lambda number=number: len(xqueue.jobs) >= number)  # type: ignore[misc]
        server.start()
        wait_until(lambda: all_sent(engine))

        check_moves(engine, "submitted")
        check_jobs(engine, jobs_of(xqueue), most_doubled=MOST_SENDERS * len(kills))

    @pytest.mark.usefixtures("scheduled")
    def test_the_answers_land_all_the_same(self, engine: Engine, xqueue: StandInXQueue, server: Server) -> None:
        run_until(server, engine, lambda: len(xqueue.jobs) >= LEARNERS // 2)
        early = [xqueue.answer(job, job.success()) for job in list(xqueue.waiting)[:3]]
        server.start()
        wait_until(lambda: all_sent(engine))

        statuses = {job.number: xqueue.answer(job, job.success()) for job in list(xqueue.waiting)}

        assert early == [[0] * 5] * 3
        assert {tuple(tries) for tries in statuses.values()} == {(200,)}
        assert count(engine, GeneratedCertificate.status == Status.DOWNLOADABLE) == LEARNERS
        check_moves(engine, "submitted", "queue_answer")


def check_moves(engine: Engine, *causes: str) -> None:
    """See that each learner's certificate made each move once, and that the audit is whole."""
    with Session(engine) as session:
        moves = session.scalars(select(CertificateTransition)).all()
        assert Counter(move.cause for move in moves) == dict.fromkeys(causes, LEARNERS)
        assert len({(move.certificate_id, move.cause) for move in moves}) == LEARNERS * len(causes)
        assert audit.verify(session).ok


def check_jobs(engine: Engine, jobs: dict[str, list[Job]], *, most_doubled: int) -> None:
    """See that each learner's jobs carry the key of the certificate, and that hardly any came twice."""
    with Session(engine) as session:
        query = select(GeneratedCertificate).options(joinedload(GeneratedCertificate.learner))
        rows = {row.learner.username: row for row in session.scalars(query)}
    assert {name: {job.key for job in those} for name, those in jobs.items()} == {
        name: {row.key} for name, row in rows.items()
    }
    assert all(row.status is Status.GENERATING and row.submitted_at for row in rows.values())
    assert sum(len(those) for those in jobs.values()) <= LEARNERS + most_doubled


def check_tracking(engine: Engine, file: Path) -> None:
    """See that the file has whole lines, and an event for each entry of the outbox."""
    told = [json.loads(line) for line in file.read_text().splitlines()]
    with Session(engine) as session:
        entries = session.scalars(select(Outbox).where(Outbox.channel == Channel.TRACKING.value)).all()
    assert len(entries) == 2 * LEARNERS  # that it was made, and that its learner has passed
    assert {json.dumps(event, sort_keys=True) for event in told} == {
        json.dumps(entry.payload, sort_keys=True) for entry in entries
    }
