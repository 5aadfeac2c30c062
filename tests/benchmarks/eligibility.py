"""How long does it take to judge a whole course run, read together or row by row, and to write what comes of it?"""

import argparse
import json
import platform
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

from flask import Flask, current_app
from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from tests.benchmarks.sides import fresh_database
from tests.databases import migrate
from tests.factories.population import COURSE, Crowd, make_crowd_in
from tests.fakes import FakeAttempts
from webapp import clock, create_app
from webapp.domain.actors import Actor
from webapp.domain.certificates.eligibility import Purpose, decide
from webapp.domain.certificates.facts import CourseFacts, Facts
from webapp.domain.certificates.modes import GenerationMode
from webapp.domain.certificates.statuses import Status
from webapp.domain.identifiers import CourseId
from webapp.domain.runs import GOING
from webapp.models.base import db, unit_of_work
from webapp.models.certificates import GeneratedCertificate
from webapp.models.exceptions import AllowlistEntry, Invalidation
from webapp.models.learners import CourseGrade, CourseRole, Enrollment, IdVerification, Learner
from webapp.ports import Ports
from webapp.services import audit
from webapp.services.generation import facts, runs
from webapp.services.generation.orders import Order
from webapp.settings import Settings

ELSEWHERE = CourseId("course-v1:edX+Elsewhere+2026")
USUAL = (*(Status.DOWNLOADABLE,) * 20, *(Status.NOT_PASSING,) * 6, *Status)
SAMPLE = 1_000
WRITES_EVERY_S = 0.05
BENCH = Actor("bench", request_id="bench")
TOGETHER, ALONE, BY_ROW = "read together", "one by one, the same statements", "row by row, an object for each fact"

Verdict = tuple[Facts, str | None]
Judge = Callable[[Session, CourseFacts, int], Verdict]


@dataclass
class Figures:
    """What one way took: seconds on the clock, and of this process's own work, as if for all learners."""

    name: str
    learners: int
    wall_s: list[float] = field(default_factory=list)
    cpu_s: list[float] = field(default_factory=list)

    @contextmanager
    def measured(self, scale: float = 1) -> Iterator[None]:
        """Note how long the block takes."""
        wall, cpu = time.perf_counter(), time.process_time()
        yield
        self.wall_s.append((time.perf_counter() - wall) * scale)
        self.cpu_s.append((time.process_time() - cpu) * scale)


def main(options: argparse.Namespace) -> None:
    """Fill a database, judge its learners in three ways, carry runs out, and print what each took."""
    with tempfile.TemporaryDirectory() as name:
        url = fresh_database(options.database, "certdesk_bench_eligibility", Path(name) / "bench.sqlite3")
        migrate(url)
        settings = Settings(database_url=url, secret_key="not-a-secret-of-anyone", base_url="http://desk.test")
        app = create_app(settings, Ports(attempts=FakeAttempts()))
        with app.app_context():
            learner_ids = _fill(options.size)
            figures = _reading(learner_ids, options.reps)
            writing, waits = _writing(len(learner_ids))
            db.session.remove()
            db.engine.dispose()
    _print([*figures, *writing], waits, options)


