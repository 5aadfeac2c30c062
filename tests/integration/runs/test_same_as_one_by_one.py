"""Does a run do to each learner what the same act does to one learner alone?"""

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories.orders import SAM, an_order
from tests.factories.population import COURSE, Crowd, make_crowd_in, make_twin_of
from tests.integration.runs.both_ways import everything
from webapp.domain.actors import Actor
from webapp.domain.certificates.eligibility import Path, Purpose, decide
from webapp.domain.certificates.facts import Facts
from webapp.domain.certificates.modes import GenerationMode, Mode
from webapp.domain.certificates.statuses import Status
from webapp.domain.identifiers import CourseId
from webapp.domain.runs import LEFT_OUT
from webapp.models.base import unit_of_work
from webapp.models.certificates import GenerationRunRow
from webapp.models.learners import Learner
from webapp.services.generation import acts, facts, runs
from webapp.services.generation.making import Made
from webapp.services.generation.orders import Order

CROWD = Crowd(240, seed=7)
TWIN = CourseId("course-v1:edX+Crowd+Twins")
CHUNK = 64
KINDS: dict[str, dict[str, Any]] = {
    "web certificates by the regular rules": {},
    "web certificates by the rules of the queue": {"use_updated": False},
    "PDFs": {"html_certificates": False},
}
MOMENTS = ("enrolled_at", "graded_at", "id_at", "allowlisted_at", "status_at", "invalidated_at",
           "learner_at", "course_at", "role_at")  # fmt: skip


def order_by(actor: Actor) -> Order:
    """The same order for both ways."""
    return an_order(GenerationMode.BATCH, actor=actor)


@pytest.fixture(params=KINDS, ids=lambda kind: kind.replace(" ", "-"))
def course(request: pytest.FixtureRequest) -> dict[str, Any]:
    """A kind of course run."""
    return KINDS[request.param]


@pytest.fixture
def learners(app: Flask, course: dict[str, Any]) -> Iterator[list[int]]:
    """The same crowd in two course runs of that kind."""
    with app.app_context():
        with unit_of_work() as session:
            learner_ids = make_crowd_in(session, CROWD, **course)
            make_twin_of(session, CROWD, TWIN, **course)
        yield learner_ids


def carry_out(purpose: Purpose, statuses: tuple[Status, ...] = ()) -> int:
    """Carry a run out in the first course run, and give its number."""
    with unit_of_work() as session:
        run = runs.start_run(session, SAM, COURSE, purpose, statuses=statuses, now=order_by(SAM).now)
    while run.finished_at is None:
        step = runs.carry_on(unit_of_work, run.id, order_by, at_most=CHUNK)
        assert step is not None
        run = step
    return run.id


def one_by_one(purpose: Purpose, learner_ids: list[int]) -> dict[int, Made]:
    """Do the same to each learner alone, in the other course run."""
    act = acts.generate if purpose is Purpose.GENERATE else acts.regenerate
    actor = Actor(SAM.name, SAM.id, request_id=SAM.request_id)  # a run does not know the address it was asked from
    with unit_of_work() as session:
        names = {row.id: row.username for row in session.execute(select(Learner.id, Learner.username))}
    made = {}
    for learner_id in learner_ids:
        with unit_of_work() as session:
            made[learner_id] = act(session, order_by(actor), names[learner_id], TWIN)
    return made


def dealt_with(session: Session, run_id: int) -> dict[int, tuple[Status | None, Status | None, str, bool]]:
    """What the run says of each learner."""
    session.rollback()
    rows = session.scalars(select(GenerationRunRow).where(GenerationRunRow.run_id == run_id))
    return {row.learner_id: (row.status_before, row.status_after, row.refused_by, row.queued) for row in rows}


def as_row(made: Made) -> tuple[Status | None, Status | None, str, bool]:
    return made.before, made.status, made.decision.refused_by or "", made.queued


