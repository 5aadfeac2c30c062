"""certdesk invalidations: certificates that staff declare void."""

import click

from webapp.cli.generation import importing, options
from webapp.cli.program import show_rows, with_app
from webapp.domain.identifiers import CourseId
from webapp.models.base import db, unit_of_work
from webapp.services import learners
from webapp.services.exceptions.listing import Wanted
from webapp.services.exports import lists
from webapp.services.generation import invalidations

HEADS = ("username", "course_id", "notes", "invalidated_by", "created_at")


@click.group("invalidations")
def group() -> None:
    """Declare certificates void, and take that back."""


@group.command()
@options.course
@options.username
@options.notes
@with_app
def add(course_id: CourseId, username: str, notes: str) -> None:
    """Declare a learner's issued certificate void: its link says so from now on."""
    with unit_of_work() as session:
        username = learners.find_username(session, username)
        made = invalidations.invalidate(session, options.support_order(notes), username, course_id)
    click.echo(f"The certificate of {username} in {course_id} is invalidated: {made.status}.")


@group.command()
@options.course
@options.username
@options.notes
@with_app
def end(course_id: CourseId, username: str, notes: str) -> None:
    """Take an invalidation back; the certificate is not made anew by that alone."""
    with unit_of_work() as session:
        username = learners.find_username(session, username)
        invalidations.end(session, options.support_order(notes), username, course_id)
    click.echo(f"The invalidation of {username}'s certificate in {course_id} has ended.")
    click.echo("The certificate stays as it is until it is made anew: certdesk certificates regenerate")


@group.command("list")
@options.any_course
@options.as_json
@with_app
def list_active(course_id: CourseId | None, as_json: bool) -> None:
    """List the invalidations that are active, newest first."""
    source = lists.invalidations(Wanted(course_id=course_id).of_invalidations())
    show_rows(HEADS, source.rows(db.session()), as_json=as_json)


@group.command("import")
@options.course
@click.argument("file", type=click.Path(exists=True, dir_okay=False, allow_dash=True))
@options.as_json
@with_app
def import_entries(course_id: CourseId, file: str, as_json: bool) -> None:
    """Declare the certificates of the learners of a CSV FILE void (- is standard input).

    A row is `name or e-mail[,note]`. Rows are independent: good ones are kept, each bad one is reported with its
    number and the reason, and of a learner who is named twice the last row counts. Exit code 1 if any row failed.
    """
    importing.import_file(course_id, file, invalidations.invalidate, as_json=as_json)