def _fill(size: int) -> list[int]:
    with Session(db.engine) as session:
        make_crowd_in(session, Crowd(size, seed=1, certificates=30, exceptions=3, statuses=USUAL))
        make_crowd_in(session, Crowd(size // 5, seed=2, course_id=ELSEWHERE, first_id=size + 1))
        session.commit()
        session.execute(text("ANALYZE"))
        session.commit()
        enrolled = select(Enrollment.learner_id).where(Enrollment.course_id == COURSE)
        return list(session.scalars(enrolled.order_by(Enrollment.id)))


def _reading(learner_ids: list[int], reps: int) -> list[Figures]:
    """Three ways in turn, repetition by repetition; the slow ones on a sample of the learners."""
    number, few = len(learner_ids), learner_ids[:: max(1, len(learner_ids) // SAMPLE)]
    together, alone, by_row = (Figures(name, number) for name in (TOGETHER, ALONE, BY_ROW))
    with Session(db.engine) as session:
        course = facts.read_course(session, COURSE, now=clock.now(), queue_configured=False)
    _judge(course, learner_ids[: runs.CHUNK], frozenset())
    for _ in range(reps):
        with together.measured():
            found = _judge(course, learner_ids, frozenset(few))
        with alone.measured(number / len(few)):
            singly = _each(course, few, _judge_one)
        with by_row.measured(number / len(few)):
            rows = _each(course, few, _judge_rows)
    by_learner = {known.learner_id: (known, refused_by) for known, refused_by in found}
    if not singly == rows == [by_learner[learner_id] for learner_id in few]:
        sys.exit("The three ways do not agree.")
    return [together, alone, by_row]


def _judge(course: CourseFacts, learner_ids: Sequence[int], sample: frozenset[int]) -> list[Verdict]:
    """All are judged, and the verdicts on the sample given: a run keeps no more than those of a step either."""
    found: list[Verdict] = []
    with Session(db.engine) as session:
        for start in range(0, len(learner_ids), runs.CHUNK):
            some = learner_ids[start : start + runs.CHUNK]
            known = facts.read(session, course, some, facts.read_held(session, COURSE, some))
            verdicts = [(one, decide(one).refused_by) for one in known]
            found += [verdict for verdict in verdicts if verdict[0].learner_id in sample]
    return found


def _each(course: CourseFacts, learner_ids: Sequence[int], judge: Judge) -> list[Verdict]:
    """Each in a transaction of its own, as a request would."""
    found = []
    for learner_id in learner_ids:
        with Session(db.engine) as session:
            found.append(judge(session, course, learner_id))
    return found


def _judge_one(session: Session, course: CourseFacts, learner_id: int) -> Verdict:
    held = facts.read_held(session, COURSE, [learner_id])
    (known,) = facts.read(session, course, [learner_id], held)
    return known, decide(known).refused_by


def _judge_rows(session: Session, course: CourseFacts, learner_id: int) -> Verdict:
    """As the old platform does: a query for each fact, and an object for each row."""
    learner = session.scalars(select(Learner).where(Learner.id == learner_id)).one()
    enrollment = session.scalar(
        select(Enrollment).where(Enrollment.learner_id == learner_id, Enrollment.course_id == COURSE)
    )
    grade = session.scalar(
        select(CourseGrade).where(CourseGrade.learner_id == learner_id, CourseGrade.course_id == COURSE)
    )
    verification = session.scalar(select(IdVerification).where(IdVerification.learner_id == learner_id))
    entry = session.scalar(
        select(AllowlistEntry).where(AllowlistEntry.learner_id == learner_id, AllowlistEntry.course_id == COURSE)
    )
    role = session.scalar(
        select(CourseRole).where(
            CourseRole.learner_id == learner_id,
            CourseRole.course_id == COURSE,
            CourseRole.role == facts.BETA_TESTER,
        )
    )
    held = session.scalar(
        select(GeneratedCertificate).where(
            GeneratedCertificate.learner_id == learner_id, GeneratedCertificate.course_id == COURSE
        )
    )
    of_held = select(Invalidation).where(Invalidation.certificate_id == (held.id if held else 0), Invalidation.active)
    invalidation = session.scalar(of_held)
    known = Facts(
        course,
        learner_id,
        learner.username,
        learner.name,
        learner.allow_certificate,
        enrollment.mode if enrollment else None,
        active=enrollment.active if enrollment else False,
        percent=grade.percent if grade else None,
        letter=grade.letter if grade else "",
        passed=grade.passed if grade else False,
        id_status=verification.status if verification else "",
        id_expires_at=verification.expires_at if verification else None,
        on_allowlist=entry.allowlisted if entry else False,
        allowlisted_by=entry.created_by if entry else "",
        beta_tester=role is not None,
        certificate_id=held.id if held else None,
        status=held.status if held else None,
        invalidated=invalidation is not None,
        invalidated_by=invalidation.invalidated_by if invalidation else "",
        external_id=learner.external_id,
    )
    return known, decide(known).refused_by


def _writing(number: int) -> tuple[list[Figures], list[float]]:
    """A dry run, a run and a second one that finds nothing to do; and how long others who write waited meanwhile."""
    figures = [Figures(f"{name} of all", number) for name in ("dry run", "run", "second run")]
    with _others_writing() as waits:
        for one in figures:
            with one.measured():
                _carry_out(dry_run=one.name.startswith("dry"))
    with Session(db.engine) as session:
        last = runs.list_runs(session, at_most=1)[0]
        sums = Figures("sums of a run's results, for a page", number)
        with sums.measured():
            runs.summarise(session, last)
    return [*figures, sums], waits


def _carry_out(*, dry_run: bool) -> None:
    with unit_of_work() as session:
        run = runs.start_run(session, BENCH, COURSE, Purpose.GENERATE, dry_run=dry_run, now=clock.now())
    while run.state in GOING:
        step = runs.carry_on(unit_of_work, run.id, _order_by)
        assert step is not None
        run = step
        time.sleep(runs.BREATH_S)  # whoever carries a run rests so between two steps: it belongs to what is measured


def _order_by(actor: Actor) -> Order:
    return Order(actor, GenerationMode.BATCH, clock.now(), clock.new_uuid, clock.new_key, "http://desk.test", None)


@contextmanager
def _others_writing() -> Iterator[list[float]]:
    """Somebody who changes a certificate elsewhere and has it audited, as an answer of the queue does, twenty times a second."""
    waits: list[float] = []
    over = threading.Event()
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # what stands behind the proxy

    def write() -> None:
        one = select(GeneratedCertificate.id).where(GeneratedCertificate.course_id == ELSEWHERE).limit(1)
        while not over.wait(WRITES_EVERY_S):
            began = time.perf_counter()
            with app.app_context(), unit_of_work() as session:
                number = session.scalar(one)
                session.execute(
                    update(GeneratedCertificate).where(GeneratedCertificate.id == number).values(grade="0.1")
                )
                audit.append(session, BENCH, "certificate.answered", "certificate", str(number), now=clock.now())
            waits.append(time.perf_counter() - began)

    thread = threading.Thread(target=write)
    thread.start()
    try:
        yield waits
    finally:
        over.set()
        thread.join()


def _print(figures: list[Figures], waits: list[float], options: argparse.Namespace) -> None:
    print(f"\n{figures[0].learners:,} learners of one course run, {options.database}, {options.reps} repetitions, "
          f"{runs.CHUNK} at a time, Python {platform.python_version()}\n")  # fmt: skip
    print("| way | seconds (median) | fastest | own work (median) | µs a learner | times as long |")
    print("|---|---|---|---|---|---|")
    first = statistics.median(figures[0].wall_s)
    for one in figures:
        wall = statistics.median(one.wall_s)
        print(f"| {one.name} | {wall:,.2f} | {min(one.wall_s):,.2f} | {statistics.median(one.cpu_s):,.2f} "
              f"| {wall / one.learners * 1e6:,.0f} | {wall / first:,.1f} |")  # fmt: skip
    waits = sorted(waits)
    print(f"\nOthers who wrote meanwhile: {len(waits)} writes, median {statistics.median(waits) * 1000:.0f} ms, "
          f"95 % within {waits[int(len(waits) * 0.95)] * 1000:.0f} ms, longest {waits[-1] * 1000:.0f} ms")  # fmt: skip
    print("\n" + json.dumps({"figures": [asdict(one) for one in figures], "waits_s": waits[-1]}))
