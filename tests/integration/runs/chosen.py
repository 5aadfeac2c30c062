"""How does a test have certificates of two course runs, and a run over some of them?"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, select

from tests.factories.orders import SAM
from tests.factories.population import Crowd, make_crowd_in, make_twin_of
from tests.fakes import NOON
from tests.integration.runs.carrying import RunDesk
from webapp.domain.certificates.eligibility import Purpose
from webapp.domain.certificates.statuses import Status
from webapp.domain.identifiers import CourseId
from webapp.models.certificates import GeneratedCertificate
from webapp.models.desk.selections import SelectedResult
from webapp.services.generation import runs

OTHER = CourseId("course-v1:edX+Twin+2026")
FAILED = Crowd(30, certificates=100, exceptions=0, statuses=(Status.ERROR,))
"""Each of them holds a certificate that could not be made."""
IN_ERROR = (GeneratedCertificate.status == Status.ERROR,)


def fill_two(desk: RunDesk) -> list[int]:
    """Make two course runs with the same learners, and give the numbers of the certificates in the order of a selection."""
    with desk.work() as session:
        make_crowd_in(session, FAILED)
        make_twin_of(session, FAILED, OTHER)
    with desk.look() as session:
        held = GeneratedCertificate
        return list(session.scalars(select(held.id).order_by(held.course_id, held.id)))


def a_choice(*conditions: ColumnElement[bool], told: str = "Status: Error", form: str = "form") -> runs.Choice:
    return runs.Choice(conditions, told, form)


def ticked(numbers: Sequence[int]) -> runs.Choice:
    return a_choice(GeneratedCertificate.id.in_(numbers), told=f"{len(numbers)} that were ticked", form=str(numbers))


def begin(
    desk: RunDesk,
    choice: runs.Choice | None = None,
    purpose: Purpose = Purpose.REGENERATE,
    *,
    team_of: int | None = None,
    at_most: int = runs.MOST_CHOSEN,
) -> int:
    """Have Sam choose, and give the number of the dry run."""
    with desk.work() as session:
        chosen = choice or a_choice(*IN_ERROR)
        return runs.start_chosen(session, SAM, chosen, purpose, now=NOON, team_of=team_of, at_most=at_most).id


def for_real(desk: RunDesk, rehearsed: int, *, team_of: int | None = None) -> int:
    with desk.work() as session:
        return runs.start_for_real(session, SAM, rehearsed, now=NOON, team_of=team_of).id


def rehearse(desk: RunDesk, choice: runs.Choice | None = None, purpose: Purpose = Purpose.REGENERATE) -> int:
    """Have a dry run taken to its end."""
    run_id = begin(desk, choice, purpose)
    desk.finish(run_id)
    return run_id


def results(desk: RunDesk, run_id: int) -> list[SelectedResult]:
    rows: list[SelectedResult] = desk.every(SelectedResult)
    return sorted((row for row in rows if row.run_id == run_id), key=lambda row: row.place)


def lines(desk: RunDesk, run_id: int) -> list[Any]:
    """Give what is told of each certificate, as programs read it."""
    with desk.look() as session:
        return [*runs.results_of(runs.get_run(session, run_id)).rows(session)]
