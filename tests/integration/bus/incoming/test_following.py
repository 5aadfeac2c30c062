"""How is the bus followed where something goes wrong: with an event, or with what is around it (decision 44)?"""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from tests.factories import events
from tests.factories.certificates import make_learner
from tests.factories.events import COURSE, ENROLLED, GRADE, REGISTERED, message
from tests.fakes import FakeAttempts, FakeBus
from tests.integration.bus.incoming.follower import Follower
from webapp import clock
from webapp.domain.bus.incoming import Message
from webapp.domain.bus.letters import Closing, Taken, Why
from webapp.models.base import unit_of_work
from webapp.ports import Ports
from webapp.ports.bus import BusFault
from webapp.services.bus import counting
from webapp.services.bus.counting import Behind
from webapp.tasks.jobs import incoming, run_job
from webapp.tasks.schedule import Scheduler

PLACE = ("ada", COURSE)


def now(event_type: str, told: dict[str, object]) -> Message:
    return message(event_type, told, at=clock.now())


class TestGivenMessagesThatCanBeTaken:
    def test_they_are_confirmed_once_they_are_kept(self, follower: Follower) -> None:
        messages = [now(ENROLLED, events.enrollment("honor")), now(GRADE, events.grade())]

        counts = follower.consumes(*messages)
        follower.judges()

        assert counts == {Taken.APPLIED: 2}
        assert follower.bus.confirmed == messages
        assert follower.bus.closed == 1
        assert follower.certificates() == {PLACE: "downloadable"}

    def test_it_is_written_down_how_far_we_are(self, follower: Follower) -> None:
        follower.consumes(now(ENROLLED, events.enrollment()))

        with follower.reading() as session:
            standing = counting.read_standing(session)
        assert (standing.lag, standing.dead, standing.waiting) == (0, 0, 0)
        assert (standing.age_s(clock.now()) or 99) < 30
        assert standing.in_words(clock.now()).startswith("Nothing is waiting (looked ")
        later = clock.now() + timedelta(hours=3)
        assert standing.in_words(later).startswith("The brokers last answered 3 hours ago, when nothing was waiting; ")
        behind = replace(standing, behind=[Behind("learning", 0, 2)])
        assert behind.in_words(later).startswith("The brokers last answered 3 hours ago, when 2 messages were waiting")

    def test_a_topic_that_is_followed_no_more_is_forgotten(self, follower: Follower) -> None:
        with follower.app.app_context(), unit_of_work() as session:
            counting.note_behind(session, [Behind("exams", 0, 9)], topics=["exams"], now=clock.now())
        follower.sets(kafka_topics=("learning",))

        follower.consumes(now(ENROLLED, events.enrollment()))

        with follower.reading() as session:
            assert counting.read_standing(session).behind == [Behind("learning", 0, 0)]

    def test_a_batch_that_comes_again_changes_nothing(self, follower: Follower) -> None:
        messages = [now(ENROLLED, events.enrollment("honor")), now(GRADE, events.grade())]
        follower.consumes(*messages)
        before = follower.state()

        counts = follower.consumes(*messages)

        assert counts == {Taken.DUPLICATE: 2}
        assert follower.state() == before
        assert len(follower.to_be_judged()) == 1


class TestGivenPoison:
    @pytest.fixture
    def poison(self, follower: Follower) -> Message:
        """An event that the database takes from nobody, though nothing is wrong with it to our eyes."""
        with follower.reading() as session:
            for statement in _REFUSING[session.get_bind().dialect.name]:
                session.execute(text(statement))
            session.commit()
        return now(ENROLLED, events.enrollment("poison", number=8, username="eve"))

    def test_it_is_put_aside_after_three_tries_and_those_behind_it_come_through(
        self, follower: Follower, poison: Message
    ) -> None:
        around = [now(REGISTERED, events.registration()), now(ENROLLED, events.enrollment("honor"))]

        counts = follower.consumes(around[0], poison, around[1])

        (letter,) = follower.letters()
        assert counts == {Taken.APPLIED: 2, Taken.DEAD: 1}
        assert (letter.why, letter.tries) == (Why.FAILED, 3)
        assert letter.reason.startswith("IntegrityError")
        assert follower.bus.waiting == []
        assert follower.state()["enrollments"] == {PLACE: ("honor", True)}

    @pytest.mark.usefixtures("poison")
    def test_one_that_waited_for_its_learner_holds_nobody_up(self, follower: Follower) -> None:
        """Whoever tells the learner is not to blame for it either."""
        follower.consumes(now(GRADE, events.grade(0.5, "poison")), now(GRADE, events.grade(0.9, "A", number=8)))

        counts = follower.consumes(now(ENROLLED, events.enrollment("honor")))
        make_known(follower, "bob", 8)
        later = follower.consumes(now(ENROLLED, events.enrollment("honor", number=9, username="eve")))

        poisonous, waited = follower.letters()
        assert (counts, later) == ({Taken.APPLIED: 1}, {Taken.APPLIED: 1})
        assert (poisonous.why, poisonous.closing, poisonous.waits_for) == (Why.FAILED, None, None)
        assert poisonous.reason.startswith("IntegrityError")
        assert waited.closing is Closing.APPLIED

    @pytest.fixture(autouse=True)
    def _take_it_away(self, follower: Follower) -> object:
        yield
        with follower.reading() as session:
            for statement in _TAKING_AWAY[session.get_bind().dialect.name]:
                session.execute(text(statement))
            session.commit()


