"""Do several who act on one certificate at the same moment leave what one after the other would have left?"""

import random
from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.acceptance.generation.races import Act, Hall, errors
from tests.factories.candidates import FAILING, HTML, PDF, make_candidate, make_holder, make_run
from tests.factories.deliveries import send
from tests.factories.orders import an_order
from tests.factories.queue_messages import failure, success
from webapp import clock
from webapp.domain.certificates.modes import GenerationMode
from webapp.domain.certificates.statuses import Status
from webapp.domain.identifiers import CourseId
from webapp.domain.tracking import CREATED, MILESTONE_FULFILLED
from webapp.errors import AlreadyInvalidated, OnAllowlist
from webapp.models.certificates import CertificateTransition, CourseMilestone, GeneratedCertificate
from webapp.models.messages import CallbackInbox, Outbox
from webapp.services.generation import acts, allowlist, deletion, invalidations, sweep
from webapp.services.generation.making import Made
from webapp.services.generation.orders import Order
from webapp.services.messages.outbox import Channel
from webapp.tasks.outbox import send_due

AT_ONCE = 8
ROUNDS = 15
STORMERS, GUSTS = 8, 60


def order(generation_mode: GenerationMode = GenerationMode.SUPPORT, *, judged_after: timedelta | None = None) -> Order:
    """Give the order of Sam, who acts now."""
    return an_order(generation_mode, now=clock.now(), note="so it must be", judged_after=judged_after)


def generating(course_id: CourseId, username: str = "ada") -> Act:
    """Generate, for ada unless somebody else is named."""
    return lambda session: acts.generate(session, order(), username, course_id)


def answering(hall: Hall, body: str) -> Callable[[], object]:
    """Answer the job of the only certificate, as XQueue does."""
    (row,) = hall.certificates()
    return lambda: send(hall.app.test_client(), body, row.key).json


class TestGivenGenerationsOfOneCertificate:
    @pytest.mark.parametrize("course_id", [HTML, PDF])
    def test_one_is_made_and_one_job_sent(self, hall: Hall, course_id: CourseId) -> None:
        with hall.work() as session:
            make_run(session, course_id)
            make_candidate(session, course_id=course_id)

        results = hall.at_once(*[hall.acting(generating(course_id))] * AT_ONCE)

        made = [result for result in results if isinstance(result, Made)]
        assert Counter(one.changed for one in made) == {True: 1, False: AT_ONCE - 1}
        assert len({one.certificate_id for one in made}) == 1
        assert (len(hall.certificates()), len(hall.jobs())) == (1, course_id == PDF)
        with hall.look() as session:
            assert len(session.scalars(select(CertificateTransition)).all()) == 1
            tracked = session.scalars(select(Outbox).where(Outbox.channel == Channel.TRACKING.value)).all()
            assert sorted(row.payload["name"] for row in tracked) == [CREATED, MILESTONE_FULFILLED]
            assert len(session.scalars(select(CourseMilestone)).all()) == 1
        assert hall.flaws() == []

    def test_a_bulk_run_and_single_ones_do_not_stand_in_each_others_way(self, hall: Hall) -> None:
        with hall.work() as session:
            make_run(session, PDF)
            learners = [make_candidate(session, f"learner{n}", PDF).id for n in range(20)]

        def in_bulk(backwards: bool) -> Act:
            order_of_learners = list(reversed(learners)) if backwards else learners
            return lambda session: acts.generate_many(session, order(), PDF, order_of_learners)

        singles = [hall.acting(generating(PDF, f"learner{n}")) for n in (0, 10, 19)]
        results = hall.at_once(hall.acting(in_bulk(False)), hall.acting(in_bulk(True)), *singles)

        assert errors(results) == []
        assert (len(hall.certificates()), len(hall.jobs()), hall.flaws()) == (20, 20, [])


