"""Is a learner of an event judged when the delay is over, by the facts of that moment (decision 24)?"""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from tests.factories.candidates import FAILING, HTML, PDF, make_candidate, make_others, make_run
from tests.factories.certificates import make_certificate
from tests.factories.exceptions import make_invalidation
from tests.factories.messages import make_entry
from tests.factories.orders import an_order
from tests.integration.generation.desk import Desk, at, steps
from webapp import clock
from webapp.domain.certificates.modes import GenerationMode
from webapp.domain.certificates.statuses import Status
from webapp.domain.identifiers import CourseId
from webapp.models.base import Model
from webapp.models.certificates import GeneratedCertificate
from webapp.models.learners import CourseGrade, CourseRole, Enrollment, Learner
from webapp.models.messages import Outbox
from webapp.services.generation import acts, allowlist, facts, invalidations
from webapp.services.messages.outbox import Channel
from webapp.tasks.outbox import MOST_IN_TURN

DELAY = timedelta(seconds=30)


def ada_in(session: Session, course_id: CourseId = HTML, **candidate: object) -> int:
    """Make ada, among others, and give her number."""
    make_run(session, course_id)
    ada = make_candidate(session, course_id=course_id, **candidate)  # type: ignore[arg-type]  # any fact of hers
    make_others(session, of=ada, course_id=course_id)
    return ada.id


def schedule(desk: Desk, learner_id: int, course_id: CourseId = HTML, *, delay: timedelta = DELAY) -> None:
    """Have ada judged later."""
    with desk.work() as session:
        acts.schedule(session, an_order(GenerationMode.EVENT, now=clock.now()), learner_id, course_id, delay=delay)


class TestGivenADelay:
    def test_nothing_happens_before_it_is_over(self, desk: Desk) -> None:
        with desk.work() as session:
            ada = ada_in(session)
        schedule(desk, ada)

        sent = desk.send()

        assert (sent, desk.certificate("ada", HTML), desk.entry(Channel.GENERATION).tries) == (0, None, 0)

    def test_then_the_learner_is_judged_once(self, desk: Desk) -> None:
        with desk.work() as session:
            ada = ada_in(session)
        schedule(desk, ada)
        desk.let_pass(DELAY)

        desk.send()
        desk.send()

        entry = desk.entry(Channel.GENERATION)
        assert desk.held("ada", HTML).status is Status.DOWNLOADABLE
        assert (entry.tries, entry.sent_at is not None, entry.failed_at) == (1, True, None)
        assert [(told.actor, told.details["generation_mode"]) for told in desk.told()] == [("schedule", "event")]
        assert steps(desk.moves("ada", HTML)) == [(None, Status.DOWNLOADABLE, "passed")]

    def test_a_pdfs_job_leaves_in_the_same_run(self, desk: Desk) -> None:
        with desk.work() as session:
            ada = ada_in(session, PDF)
        schedule(desk, ada, PDF)
        desk.let_pass(DELAY)

        desk.send()

        assert [submission.body for submission in desk.queue.submissions] == [desk.entry().payload["body"]]
        assert desk.held("ada", PDF).submitted_at is not None

    def test_a_program_that_ends_does_not_wait_for_it(self, desk: Desk) -> None:
        with desk.work() as session:
            ada = ada_in(session)
        schedule(desk, ada)

        sent = desk.send(early=DELAY)

        assert sent == 3  # the judging, and the two tracking events that it leaves
        assert desk.held("ada", HTML).status is Status.DOWNLOADABLE

    def test_even_such_a_program_does_not_try_again_early_what_failed(self, desk: Desk) -> None:
        with desk.work() as session:
            ada = ada_in(session)
        schedule(desk, ada)
        spoil(desk)
        desk.send(early=DELAY)

        tries = desk.send(early=DELAY)

        assert (tries, desk.entry(Channel.GENERATION).tries) == (0, 1)


def _fails(session: Session) -> None:
    session.execute(update(CourseGrade).values(passed=False, percent="0.42"))


def _leaves(session: Session) -> None:
    session.execute(update(Enrollment).values(mode="audit"))


def _is_restricted(session: Session) -> None:
    session.execute(update(Learner).values(allow_certificate=False))


class TestGivenFactsThatChangeMeanwhile:
    @pytest.mark.parametrize(
        ("change", "status"),
        [
            (_fails, Status.NOT_PASSING),
            (_leaves, Status.AUDIT_PASSING),
            (_is_restricted, Status.RESTRICTED),
        ],
    )
    def test_they_count(self, desk: Desk, change: Callable[[Session], None], status: Status) -> None:
        with desk.work() as session:
            ada = ada_in(session)
        schedule(desk, ada)
        with desk.work() as session:
            change(session)
        desk.let_pass(DELAY)

        desk.send()

        assert desk.held("ada", HTML).status is status

    def test_a_pass_that_came_meanwhile_counts_too(self, desk: Desk) -> None:
        with desk.work() as session:
            ada = ada_in(session, **FAILING)
        schedule(desk, ada)
        with desk.work() as session:
            session.execute(update(CourseGrade).where(CourseGrade.learner_id == ada).values(passed=True))
        desk.let_pass(DELAY)

        desk.send()

        assert desk.held("ada", HTML).status is Status.DOWNLOADABLE

    def test_an_invalidation_counts(self, desk: Desk) -> None:
        with desk.work() as session:
            ada = ada_in(session)
            make_certificate(session, course_id=HTML, status=Status.DOWNLOADABLE)
        schedule(desk, ada)
        with desk.work() as session:
            invalidations.invalidate(session, an_order(), "ada", HTML)
        desk.let_pass(DELAY)

        desk.send()

        assert (desk.held("ada", HTML).status, len(desk.moves("ada", HTML))) == (Status.UNAVAILABLE, 1)

    def test_an_invalidation_of_a_job_that_waits_brings_it_down_and_the_job_is_not_sent(self, desk: Desk) -> None:
        with desk.work() as session:
            ada = ada_in(session, PDF)
            acts.generate_many(session, an_order(now=clock.now()), PDF, [ada])
            make_invalidation(session, session.query(GeneratedCertificate).filter_by(course_id=PDF).one())
            acts.judge_anew(session, an_order(now=clock.now()), "ada", PDF)

        desk.send()

        assert (desk.held("ada", PDF).status, desk.queue.tries) == (Status.UNAVAILABLE, [])