class TestGivenAGradeThatWaits:
    def test_of_a_number_that_two_learners_get_somebody_has_to_look(self, follower: Follower) -> None:
        follower.consumes(now(GRADE, events.grade()))
        make_known(follower, "ada", 7)
        make_known(follower, "bob", 7)

        counts = follower.consumes(now(ENROLLED, events.enrollment("honor", number=9, username="eve")))

        (letter,) = follower.letters()
        assert counts == {Taken.APPLIED: 1}
        assert (letter.why, letter.reason) == (Why.FAILED, "several learners have the number 7")
        assert (letter.waits_for, letter.closed_at) == (None, None)


def make_known(follower: Follower, username: str, number: int) -> None:
    """Have an import tell of a learner, by a number."""
    with follower.reading() as session:
        make_learner(session, username, external_id=number)
        session.commit()


class TestGivenAShapeThatNobodyThoughtOf:
    def test_it_is_put_aside_and_those_behind_it_come_through(self, follower: Follower) -> None:
        follower.bus.framed[b"\x00odd"] = _Odd()
        odd = message(GRADE, {}, value=b"\x00odd", at=clock.now(), content_type="application/avro")

        counts = follower.consumes(odd, now(ENROLLED, events.enrollment()))

        assert counts == {Taken.APPLIED: 1, Taken.DEAD: 1}
        assert [one.reason for one in follower.letters()] == ["it could not be read (RuntimeError)"]


@pytest.mark.parametrize("shape", [("[", "]"), ('{"a":', "}")])
@pytest.mark.parametrize("levels", [32, 300, 900])
class TestGivenAnEventOfVeryManyLevels:
    def test_it_is_put_aside_as_it_came_and_those_behind_it_come_through(
        self, follower: Follower, shape: tuple[str, str], levels: int
    ) -> None:
        told = events.enrollment("honor") | {"extra": None}
        raw = json.dumps(told).replace("null", f"{shape[0] * levels}0{shape[1] * levels}")
        deep = message(ENROLLED, told, at=clock.now(), value=raw.encode())

        counts = follower.consumes(deep, now(ENROLLED, events.enrollment("honor")))

        assert counts == {Taken.DEAD: 1, Taken.APPLIED: 1}
        (letter,) = follower.letters()
        assert (letter.why, letter.value) == (Why.UNREADABLE, raw.encode())
        assert "nested more than 32 levels deep" in letter.reason


class _Odd(dict[str, object]):
    """An object that nobody can look into."""

    def get(self, *_names: object) -> object:
        raise RuntimeError("odd")


class TestGivenAFaultAroundTheEvents:
    def test_nothing_is_passed_over_while_the_brokers_are_away(self, follower: Follower) -> None:
        follower.bus.fault = BusFault("no broker can be reached")

        counts = follower.consumes(now(ENROLLED, events.enrollment()))

        assert counts == {Taken.APPLIED: 1}
        assert follower.bus.opened == follower.bus.closed == 2

    def test_it_ends_at_its_deadline_whatever_is_wrong(self, follower: Follower) -> None:
        follower.sets(kafka_topics=("learning",), consume_deadline_seconds=1)
        (job,) = incoming(follower.app.extensions["settings"])
        follower.bus = type(follower.bus)()
        follower.app.extensions["ports"] = Ports(FakeAttempts(), events=follower.bus)

        assert run_job(follower.app, job, "here") == 0

    def test_only_one_takes_events_by_the_clock(self, follower: Follower) -> None:
        follower.sets(kafka_topics=("learning",), consume_deadline_seconds=1)
        (job,) = incoming(follower.app.extensions["settings"])
        job.stop()

        assert run_job(follower.app, job, "here") == 0
        assert run_job(follower.app, job, "there") is None

    def test_whoever_ends_the_scheduler_ends_the_taking(self, follower: Follower) -> None:
        follower.sets(kafka_topics=("learning",))
        follower.app.extensions["ports"] = Ports(FakeAttempts(), events=FakeBus())
        scheduler = Scheduler(follower.app, incoming(follower.app.extensions["settings"]))
        scheduler.start()

        scheduler.stop()

        assert not scheduler.running

    def test_there_is_no_such_job_without_topics(self, follower: Follower) -> None:
        assert incoming(follower.app.extensions["settings"]) == ()


_REFUSING = {
    "sqlite": [
        f"""CREATE TRIGGER poison_{table} BEFORE INSERT ON {table} WHEN NEW.{column} = 'poison'
            BEGIN SELECT RAISE(ABORT, 'poison'); END"""
        for table, column in (("enrollment", "mode"), ("course_grade", "letter"))
    ],
    "postgresql": [
        f"ALTER TABLE {table} ADD CONSTRAINT poison CHECK ({column} <> 'poison')"
        for table, column in (("enrollment", "mode"), ("course_grade", "letter"))
    ],
}
_TAKING_AWAY = {
    "sqlite": [f"DROP TRIGGER IF EXISTS poison_{table}" for table in ("enrollment", "course_grade")],
    "postgresql": [f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS poison" for table in ("enrollment", "course_grade")],
}
