"""certdesk certificates: what learners hold."""

from typing import Any

import click

from webapp.cli import fakes, reports
from webapp.cli.generation import acts, bulk, explain
from webapp.cli.program import COURSE_KEY, current_settings, show_json, show_table, with_app
from webapp.domain.certificates.statuses import Status
from webapp.domain.identifiers import CourseId
from webapp.models.base import db
from webapp.services.certificates import listing

HEADS = ("id", "username", "course_id", "status", "mode", "grade", "modified_at")


@click.group("certificates")
def group() -> None:
    """Look at certificates, and have them made, made anew and ended."""


for command in (
    acts.generate,
    acts.regenerate,
    acts.delete,
    acts.override_date,
    explain.explain,
    bulk.ungenerated,
    bulk.resubmit_errors,
    bulk.sweep,
    reports.report,
    fakes.fake,
):
    group.add_command(command)


@group.command("list")
@click.option("--course", "course_id", type=COURSE_KEY, help="A course key, in either spelling.")
@click.option("--username", help="A learner's user name.")
@click.option("--status", type=click.Choice([status.value for status in Status]))
@click.option("--limit", type=click.IntRange(1), help="How many at most; all when not given.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line.")
@with_app
def list_certificates(
    course_id: CourseId | None, username: str | None, status: str | None, limit: int | None, as_json: bool
) -> None:
    """List certificates, newest first; memory does not grow with them."""
    found = listing.list_certificates(
        db.session(), course_id=course_id, username=username, status=Status(status) if status else None, limit=limit
    )
    objects = (listing.as_object(row, current_settings().base_url, invalidated=void) for row, void in found)
    if as_json:
        for one in objects:
            show_json(one)
    else:
        show_table(HEADS, (_line(one) for one in objects))


def _line(one: dict[str, Any]) -> tuple[object, ...]:
    return tuple(one[head] for head in HEADS)
