"""Do 50,000 events come in once each, while consumers are killed, and how fast? python -m tests.benchmarks.events --help."""

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from confluent_kafka import KafkaError
from sqlalchemy import create_engine, func, select
from sqlalchemy.orm import Session

from tests.databases import migrate
from tests.factories import events
from tests.factories.events import ENROLLMENT_CHANGED, GRADE, message
from tests.kafka import OFFSET_COMMIT, MockKafka
from webapp import clock
from webapp.domain.bus.incoming import Message
from webapp.models.bus import DeadLetter, EventCount
from webapp.models.learners import CourseGrade, Enrollment, Learner
from webapp.models.messages import EventInbox

TOPIC = "learning"
COURSES = 40
IN_FLIGHT = 8_000
"""So many messages lie on the brokers at most: the mock keeps 5 MB of a partition, and forgets the rest."""
CHUNK = 1_000
REFUSED_EVERY = 10_000
"""After so many messages a confirmation is refused: each costs whoever meets it some seconds of joining anew."""
WORD_EVERY_S = 10
LOOK_EVERY_S = 0.2  # other processes do the work, and only their database tells how far they are
POISON = b"\xff\xfe poison"


@dataclass
class Told:
    """What is sent, and what has to be known in the end."""

    messages: list[Message] = field(default_factory=list)
    ids: set[str] = field(default_factory=set)
    poison: int = 0
    enrollments: dict[tuple[str, str], tuple[str, bool]] = field(default_factory=dict)
    grades: dict[tuple[str, str], tuple[float, str, bool]] = field(default_factory=dict)


def main() -> None:
    """Send, take, kill, compare and print."""
    options = _options()
    told = _made_up(options.number, random.Random(options.seed))
    with tempfile.TemporaryDirectory() as name, _kafka() as kafka:
        url = options.database or f"sqlite:///{name}/events.sqlite3"
        migrate(url)
        began = time.monotonic()
        kills = _run(kafka, url, told, options, Path(name))
        seconds = time.monotonic() - began
        found = _compare(url, told)
    figures = {
        "events": len(told.messages),
        "different": len(told.ids),
        "poison": told.poison,
        "consumers": options.consumers,
        "kills": kills,
        "database": url.partition(":")[0],
        "seconds": round(seconds, 1),
        "events_per_second": round(len(told.messages) / seconds),
        **found,
    }
    print(json.dumps(figures, indent=2))
    sys.exit(0 if all(found.values()) else 1)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--number", type=int, default=50_000, help="events, duplicates and poison among them")
    parser.add_argument("--consumers", type=int, default=3, help="processes that take them")
    parser.add_argument("--kill-every", type=float, default=30.0, help="seconds between two kills -9; 0 for none")
    parser.add_argument("--judge", action="store_true", help="have those judged who pass, too")
    parser.add_argument("--database", help="an empty database, as SQLAlchemy names it; a SQLite file when not given")
    parser.add_argument("--seed", type=int, default=7)
    return parser.parse_args()


