"""How do programs have a whole course run judged, and see how far it is and what came of each learner (interface §6)?"""

from typing import Annotated, Literal

import msgspec
from flask import Response, url_for
from msgspec import Meta

from webapp import clock
from webapp.domain.certificates.eligibility import Purpose
from webapp.domain.certificates.statuses import Status
from webapp.domain.roles import Permission, Scope
from webapp.domain.runs import LEFT_OUT, Among, RunMove, RunState
from webapp.errors import RunMoveRefused, RunOpen, StatusMissing, StatusNotPresent, UnknownCourse, UnknownRun
from webapp.models.base import db, unit_of_work
from webapp.services.generation import runs
from webapp.web import auth
from webapp.web.api.blueprint import answer, bp, tells
from webapp.web.api.bodies import Body, CourseKey, Moment, read_body
from webapp.web.api.certificates.explanations import CODES
from webapp.web.api.exceptions.acting import read_course
from webapp.web.api.lists import LIST_FILTERS, Asked, page_of
from webapp.web.auth import allows
from webapp.web.errors.problems import Fault, Refused
from webapp.web.exports import export

FILTERS = {
    "course_id": "The course run's key, in either spelling.",
    "state": f"One of {', '.join(state.value for state in RunState)}.",
    **LIST_FILTERS,
}


STARTING = (UnknownCourse, StatusMissing, StatusNotPresent, RunOpen)
MOVING = (UnknownRun, RunMoveRefused, RunOpen)


class Started(Body, frozen=True):
    """In which course run what shall be done: `generate` for the learners that `among` names, `regenerate` what is in `statuses`.

    `among`: `all` who are or were enrolled, those `allowlisted`, or of these the ones who hold no issued certificate,
    `allowlisted_not_generated`. Without `purpose` the statuses say which. A dry run says what would happen to each learner, and changes nothing.
    """

    course_id: CourseKey
    """The course run's key, in either spelling."""
    purpose: Literal["generate", "regenerate"] | None = None
    """What is done with each learner; null or left out: `regenerate` where there are `statuses`, else `generate`."""
    statuses: list[Status] = []
    """Which certificates are made anew; there has to be one in one of them. Goes with `regenerate` alone."""
    among: Among = Among.EVERYBODY
    """For whom it generates. Goes with `generate` alone."""
    dry_run: bool = False


class Run(msgspec.Struct, frozen=True):
    """A run over a course run, and how far it is: `done` of `total` learners; `left_out` of those are on the allowlist.

    One over certificates that staff chose in a list has no `course_id`; `chosen` says by what they were chosen.
    `among` says for whom a run that generates is: whoever is or was enrolled, or is on the allowlist.
    """

    id: int
    course_id: str | None
    """The course run's key; null where certificates were chosen in a list."""
    chosen: str | None
    """By what certificates were chosen in a list, in words; null where it is over a course run."""
    purpose: Literal["generate", "regenerate"]
    """What is done with each learner."""
    among: Among
    """For whom it generates."""
    statuses: list[Status]
    """The statuses in which certificates are made anew; none where it generates."""
    dry_run: bool
    state: RunState
    """How far it is."""
    done: int
    """How many learners were judged so far."""
    total: int
    """How many there were when it began."""
    left_out: int
    """How many of those judged were left as they are, since they are on the allowlist."""
    asked_by: str
    """The name of the account that asked for it."""
    created_at: Moment
    """When it was asked for."""
    started_at: Moment | None
    """When its first step began; null: not yet."""
    finished_at: Moment | None
    """When it was done or cancelled; null: not yet."""
    problem: str
    """What made it fail; empty where nothing did."""


class RunSum(msgspec.Struct, frozen=True):
    """How many learners ended in a status, null where they hold no certificate, and the check that refused them.

    `on_allowlist` stands in its place for those whose certificate a run does not make anew.
    """

    status: Status | None
    """The status that they ended in; null where they hold no certificate."""
    refused_by: Annotated[str, Meta(extra_json_schema={"enum": [*CODES, LEFT_OUT]})] | None
    """The code of the check that refused them, or `on_allowlist` where a run leaves them as they are; null: none."""
    learners: int
    """How many learners that is."""


class RunProgress(Run, frozen=True):
    """A run, how far it is, and what came of its learners so far."""

    results: list[RunSum]
    """What came of its learners so far, by status and reason."""


