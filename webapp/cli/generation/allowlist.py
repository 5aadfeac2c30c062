"""certdesk allowlist: learners who need not have passed."""

import click

from webapp.cli.generation import importing, options, results
from webapp.cli.program import printable, show_rows, with_app
from webapp.domain.certificates.eligibility import Purpose
from webapp.domain.certificates.statuses import IN_FLIGHT, Status
from webapp.domain.identifiers import CourseId
from webapp.models.base import db, unit_of_work
from webapp.services import learners
from webapp.services.exceptions.listing import Wanted
from webapp.services.exports import lists
from webapp.services.generation import acts, allowlist, facts
from webapp.services.generation.making import Made

HEADS = ("username", "course_id", "notes", "created_by", "created_at")


@click.group("allowlist")
def group() -> None:
    """Let learners have a certificate without a passing grade."""


@group.command()
@options.course
@options.username
@options.notes
@with_app
def add(course_id: CourseId, username: str, notes: str) -> None:
    """Put a learner on the allowlist; they are judged anew a moment later."""
    with unit_of_work() as session:
        username = learners.find_username(session, username)
        order = options.support_order(notes)
        allowlist.allow(session, order, username, course_id)
    click.echo(f"{username} is on the allowlist of {course_id}.")
    learner_id = facts.find_learner_id(db.session(), username)
    results.finish_sending()
    held = facts.read_held(db.session(), course_id, [learner_id]).get(learner_id)
    click.echo(f"The certificate is {held['status']}." if held else "There is no certificate yet.")
    if held is None or held["status"] not in (Status.DOWNLOADABLE, *IN_FLIGHT):
        (judged,) = acts.foresee(db.session(), order, course_id, [learner_id], Purpose.GENERATE)
        click.echo(printable(results.standing_against(judged.decision)))


@group.command()
@options.course
@options.username
@options.notes
@with_app
def remove(course_id: CourseId, username: str, notes: str) -> None:
    """Take a learner off the allowlist; a certificate that the rules do not give is taken away."""
    with unit_of_work() as session:
        username = learners.find_username(session, username)
        made = allowlist.disallow(session, options.support_order(notes), username, course_id)
    click.echo(f"{username} is off the allowlist of {course_id}.")
    click.echo(printable(_what_became(made)))


@group.command("list")
@options.any_course
@options.as_json
@with_app
def list_entries(course_id: CourseId | None, as_json: bool) -> None:
    """List who is on the allowlist, newest entry first."""
    source = lists.allowlist(Wanted(course_id=course_id).of_allowlist())
    show_rows(HEADS, source.rows(db.session()), as_json=as_json)


@group.command("import")
@options.course
@click.argument("file", type=click.Path(exists=True, dir_okay=False, allow_dash=True))
@options.as_json
@with_app
def import_entries(course_id: CourseId, file: str, as_json: bool) -> None:
    """Put the learners of a CSV FILE on the allowlist (- is standard input).

    A row is `name or e-mail[,note]`. Rows are independent: good ones are kept, each bad one is reported with its
    number and the reason, and of a learner who is named twice the last row counts. Exit code 1 if any row failed.
    """
    importing.import_file(course_id, file, allowlist.allow, as_json=as_json)


def _what_became(made: Made) -> str:
    status = results.word_of(made.status)
    if made.status is None:
        return "There is no certificate."
    if not made.changed:
        return f"The certificate stays {status}."
    return f"The certificate is {status}, it was {results.word_of(made.before)}: {results.facts_against(made.decision)}"