def _made_up(number: int, chance: random.Random) -> Told:
    """Enrolments and grades; of 100 events 20 come twice, 10 out of their order, 1 cannot be read."""
    told = Told()
    start = clock.now() - timedelta(days=1)
    learners = max(10, number // 25)
    for each in range(int(number * 0.79)):
        learner = each % learners
        course_id = f"course-v1:edX+Demo+{learner % COURSES}"
        place, at = (f"learner-{learner}", course_id), start + timedelta(seconds=each)
        if each < learners or chance.random() < 0.4:
            mode, active = chance.choice(["audit", "honor", "verified"]), chance.random() < 0.9
            who = {"number": learner + 1, "username": place[0]}
            said: dict[str, Any] = events.enrollment(mode, active=active, course_id=course_id, **who)
            told.enrollments[place] = (mode, active)
            told.messages.append(message(ENROLLMENT_CHANGED, said, at=at, key=course_id))
        else:
            percent, letter = chance.choice([(0.3, ""), (0.8, "B"), (0.95, "A")])
            told.grades[place] = (percent, letter, bool(letter))
            said = events.grade(percent, letter, number=learner + 1, course_id=course_id)
            told.messages.append(message(GRADE, said, at=at, key=course_id))
    for _ in range(int(number * 0.01)):
        told.messages.append(message(GRADE, {}, value=POISON, at=start))
        told.poison += 1
    told.ids = {_id(one) for one in told.messages}
    for _ in range(number - len(told.messages)):
        told.messages.insert(chance.randrange(len(told.messages)), chance.choice(told.messages))
    for _ in range(number // 20):  # two each
        one, other = chance.randrange(number), chance.randrange(number)
        told.messages[one], told.messages[other] = told.messages[other], told.messages[one]
    return told


def _id(one: Message) -> str:
    return next((value or b"").decode() for name, value in one.headers if name == "ce_id")


@contextmanager
def _kafka() -> Iterator[MockKafka]:
    kafka = MockKafka()
    kafka.make_topic(TOPIC)
    yield kafka
    kafka.close()


def _run(kafka: MockKafka, url: str, told: Told, options: argparse.Namespace, folder: Path) -> int:
    """Send in chunks, as fast as they are taken, and kill a consumer now and then; give how many were killed."""
    environ = {
        **{name: value for name, value in os.environ.items() if not name.startswith("CERTDESK_")},
        "CERTDESK_DATABASE_URL": url,
        "CERTDESK_SECRET_KEY": "not-a-secret-of-anyone",
        "CERTDESK_KAFKA_BOOTSTRAP_SERVERS": kafka.bootstrap,
        "CERTDESK_KAFKA_TOPICS": TOPIC,
        "CERTDESK_AUTO_GENERATE": "on" if options.judge else "off",
        "PYTHONPATH": str(Path(__file__).parents[2]),
    }
    command = [sys.executable, "-m", "webapp", "events", "consume", "--deadline", "0"]
    consumers = [_start(command, environ, folder) for _ in range(options.consumers)]
    waiting, sent, kills, next_kill = [*told.messages], 0, 0, time.monotonic() + options.kill_every
    engine, next_word = create_engine(url), 0.0
    try:
        while (taken := _taken(engine)) < len(told.ids) or waiting:
            # Counted by what was taken: of what was sent, a fifth comes twice.
            if waiting and sent - taken < IN_FLIGHT + sent // 5:
                kafka.put(TOPIC, waiting[:CHUNK])
                sent += len(waiting[:CHUNK])
                del waiting[:CHUNK]
                if sent % REFUSED_EVERY == 0:
                    kafka.refuse(KafkaError.REBALANCE_IN_PROGRESS, request=OFFSET_COMMIT)
            if options.kill_every and time.monotonic() > next_kill:
                consumers.pop(0).kill()
                consumers.append(_start(command, environ, folder))
                kills, next_kill = kills + 1, time.monotonic() + options.kill_every
            if time.monotonic() > next_word:
                next_word = time.monotonic() + WORD_EVERY_S
                print(f"{sent} sent, {taken} of {len(told.ids)} taken, {kills} killed", file=sys.stderr)
            time.sleep(LOOK_EVERY_S)
    finally:
        for one in consumers:
            one.send_signal(signal.SIGTERM)
        for one in consumers:
            one.wait(30)
    return kills


def _start(command: list[str], environ: dict[str, str], folder: Path) -> subprocess.Popen[bytes]:
    with (folder / "consumers.log").open("ab") as log:
        return subprocess.Popen(command, env=environ, stdout=log, stderr=log, cwd=folder)


def _taken(engine: Any) -> int:  # noqa: ANN401 - an engine
    with Session(engine) as session:
        return session.scalar(select(func.count()).select_from(EventInbox)) or 0


def _compare(url: str, told: Told) -> dict[str, bool]:
    with Session(create_engine(url)) as session:
        names = {learner.id: learner.username for learner in session.scalars(select(Learner))}
        places = session.execute(
            select(Enrollment.learner_id, Enrollment.course_id, Enrollment.mode, Enrollment.active)
        )
        grades = session.execute(
            select(
                CourseGrade.learner_id,
                CourseGrade.course_id,
                CourseGrade.percent,
                CourseGrade.letter,
                CourseGrade.passed,
            )
        )
        known = {(names[who], course): (mode, active) for who, course, mode, active in places}
        graded = {
            (names[who], course): (float(percent or 0), letter, passed)
            for who, course, percent, letter, passed in grades
        }
        dead = session.scalar(
            select(func.count()).where(DeadLetter.closed_at.is_(None), DeadLetter.waits_for.is_(None))
        )
        waiting = session.scalar(select(func.count()).where(DeadLetter.waits_for.is_not(None)))
        counted = session.scalar(select(func.sum(EventCount.number)).where(EventCount.outcome != "duplicate"))
    return {
        "enrollments_as_the_fold": known == told.enrollments,
        "grades_as_the_fold": graded == told.grades,
        "dead_letters_are_the_poison": dead == told.poison,
        "nobody_waits": waiting == 0,
        "each_taken_once": counted == len(told.ids),
    }


if __name__ == "__main__":
    main()
