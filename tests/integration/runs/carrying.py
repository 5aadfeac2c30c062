"""How does a test have a run begun and carried forward, and see what came of it?"""

from collections.abc import Iterable

from sqlalchemy import select

from tests.factories.orders import SAM, an_order
from tests.factories.population import COURSE, Crowd, make_crowd_in
from tests.fakes import NOON
from tests.integration.generation.desk import Desk
from webapp.domain.actors import Actor
from webapp.domain.certificates.eligibility import Purpose
from webapp.domain.certificates.modes import GenerationMode
from webapp.domain.certificates.statuses import Status
from webapp.domain.identifiers import CourseId
from webapp.domain.runs import GOING, Among, RunMove
from webapp.models.base import unit_of_work
from webapp.models.certificates import GeneratedCertificate, GenerationRun, GenerationRunRow
from webapp.services.generation import runs
from webapp.services.generation.orders import Order
from webapp.services.generation.runs.steps import OrderBy

ALL_NEW = Crowd(50, certificates=0, exceptions=0)
"""Learners who hold nothing yet and against whom nothing out of the ordinary stands."""


def order_by(actor: Actor) -> Order:
    """Give the order of whoever asked for the run, at noon."""
    return an_order(GenerationMode.BATCH, actor=actor)


class RunDesk(Desk):
    """A desk where runs are asked for and carried forward, twenty learners a step."""

    def fill(self, crowd: Crowd = ALL_NEW, **course: object) -> list[int]:
        """Make a course run with its learners, and give their numbers."""
        with self.work() as session:
            return make_crowd_in(session, crowd, **course)

    def start(
        self,
        purpose: Purpose = Purpose.GENERATE,
        *,
        course_id: CourseId = COURSE,
        statuses: Iterable[Status] = (),
        among: Among = Among.EVERYBODY,
        dry_run: bool = False,
    ) -> int:
        """Have Sam ask for a run, and give its number."""
        with self.work() as session:
            run = runs.start_run(
                session, SAM, course_id, purpose, statuses=statuses, among=among, dry_run=dry_run, now=NOON
            )
            return run.id

    def step(self, run_id: int, *, times: int = 1, order_by: OrderBy = order_by) -> GenerationRun | None:
        """Take steps, and give the run after the last of them."""
        with self.app.app_context():
            for _ in range(times):
                found = runs.carry_on(unit_of_work, run_id, order_by, at_most=20)
        return found

    def finish(self, run_id: int) -> GenerationRun:
        """Take every step that is left."""
        while self.run(run_id).state in GOING:
            self.step(run_id)
        return self.run(run_id)

    def move(self, run_id: int, wanted: RunMove) -> None:
        """Have Sam pause, resume or cancel a run."""
        with self.work() as session:
            runs.move(session, SAM, run_id, wanted, now=NOON)

    def run(self, run_id: int) -> GenerationRun:
        """Give a run as it is now."""
        with self.look() as session:
            return runs.get_run(session, run_id)

    def dealt_with(self, run_id: int) -> list[int]:
        """Give the numbers of the learners that a run has dealt with."""
        rows = select(GenerationRunRow.learner_id).where(GenerationRunRow.run_id == run_id)
        with self.look() as session:
            return list(session.scalars(rows.order_by(GenerationRunRow.learner_id)))

    def results(self, run_id: int) -> list[runs.Result]:
        """Give what came of each learner of a run."""
        with self.look() as session:
            return runs.list_results(session, run_id)

    def statuses(self) -> dict[int, Status]:
        """Give what each learner of the course run holds."""
        rows: list[GeneratedCertificate] = self.every(GeneratedCertificate)
        return {row.learner_id: row.status for row in rows if row.course_id == COURSE}