class TestGivenTheSameLearnersInTwoCourseRuns:
    def test_generating_for_all_is_the_same_as_for_each(self, learners: list[int], session: Session) -> None:
        run_id = carry_out(Purpose.GENERATE)
        rows = dealt_with(session, run_id)
        made = one_by_one(Purpose.GENERATE, sorted(rows))

        assert len(rows) > CROWD.size * 0.9
        assert rows == {learner_id: as_row(one) for learner_id, one in made.items()}
        assert everything(session, COURSE) == everything(session, TWIN)

    def test_making_anew_what_is_in_a_status_is_the_same_as_for_each(
        self, learners: list[int], session: Session
    ) -> None:
        chosen = (Status.DOWNLOADABLE, Status.ERROR, Status.GENERATING, Status.HONOR_PASSING, Status.UNAVAILABLE)

        run_id = carry_out(Purpose.REGENERATE, chosen)
        rows = {who: row for who, row in dealt_with(session, run_id).items() if LEFT_OUT not in row}
        made = one_by_one(Purpose.REGENERATE, sorted(rows))

        assert len(rows) > CROWD.size / 20
        assert {before for before, *_ in rows.values()} == set(chosen)
        assert rows == {learner_id: as_row(one) for learner_id, one in made.items()}
        assert everything(session, COURSE) == everything(session, TWIN)

    def test_a_dry_run_says_what_the_run_then_does(self, learners: list[int], session: Session) -> None:
        with unit_of_work() as own:
            dry = runs.start_run(own, SAM, COURSE, Purpose.GENERATE, dry_run=True, now=order_by(SAM).now).id
        before = everything(session, COURSE)
        while runs.carry_on(unit_of_work, dry, order_by, at_most=CHUNK).finished_at is None:  # type: ignore[union-attr]  # nobody else takes a step
            continue
        foreseen, unchanged = dealt_with(session, dry), everything(session, COURSE)

        run_id = carry_out(Purpose.GENERATE)

        assert unchanged == before
        assert foreseen == dealt_with(session, run_id)
        assert everything(session, COURSE) != before

    def test_their_facts_are_read_alike(self, learners: list[int], session: Session) -> None:
        course = facts.read_course(session, COURSE, now=order_by(SAM).now, queue_configured=True)
        together = facts.read(session, course, learners, facts.read_held(session, COURSE, learners))

        alone = [facts.read_one(session, course, learner_id)[0] for learner_id in learners]

        assert together == [one._replace(**dict.fromkeys(MOMENTS)) for one in alone]  # type: ignore[arg-type]  # all of them may be None

    def test_they_are_of_every_kind(self, learners: list[int], session: Session) -> None:
        course = facts.read_course(session, COURSE, now=order_by(SAM).now, queue_configured=True)
        known = facts.read(session, course, learners, facts.read_held(session, COURSE, learners))

        judged = [decide(one) for one in known]

        codes = {code for decision in judged for code in decision.failed}
        assert {*Mode, "invented", None} <= {one.mode for one in known}
        assert {*Status, None} == {one.status for one in known}
        assert Path.ALLOWLIST in {decision.path for decision in judged}
        assert len({decision.path for decision in judged}) == 2
        assert {asked for one in known for asked in _kinds(one)} == set(KINDS_OF_LEARNERS)
        assert len(codes) > 8


KINDS_OF_LEARNERS = ("beta tester", "invalidated", "nameless", "restricted", "verified", "expired", "left", "failed")


def _kinds(known: Facts) -> Iterator[str]:
    found = {
        "beta tester": known.beta_tester,
        "invalidated": known.invalidated,
        "nameless": not known.name,
        "restricted": not known.allowed,
        "verified": known.id_verified,
        "expired": known.id_status == "approved" and not known.id_verified,
        "left": known.mode is not None and not known.active,
        "failed": known.percent is not None and not known.passed,
    }
    yield from (name for name, is_so in found.items() if is_so)
