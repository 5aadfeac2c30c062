"""certdesk runs: judge a whole course run in steps, look at what became of it, pause it, go on, end it."""

import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any

import click

from webapp import clock
from webapp.cli.generation import options
from webapp.cli.generation.bulk import Tally, show_summary
from webapp.cli.program import Bar, current_settings, machine, refuse, show_json, show_table, terminal_width, with_app
from webapp.domain.actors import Actor
from webapp.domain.certificates.eligibility import Purpose
from webapp.domain.certificates.modes import GenerationMode
from webapp.domain.certificates.statuses import Status
from webapp.domain.identifiers import BIGGEST_ROW, CourseId
from webapp.domain.runs import GOING, Among, RunMove, RunState
from webapp.models.base import db, unit_of_work
from webapp.models.certificates import GenerationRun
from webapp.services.exports.sources import FORMS
from webapp.services.generation import runs
from webapp.services.generation.orders import Order, order_of

HEADS = ("id", "purpose", "dry_run", "state", "done", "created_at", "course_id")
"""What a line has room for; the key comes last, since the longest would make every line as long."""
LOOK_AGAIN_S = 0.2  # who holds the run is another process, which tells nobody when its step is done
_number = click.argument("number", type=click.IntRange(1, BIGGEST_ROW))
_detach = click.option("--detach", is_flag=True, help="Leave it to the service, which carries it on by itself.")


@click.group("runs")
def group() -> None:
    """Runs over whole course runs: start one, look at it, pause it, go on, end it."""


def run_for_everybody(course_id: CourseId, *, dry_run: bool, as_json: bool) -> None:
    """Judge whoever is or was enrolled in a course run, here and now, and say what came of them by status and reason."""
    _start(course_id, Purpose.GENERATE, dry_run=dry_run, as_json=as_json)


@group.command()
@options.course
@click.option(
    "--status",
    "statuses",
    multiple=True,
    type=click.Choice([status.value for status in Status]),
    help="Make the certificates in this status anew; may be given again. Without it certificates are generated.",
)
@click.option(
    "--among",
    type=click.Choice([among.value for among in Among]),
    default=Among.EVERYBODY.value,
    show_default=True,
    help="For whom to generate: all who are or were enrolled, those on the allowlist, or those of them without an issued one.",
)
@options.dry_run
@_detach
@options.as_json
@with_app
def start(
    course_id: CourseId, statuses: tuple[str, ...], among: str, dry_run: bool, detach: bool, as_json: bool
) -> None:
    """Generate for the learners of a course run, or make anew the certificates in some statuses.

    Whoever is on the allowlist is left out where certificates are made anew, and counted with the reason on_allowlist.
    """
    purpose = Purpose.REGENERATE if statuses else Purpose.GENERATE
    wanted = Among(among)
    if statuses and wanted is not Among.EVERYBODY:
        raise click.UsageError("--among goes without --status: what is in a status is made anew, whoever holds it.")
    chosen = tuple(Status(status) for status in statuses)
    _start(course_id, purpose, chosen, wanted, dry_run=dry_run, as_json=as_json, detach=detach)


@group.command("list")
@options.any_course
@click.option("--limit", type=click.IntRange(1), default=20, show_default=True, help="How many at most.")
@options.as_json
@with_app
def list_runs(course_id: CourseId | None, limit: int, as_json: bool) -> None:
    """List runs, newest first; `runs show` has the whole of one."""
    found = runs.list_runs(db.session(), course_id=course_id, at_most=limit)
    if as_json:
        for run in found:
            show_json(runs.as_object(run))
    else:
        show_table(HEADS, map(_line, found), width=terminal_width())


@group.command()
@_number
@options.as_json
@with_app
def show(number: int, as_json: bool) -> None:
    """Show a run, and what came of its learners by status and reason."""
    run = runs.get_run(db.session(), number)
    one, sums = runs.as_object(run), runs.summarise(db.session(), run)
    if as_json:
        show_json({**one, "results": [_part(part) for part in sums]})
        return
    for name, value in one.items():
        click.echo(f"{name}: {_cell(value)}")
    show_table(
        ("status", "refused_by", "learners"), ((_word(part.status), part.refused_by, part.learners) for part in sums)
    )


@group.command()
@_number
@with_app
def pause(number: int) -> None:
    """Let a run rest after the step that is under way."""
    _move(number, RunMove.PAUSE)
    click.echo(f"{_standing(number)} Go on: certdesk runs resume {number}")


@group.command()
@_number
@with_app
def cancel(number: int) -> None:
    """End a run; what it did stays."""
    _move(number, RunMove.CANCEL)
    click.echo(_standing(number))


