"""Are the figures those of the rows, however often and by however many they are counted?"""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier

from flask import Flask
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from tests.factories.certificates import make_certificate
from tests.factories.messages import make_delivery
from tests.fakes import NOON
from webapp import clock
from webapp.domain.certificates.statuses import Status
from webapp.domain.queue.deliveries import Outcome
from webapp.domain.watching.figures import Issue, Measure, Wait
from webapp.models.base import db, unit_of_work
from webapp.models.certificates import CertificateTransition
from webapp.models.messages import CallbackInbox
from webapp.models.watching.figures import HourFigure
from webapp.services.watching import figures
from webapp.services.watching.figures import Board
from webapp.tasks.jobs import AT_ONCE, JOBS, run_job

COUNT = next(job for job in JOBS if job.name == "count-figures")


def move(session: Session, username: str, *steps: tuple[datetime, Status], cause: str = "judged") -> None:
    """Let a certificate go its way."""
    certificate = make_certificate(session, username, status=steps[-1][1], key=username)
    before: Status | None = None
    for at, status in steps:
        session.add(
            CertificateTransition(
                certificate_id=certificate.id, at=at, from_status=before, to_status=status, cause=cause, actor_name="x"
            )
        )
        session.flush()
        before = status


def counted(session: Session, *, now: datetime = NOON) -> Board:
    """Count, and look."""
    session.commit()
    found = figures.count(session, now=now)
    figures.keep(session, found)
    session.commit()
    return figures.read_board(session, now=now)


def told(board: Board, measure: Measure) -> dict[str, dict[str, int]]:
    """Give the days that had any."""
    return {day.day.isoformat(): dict(day.numbers) for day in board.days[measure] if day.total}


class TestGivenNothing:
    def test_there_is_a_moment_and_nothing_else(self, session: Session) -> None:
        before = figures.read_board(session, now=NOON)

        board = counted(session)

        assert (before.at, board.at) == (None, NOON)
        assert set(board.statuses) == set(Status)
        assert sum(board.statuses.values()) == 0
        assert [told(board, measure) for measure in Measure] == [{}, {}, {}]


class TestGivenCertificatesAndAnswers:
    def test_each_is_counted_on_its_day(self, session: Session) -> None:
        yesterday, long_ago = NOON - timedelta(days=1), NOON - timedelta(days=40)
        move(session, "ada", (yesterday, Status.UNAVAILABLE), (yesterday, Status.DOWNLOADABLE))
        move(session, "bob", (NOON, Status.DOWNLOADABLE), (NOON, Status.REGENERATING), (NOON, Status.DOWNLOADABLE))
        move(session, "cyd", (yesterday, Status.DOWNLOADABLE), cause="import")
        move(session, "dan", (long_ago, Status.DOWNLOADABLE))
        make_delivery(session, Outcome.APPLIED)
        make_delivery(session, Outcome.UNKNOWN_KEY, received_at=yesterday)
        make_delivery(session, Outcome.UNKNOWN_KEY, received_at=yesterday - timedelta(hours=3))

        board = counted(session)

        assert told(board, Measure.ISSUED) == {
            "2026-11-20": {Issue.FIRST: 1},
            "2026-11-21": {Issue.FIRST: 1, Issue.ANEW: 1},
        }
        assert told(board, Measure.ANSWERS) == {"2026-11-20": {"unknown_key": 2}, "2026-11-21": {"applied": 1}}
        assert board.statuses[Status.DOWNLOADABLE] == 4

    def test_a_day_ends_at_midnight_utc(self, session: Session) -> None:
        midnight = NOON.replace(hour=0)
        make_delivery(session, Outcome.APPLIED, received_at=midnight - timedelta(milliseconds=1))
        make_delivery(session, Outcome.APPLIED, received_at=midnight)

        board = counted(session)

        assert told(board, Measure.ANSWERS) == {"2026-11-20": {"applied": 1}, "2026-11-21": {"applied": 1}}

    def test_the_time_to_issue_runs_from_the_request_though_the_job_was_sent_again(self, session: Session) -> None:
        request, again, answer = NOON - timedelta(minutes=50), NOON - timedelta(minutes=1), NOON
        sent_twice = ((request, Status.GENERATING), (again, Status.GENERATING), (answer, Status.DOWNLOADABLE))
        move(session, "ada", (request - timedelta(days=9), Status.NOT_PASSING), *sent_twice)
        move(session, "bob", (again, Status.GENERATING), (answer, Status.DOWNLOADABLE))
        move(session, "cyd", (answer, Status.UNAVAILABLE), (answer, Status.DOWNLOADABLE))

        board = counted(session)

        assert told(board, Measure.WAIT) == {"2026-11-21": {Wait.HOUR: 1, Wait.MINUTE: 1}}


class TestGivenThatItWasCountedBefore:
    def test_what_came_since_is_added_and_what_was_purged_meanwhile_stays_counted(self, session: Session) -> None:
        make_delivery(session, Outcome.APPLIED, received_at=NOON - timedelta(days=3))
        make_delivery(session, Outcome.UNKNOWN_KEY, received_at=NOON - timedelta(minutes=30))
        counted(session)
        session.execute(delete(CallbackInbox).where(CallbackInbox.received_at < NOON - timedelta(days=1)))
        make_delivery(session, Outcome.UNKNOWN_KEY, received_at=NOON + timedelta(minutes=4))

        board = counted(session, now=NOON + timedelta(minutes=5))

        assert told(board, Measure.ANSWERS) == {"2026-11-18": {"applied": 1}, "2026-11-21": {"unknown_key": 2}}

    def test_what_became_of_an_answer_within_the_hour_is_seen(self, session: Session) -> None:
        delivery = make_delivery(session, Outcome.UNKNOWN_KEY)
        counted(session)
        delivery.outcome = Outcome.APPLIED

        board = counted(session, now=NOON + timedelta(minutes=5))

        assert told(board, Measure.ANSWERS) == {"2026-11-21": {"applied": 1}}

    def test_a_day_that_is_shown_no_more_is_forgotten(self, session: Session) -> None:
        make_delivery(session, Outcome.APPLIED)
        counted(session)

        board = counted(session, now=NOON + timedelta(days=28))

        assert told(board, Measure.ANSWERS) == {}
        assert session.scalar(select(func.count()).select_from(HourFigure)) == 0


class TestGivenTwoWhoCountAtOnce:
    def test_both_come_to_their_end_and_nothing_is_counted_twice(self, app: Flask, session: Session) -> None:
        now = clock.now()
        for number in range(3):
            make_delivery(session, Outcome.APPLIED, received_at=now - timedelta(hours=number))
        session.commit()
        together = Barrier(2)

        def count(_number: int) -> None:
            with app.app_context():
                with Session(db.engine) as own:
                    found = figures.count(own, now=now)
                together.wait(20)
                with unit_of_work() as work:
                    figures.keep(work, found)

        with ThreadPoolExecutor(2) as pool:
            list(pool.map(count, range(2)))

        board = figures.read_board(session, now=now)
        assert sum(day.total for day in board.days[Measure.ANSWERS]) == 3

    def test_the_job_does_it(self, app: Flask, session: Session) -> None:
        make_certificate(session, status=Status.DOWNLOADABLE)
        session.commit()

        first, second = (run_job(app, COUNT, "here", rest=AT_ONCE) for _ in range(2))

        board = figures.read_board(session, now=clock.now())
        assert (first, second, board.statuses[Status.DOWNLOADABLE]) == (0, 0, 1)
