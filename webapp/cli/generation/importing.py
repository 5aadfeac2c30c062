"""How does a command take a file of learners, and what does it say of each row?"""

import sys
from collections import Counter

import click

from webapp.cli.generation import options
from webapp.cli.program import Bar, machine, printable, show_json
from webapp.domain.identifiers import CourseId
from webapp.models.base import db, unit_of_work
from webapp.services.course_runs import get_course
from webapp.services.exceptions import intake
from webapp.services.exceptions.intake import Act, Result, RowResult


def import_file(course_id: CourseId, file: str, act: Act, *, as_json: bool) -> None:
    """Do something for the learner of each row, say what came of it, and end with exit code 1 where a row failed."""
    get_course(db.session(), course_id)
    with click.open_file(file, "rb") as stream:
        rows = intake.read_rows(db.session(), stream.read())
    db.session.rollback()  # what was read before must not stay open for as long as this takes
    actor = machine()
    counts: Counter[Result] = Counter()
    with Bar("Importing", len(rows)) as bar:
        for done, row in enumerate(rows, 1):
            result = intake.take_row(unit_of_work, options.support_order(actor=actor), course_id, row, act)
            counts[result.result] += 1
            bar.clear()
            _show_row(result, as_json=as_json)
            bar.move_to(done)
    _show_sums(counts, as_json=as_json)
    sys.exit(1 if counts[Result.FAILED] else 0)


def _show_row(result: RowResult, *, as_json: bool) -> None:
    if as_json:
        show_json(intake.as_object(result))
        return
    said = result.result.value if result.result is not Result.FAILED else "FAILED"
    reason = f": {printable(result.reason)}" if result.reason else ""
    click.echo(f"row {result.row}: {printable(result.name)}: {said}{reason}", err=result.result is Result.FAILED)


def _show_sums(counts: Counter[Result], *, as_json: bool) -> None:
    sums = {result.value: counts[result] for result in Result}
    if as_json:
        show_json({"summary": {"rows": counts.total(), **sums}})
    else:
        repeated = f", {sums['repeated']} repeated" if sums["repeated"] else ""
        click.echo(f"{counts.total()} rows: {sums['added']} added{repeated}, {sums['failed']} failed.")