@group.command()
@_number
@_detach
@options.as_json
@with_app
def resume(number: int, detach: bool, as_json: bool) -> None:
    """Go on with a run that is paused, failed, or was left by a process that died."""
    if runs.get_run(db.session(), number).state not in GOING:
        _move(number, RunMove.RESUME)
    _carry(number, as_json=as_json, detach=detach)


@group.command()
@_number
@click.option("--format", "form", type=click.Choice([*FORMS]), default="csv", show_default=True)
@with_app
def results(number: int, form: str) -> None:
    """Print what came of each learner of a run; memory does not grow with them."""
    source = runs.results_of(runs.get_run(db.session(), number))
    sys.stdout.writelines(FORMS[form](source.fields, source.rows(db.session())))


def _start(
    course_id: CourseId,
    purpose: Purpose,
    statuses: tuple[Status, ...] = (),
    among: Among = Among.EVERYBODY,
    *,
    dry_run: bool,
    as_json: bool,
    detach: bool = False,
) -> None:
    with unit_of_work() as session:
        run = runs.start_run(
            session, machine(), course_id, purpose, statuses=statuses, among=among, dry_run=dry_run, now=clock.now()
        )
    _carry(run.id, as_json=as_json, detach=detach)


def _carry(number: int, *, as_json: bool, detach: bool) -> None:
    """Take every step that is left; Ctrl-C lets the one that is under way end, and leaves the run paused."""
    if detach:
        click.echo(f"Run {number} is left to the service. Look at it: certdesk runs show {number}")
        return
    run = _look(number)
    with _interruptions() as interrupted, Bar("Judging", run.total) as bar:
        while run.state in GOING and not interrupted():
            bar.move_to(run.done)
            run = runs.carry_on(unit_of_work, number, _order_by) or _wait(number)
            time.sleep(runs.BREATH_S)
        bar.move_to(run.done)
    if run.state in GOING:
        _move(number, RunMove.PAUSE)
    _tell_end(number, as_json=as_json)


def _tell_end(number: int, *, as_json: bool) -> None:
    run = _look(number)
    if run.state is not RunState.DONE:
        more = f" Go on: certdesk runs resume {number}. End it: certdesk runs cancel {number}."
        refuse(_standing(number) + (more if run.state is not RunState.CANCELLED else ""))
    sums = runs.summarise(db.session(), run)
    if as_json:
        results = [{"course_id": run.course_id or None, **_part(part)} for part in sums]
        told = {"run": number, "learners": run.done - run.left_out, "left_out": run.left_out, "dry_run": run.dry_run}
        show_json({**told, "results": results})
        return
    tally: Tally = Counter({(part.status, part.refused_by or None): part.learners for part in sums})
    show_summary({CourseId(run.course_id or run.chosen): tally}, dry_run=run.dry_run, as_json=False)
    click.echo(f"This was run {number}. One by one: certdesk runs results {number}")


def _part(part: runs.Sum) -> dict[str, Any]:
    return {**asdict(part), "refused_by": part.refused_by or None}


def _standing(number: int) -> str:
    run = _look(number)
    why = f" {run.problem}" if run.problem else ""
    return f"Run {number} is {run.state} at {run.done} of {run.total} learners.{why}"


def _move(number: int, move: RunMove) -> None:
    with unit_of_work() as session:
        runs.move(session, machine(), number, move, now=clock.now())


def _look(number: int) -> GenerationRun:
    db.session.rollback()  # as it is now
    return runs.get_run(db.session(), number)


def _wait(number: int) -> GenerationRun:
    """Somebody else takes a step just now: the service, perhaps."""
    time.sleep(LOOK_AGAIN_S)
    return _look(number)


def _order_by(actor: Actor) -> Order:
    return order_of(current_settings(), actor, GenerationMode.BATCH)


@contextmanager
def _interruptions() -> Iterator[Callable[[], bool]]:
    """Let the first Ctrl-C be a wish that is asked for; a second one ends the program as usual."""
    asked: list[int] = []

    def ask(number: int, _frame: object) -> None:
        asked.append(number)
        signal.signal(signal.SIGINT, usual)

    usual = signal.signal(signal.SIGINT, ask)
    try:
        yield lambda: bool(asked)
    finally:
        signal.signal(signal.SIGINT, usual)


def _line(run: GenerationRun) -> tuple[object, ...]:
    done, asked_at = f"{run.done}/{run.total}", f"{run.created_at:%Y-%m-%d %H:%M} UTC"
    return run.id, run.purpose, _cell(run.dry_run), run.state, done, asked_at, run.course_id or run.chosen


def _word(status: Status | None) -> str:
    return status.value if status else "no certificate"


def _cell(value: Any) -> object:  # noqa: ANN401 - any value of a run or a result
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return " ".join(value)
    return "" if value is None else value