class TestGivenTheAllowlist:
    def test_the_learner_has_the_certificate_a_moment_later(self, desk: Desk) -> None:
        with desk.work() as session:
            ada_in(session, **FAILING)
            allowlist.allow(session, an_order(now=clock.now(), judged_after=DELAY), "ada", HTML)
        desk.let_pass(DELAY)

        desk.send()

        assert steps(desk.moves("ada", HTML)) == [(None, Status.DOWNLOADABLE, "allowlisted")]


class TestGivenSomebodyWhoIsGone:
    @pytest.mark.parametrize(("gone", "left"), [(Enrollment, None), (CourseGrade, Status.NOT_PASSING)])
    def test_without_the_facts_nothing_is_issued(self, desk: Desk, gone: type[Model], left: Status | None) -> None:
        with desk.work() as session:
            ada = ada_in(session)
        schedule(desk, ada)
        with desk.work() as session:
            session.execute(delete(gone))
        desk.let_pass(DELAY)

        desk.send()

        row = desk.certificate("ada", HTML)
        assert (row.status if row else None) is left

    def test_whoever_tests_the_course_no_more_is_no_tester(self, desk: Desk) -> None:
        with desk.work() as session:
            ada = ada_in(session, beta_tester=True)
        schedule(desk, ada)
        with desk.work() as session:
            session.execute(delete(CourseRole).where(CourseRole.course_id == HTML, CourseRole.role == "beta_tester"))
        desk.let_pass(DELAY)

        desk.send()

        assert desk.held("ada", HTML).status is Status.DOWNLOADABLE

    def test_a_learner_who_was_deleted_stops_nobody(self, desk: Desk) -> None:
        with desk.work() as session:
            ada = ada_in(session)
        schedule(desk, 4_711)
        schedule(desk, ada)
        desk.let_pass(DELAY)

        desk.send()

        assert all(entry.sent_at for entry in desk.entries(Channel.GENERATION))
        assert desk.held("ada", HTML).status is Status.DOWNLOADABLE


def spoil(desk: Desk) -> None:
    """Make the first entry one that nobody can deal with."""
    with desk.work() as session:
        session.execute(update(Outbox).where(Outbox.id == desk.entries()[0].id).values(payload={}))


class TestGivenAnErrorOfOurs:
    def test_it_is_told_on_the_entry_and_tried_again_without_holding_up_the_next(self, desk: Desk) -> None:
        with desk.work() as session:
            ada = ada_in(session)
        schedule(desk, ada)
        schedule(desk, ada)
        spoil(desk)
        desk.let_pass(DELAY)

        desk.send()

        broken, healthy = desk.entries(Channel.GENERATION)
        assert (broken.sent_at, broken.failed_at, broken.tries) == (None, None, 1)
        assert broken.last_problem == "an error of our own (KeyError)"
        assert clock.now() < broken.next_try_at <= clock.now() + timedelta(seconds=5)
        assert healthy.sent_at is not None

    def test_after_six_hours_it_is_given_up(self, desk: Desk) -> None:
        with desk.work() as session:
            ada = ada_in(session)
        schedule(desk, ada)
        spoil(desk)
        desk.try_in_vain(timedelta(hours=6))

        desk.send()

        entry = desk.entry(Channel.GENERATION)
        assert (entry.sent_at, entry.failed_at is not None) == (None, True)
        assert entry.last_problem == "Not done within six hours: an error of our own (KeyError)"


class TestGivenManyToBeJudged:
    def test_a_job_that_support_asked_for_does_not_wait_for_all_of_them(self, desk: Desk) -> None:
        with desk.work() as session:
            judged = {"course_id": HTML, "learner_id": ada_in(session)}
            for _ in range(MOST_IN_TURN + 2):
                make_entry(session, channel=Channel.GENERATION.value, payload=judged)
            make_run(session, PDF)
            make_candidate(session, "bob", course_id=PDF)
            acts.generate(session, an_order(now=clock.now()), "bob", PDF)

        desk.send()

        left = [at(entry.sent_at) for entry in desk.entries(Channel.GENERATION)]
        assert len(left) == MOST_IN_TURN + 2
        assert sorted(left)[MOST_IN_TURN - 1] < at(desk.entry(Channel.XQUEUE).sent_at) < max(left)


class TestGivenTheSameLearnerScheduledTwice:
    def test_one_certificate_is_made(self, desk: Desk) -> None:
        with desk.work() as session:
            ada = ada_in(session, PDF)
        schedule(desk, ada, PDF)
        schedule(desk, ada, PDF)
        desk.let_pass(DELAY)

        desk.send()

        assert len(desk.queue.submissions) == len(desk.moves("ada", PDF)) == 1
        with desk.look() as session:
            assert facts.find_learner_id(session, "ada") == ada
