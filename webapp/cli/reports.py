"""certdesk certificates report: how many learners of a course run hold what, and who is eligible."""

import csv
import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict

import click

from webapp.cli.program import COURSE_KEY, show_json, show_table, with_app
from webapp.domain.identifiers import CourseId
from webapp.domain.spreadsheets import safe_cell
from webapp.models.base import db, reading
from webapp.services.certificates import report as service
from webapp.services.certificates.report import CourseReport, LearnerRow

LEARNER_HEADS = ("username", "eligible", "delivered", "type")


@click.command()
@click.option("--course", "course_id", required=True, type=COURSE_KEY, help="A course key, in either spelling.")
@click.option("--learners", is_flag=True, help="A row for each learner, as CSV, in the place of the sums.")
@click.option("--format", "form", type=click.Choice(["csv"]), help="Print CSV.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON objects, one a line.")
@with_app
def report(course_id: CourseId, learners: bool, form: str | None, as_json: bool) -> None:
    """Report on a course run: how many are enrolled, in which modes, and what they hold.

    With --learners: whether each learner is eligible (graded or on the allowlist, and allowed to hold certificates),
    whether a certificate was delivered, and of which type; memory does not grow with them.
    """
    if as_json and form:
        raise click.UsageError("Choose one of --json and --format csv.")
    if learners:
        with reading() as session:
            _show_learners(service.list_learners(session, course_id), as_json=as_json)
    else:
        _show_sums(service.report_on(db.session(), course_id), form, as_json=as_json)


def _show_learners(rows: Iterable[LearnerRow], *, as_json: bool) -> None:
    objects = ({"username": row.username, **row.triple.as_object()} for row in rows)
    if as_json:
        for one in objects:
            show_json(one)
    else:
        _show_csv(LEARNER_HEADS, ([one[head] for head in LEARNER_HEADS] for one in objects))


def _show_sums(found: CourseReport, form: str | None, *, as_json: bool) -> None:
    if as_json:
        show_json(asdict(found))
        return
    columns = _columns(found)
    show = _show_csv if form else show_table
    show(tuple(columns), [tuple(columns.values())])


def _columns(found: CourseReport) -> dict[str, object]:
    """The sums in one row, those of modes and statuses by the alphabet (domain note §10)."""
    sums = {
        **{f"enrolled_{mode}": number for mode, number in found.enrolled_by_mode.items()},
        **found.certificates_by_status,
        **{f"downloadable_{mode}": number for mode, number in found.downloadable_by_mode.items()},
    }
    return {
        "course_id": found.course_id,
        "enrolled_current": found.enrolled_current,
        "enrolled_total": found.enrolled_total,
        **dict(sorted(sums.items())),
    }


def _show_csv(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    writer = csv.writer(sys.stdout)
    writer.writerow(heads)
    writer.writerows([safe_cell(cell) for cell in row] for row in rows)