@bp.get("/runs")
@allows(Permission.READ_DESK, Scope.CERTIFICATES_READ)
@tells(filters=FILTERS, gives={200: page_of(Run)})
def list_runs() -> Response:
    """List runs over whole course runs, the newest first."""
    asked = Asked(FILTERS)
    place = asked.cursor(int)
    found = runs.list_runs(
        db.session(),
        course_id=asked.course_id("course_id"),
        state=asked.word("state", RunState),
        below=place[0] if place else None,
        at_most=asked.limit() + 1,
    )
    return asked.page(found, runs.as_object, lambda run: (run.id,))


@bp.post("/runs")
@allows(Permission.SUPPORT_LEARNERS, Scope.CERTIFICATES_WRITE)
@tells(takes=Started, gives={201: Run}, refuses=STARTING)
def start_run() -> Response:
    """Begin a run over a course run, which goes on by itself; one at a time, dry runs apart."""
    said = read_body(Started)
    course_id, purpose = read_course(said.course_id), _purpose_of(said)
    with unit_of_work() as session:
        run = runs.start_run(
            session,
            auth.actor(),
            course_id,
            purpose,
            statuses=said.statuses,
            among=said.among,
            dry_run=said.dry_run,
            now=clock.now(),
        )
    return answer(runs.as_object(run), 201, location=url_for("api.show_run", run_id=run.id))


@bp.get("/runs/<row:run_id>")
@allows(Permission.READ_DESK, Scope.CERTIFICATES_READ)
@tells(gives={200: RunProgress}, refuses=(UnknownRun,))
def show_run(run_id: int) -> Response:
    """Show how far a run is, and what came of its learners so far by status and reason."""
    Asked({})
    run = runs.get_run(db.session(), run_id)
    sums = [RunSum(one.status, one.refused_by or None, one.learners) for one in runs.summarise(db.session(), run)]
    return answer({**runs.as_object(run), "results": sums})


@bp.post("/runs/<row:run_id>/pause")
@allows(Permission.SUPPORT_LEARNERS, Scope.CERTIFICATES_WRITE)
@tells(gives={200: Run}, refuses=MOVING)
def pause_run(run_id: int) -> Response:
    """Let a run rest after the step that is under way."""
    return _move(run_id, RunMove.PAUSE)


@bp.post("/runs/<row:run_id>/resume")
@allows(Permission.SUPPORT_LEARNERS, Scope.CERTIFICATES_WRITE)
@tells(gives={200: Run}, refuses=MOVING)
def resume_run(run_id: int) -> Response:
    """Let a run that is paused, or failed, go on from where it was."""
    return _move(run_id, RunMove.RESUME)


@bp.post("/runs/<row:run_id>/cancel")
@allows(Permission.SUPPORT_LEARNERS, Scope.CERTIFICATES_WRITE)
@tells(gives={200: Run}, refuses=MOVING)
def cancel_run(run_id: int) -> Response:
    """End a run for good; what it did stays."""
    return _move(run_id, RunMove.CANCEL)


@bp.get("/runs/<row:run_id>/results.csv")
@allows(Permission.READ_DESK, Scope.CERTIFICATES_READ)
@tells(gives={200: "text/csv"}, refuses=(UnknownRun,))
def export_results(run_id: int) -> Response:
    """Take what came of each learner of a run elsewhere as CSV, in the order of the learners' numbers; who did so is written down."""
    Asked({})
    run = runs.get_run(db.session(), run_id)
    return export(runs.results_of(run), "csv", {})


def _move(run_id: int, move: RunMove) -> Response:
    with unit_of_work() as session:
        run = runs.move(session, auth.actor(), run_id, move, now=clock.now())
    return answer(runs.as_object(run))


def _purpose_of(said: Started) -> Purpose:
    purpose = Purpose(said.purpose or (Purpose.REGENERATE if said.statuses else Purpose.GENERATE))
    if purpose is Purpose.GENERATE and said.statuses:
        raise _not_with("statuses", "Go with regenerate alone: generate is for the learners that `among` names.")
    if purpose is Purpose.REGENERATE and said.among is not Among.EVERYBODY:
        raise _not_with("among", "Goes with generate alone: regenerate is for what is in `statuses`.")
    return purpose


def _not_with(field: str, reason: str) -> Refused:
    return Refused(422, "invalid", f"{field}: {reason}", [Fault(field, reason)])
