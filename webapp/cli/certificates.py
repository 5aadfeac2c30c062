"""certdesk certificates: what learners hold."""

from typing import Any

import click
from flask import current_app

from webapp.cli.program import refuse, show_json, show_table, with_app
from webapp.domain.certificates.statuses import Status
from webapp.domain.identifiers import BadCourseId, parse_course_id
from webapp.models.base import db
from webapp.services.certificates import listing
from webapp.settings import Settings

HEADS = ("id", "username", "course_id", "status", "mode", "grade", "modified_at")


@click.group("certificates")
def group() -> None:
    """Look at certificates."""


@group.command("list")
@click.option("--course", help="A course key, in either spelling.")
@click.option("--username", help="A learner's user name.")
@click.option("--status", type=click.Choice([status.value for status in Status]))
@click.option("--limit", type=click.IntRange(1), help="How many at most; all when not given.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line.")
@with_app
def list_certificates(
    course: str | None, username: str | None, status: str | None, limit: int | None, as_json: bool
) -> None:
    """List certificates, newest first; memory does not grow with them."""
    settings: Settings = current_app.extensions["settings"]
    try:
        course_id = parse_course_id(course) if course else None
    except BadCourseId:
        refuse(f"“{course}” is not a course key such as course-v1:Org+Course+Run.")
    found = listing.list_certificates(
        db.session(), course_id=course_id, username=username, status=Status(status) if status else None, limit=limit
    )
    objects = (listing.as_object(row, settings.base_url) for row in found)
    if as_json:
        for one in objects:
            show_json(one)
    else:
        show_table(HEADS, (_line(one) for one in objects))


def _line(one: dict[str, Any]) -> tuple[object, ...]:
    return tuple(one[head] for head in HEADS)