class TestGivenAnAnswerOfXQueue:
    @pytest.mark.parametrize(
        ("body", "statuses"),
        [
            (success(course_id=PDF), {Status.DOWNLOADABLE}),
            (failure(course_id=PDF), {Status.ERROR, Status.GENERATING}),
        ],
        ids=["done", "failed"],
    )
    def test_generating_meanwhile_neither_loses_nor_doubles_it(
        self, hall: Hall, body: str, statuses: set[Status]
    ) -> None:
        with hall.work() as session:
            make_run(session, PDF)
            make_candidate(session, course_id=PDF)
            acts.generate(session, order(), "ada", PDF)

        results = hall.at_once(answering(hall, body), *[hall.acting(generating(PDF))] * 3)

        (row,) = hall.certificates()
        assert (results[0], errors(results)) == ({"return_code": 0}, [])
        assert row.status in statuses
        assert (len(hall.jobs()), hall.flaws()) == (1 + (row.status is Status.GENERATING), [])

    def test_regenerating_meanwhile_waits_its_turn(self, hall: Hall) -> None:
        with hall.work() as session:
            make_run(session, PDF)
            make_candidate(session, course_id=PDF)
            acts.generate(session, order(), "ada", PDF)

        results = hall.at_once(
            answering(hall, success(course_id=PDF)),
            *[hall.acting(lambda session: acts.regenerate(session, order(), "ada", PDF))] * 3,
        )

        (row,) = hall.certificates()
        assert (results[0], errors(results)) == ({"return_code": 0}, [])
        assert len(hall.jobs()) == 1 + (row.status is Status.REGENERATING)
        assert hall.flaws() == []

    def test_the_sweep_meanwhile_either_comes_first_or_finds_nothing(self, hall: Hall) -> None:
        with hall.work() as session:
            make_run(session, PDF)
            ada = make_candidate(session, course_id=PDF).id
            acts.generate(session, order(), "ada", PDF)
        with hall.app.app_context():
            send_due(hall.app)
        sweeping: Act = lambda session: sweep.sweep_one(  # noqa: E731 - an act like any other
            session, order(GenerationMode.BATCH), ada, PDF, stuck_after=timedelta(0)
        )

        results = hall.at_once(answering(hall, success(course_id=PDF)), hall.acting(sweeping), hall.acting(sweeping))

        (row,) = hall.certificates()
        swept = row.status is Status.GENERATING
        assert errors(results) == []
        assert results[0] == ({"return_code": 1, "content": "unable to lookup key"} if swept else {"return_code": 0})
        assert (len(hall.jobs()), hall.flaws()) == (1 + swept, [])

    def test_eight_equal_ones_and_generations_settle_it_once(self, hall: Hall) -> None:
        with hall.work() as session:
            make_run(session, PDF)
            make_candidate(session, course_id=PDF)
            acts.generate(session, order(), "ada", PDF)
        answers = [answering(hall, success(course_id=PDF))] * 4

        results = hall.at_once(*answers, *[hall.acting(generating(PDF))] * 4)

        assert Counter(str(result) for result in results[:4])["{'return_code': 0}"] == 1
        with hall.look() as session:
            assert len(session.scalars(select(CallbackInbox)).all()) == 4
        assert ([row.status for row in hall.certificates()], hall.flaws()) == ([Status.DOWNLOADABLE], [])


class TestGivenAnInvalidation:
    def test_generating_meanwhile_never_undoes_it(self, hall: Hall) -> None:
        with hall.work() as session:
            make_holder(session)

        results = hall.at_once(
            hall.acting(lambda session: invalidations.invalidate(session, order(), "ada", HTML)),
            *[hall.acting(lambda session: acts.regenerate(session, order(), "ada", HTML))] * 3,
            *[hall.acting(generating(HTML))] * 3,
        )

        with hall.look() as session:
            row = session.scalars(select(GeneratedCertificate).where(GeneratedCertificate.course_id == HTML)).one()
            assert (row.status, row.grade) == (Status.UNAVAILABLE, "")
        assert (errors(results), hall.flaws()) == ([], [])

    def test_two_of_it_are_one(self, hall: Hall) -> None:
        with hall.work() as session:
            make_holder(session)

        results = hall.at_once(
            *[hall.acting(lambda session: invalidations.invalidate(session, order(), "ada", HTML))] * 4
        )

        assert Counter(type(result) for result in results) == {Made: 1, AlreadyInvalidated: 3}
        assert hall.flaws() == []

    def test_the_allowlist_at_the_same_moment_is_never_both(self, hall: Hall) -> None:
        with hall.work() as session:
            make_run(session)
            for n in range(ROUNDS):
                make_candidate(session, f"learner{n}")
                acts.generate(session, order(), f"learner{n}", HTML)

        outcomes = [
            hall.at_once(
                hall.acting(lambda session, n=n: invalidations.invalidate(session, order(), f"learner{n}", HTML)),  # type: ignore[misc]
                hall.acting(
                    lambda session, n=n: allowlist.allow(session, order(), f"learner{n}", HTML)  # type: ignore[misc]
                ),
            )
            for n in range(ROUNDS)
        ]

        for invalidated, allowed in outcomes:
            assert isinstance(invalidated, OnAllowlist) != isinstance(allowed, AlreadyInvalidated)
        assert hall.flaws() == []


class TestGivenSeveralSenders:
    def test_each_job_is_sent_once(self, hall: Hall) -> None:
        with hall.work() as session:
            make_run(session, PDF)
            learners = [make_candidate(session, f"learner{n}", PDF).id for n in range(60)]
            acts.generate_many(session, order(), PDF, learners)

        results = hall.at_once(*[lambda: send_due(hall.app)] * 4)

        assert errors(results) == []
        assert sum(int(str(result)) for result in results) == 180  # a job and two tracking events of each learner
        assert sorted(job.header for job in hall.queue.tries) == sorted(job.payload["header"] for job in hall.jobs())
        assert all(job.tries == 1 and job.sent_at for job in hall.jobs())
        assert all(row.submitted_at for row in hall.certificates())

    def test_each_learner_of_an_event_is_judged_once(self, hall: Hall) -> None:
        with hall.work() as session:
            make_run(session, PDF)
            for n in range(30):
                learner = make_candidate(session, f"learner{n}", PDF)
                acts.schedule(session, order(GenerationMode.EVENT), learner.id, PDF, delay=timedelta(0))

        results = hall.at_once(*[lambda: send_due(hall.app)] * 4)

        assert errors(results) == []
        assert (len(hall.certificates()), len(hall.jobs()), len(hall.queue.tries)) == (30, 30, 30)
        assert hall.flaws() == []


class TestGivenAStorm:
    def test_nothing_deadlocks_and_all_fits_together(self, hall: Hall) -> None:
        names = ["ada", "bob", "eve"]
        with hall.work() as session:
            for course_id in (HTML, PDF):
                make_run(session, course_id)
                for name in names:
                    make_candidate(
                        session, name, course_id, id_status="", mode="honor", **(FAILING if name == "bob" else {})
                    )

        def storm(seed: int) -> list[object]:
            rng = random.Random(seed)
            return [_gust(hall, rng, rng.choice(names), rng.choice([HTML, PDF])) for _ in range(GUSTS)]

        results = hall.at_once(*[lambda seed=seed: storm(seed) for seed in range(STORMERS)])

        assert errors(results) == []
        assert [problem for gusts in results if isinstance(gusts, list) for problem in errors(gusts)] == []
        assert hall.flaws() == []


def _gust(hall: Hall, rng: random.Random, name: str, course_id: CourseId) -> object:
    soon = timedelta(0)
    things: list[Act] = [
        generating(course_id, name),
        lambda session: acts.regenerate(session, order(), name, course_id, end_invalidation=rng.random() < 0.5),
        lambda session: acts.judge_anew(session, order(), name, course_id),
        lambda session: acts.request(session, order(GenerationMode.SELF), name, course_id),
        lambda session: invalidations.invalidate(session, order(), name, course_id),
        lambda session: invalidations.end(session, order(), name, course_id),
        lambda session: allowlist.allow(session, order(judged_after=soon), name, course_id),
        lambda session: allowlist.disallow(session, order(), name, course_id),
        lambda session: allowlist.allow(session, order(), name, course_id),
        lambda session: deletion.delete(session, order(), name, course_id),
    ]
    number = rng.randrange(len(things) + 4)
    try:
        if number < len(things):
            return hall.acting(things[number])()
        if number == len(things):
            return send_due(hall.app)
        return _answer_any(hall, rng, name, course_id)
    except Exception as problem:  # told by whoever looks at the results
        return problem


def _answer_any(hall: Hall, rng: random.Random, name: str, course_id: CourseId) -> object:
    keys = [row.key for row in hall.certificates() if row.course_id == course_id and row.key]
    said = rng.choice([success, failure])(username=name, course_id=course_id)
    return send(hall.app.test_client(), said, rng.choice(keys or ["x"])).status_code
