"""certdesk certificates generate, regenerate, delete, override-date: what is done about learners who are named."""

import sys
from datetime import datetime

import click

from webapp.cli import runs
from webapp.cli.generation import options, results
from webapp.cli.program import current_settings, printable, refuse, with_app
from webapp.domain.certificates.eligibility import Purpose
from webapp.domain.certificates.statuses import Status
from webapp.domain.identifiers import CourseId
from webapp.domain.queue.requests import grade_label
from webapp.errors import AmbiguousLearner, UnknownLearner
from webapp.models.base import db, unit_of_work
from webapp.services import learners
from webapp.services.exceptions import dates
from webapp.services.generation import acts, deletion, facts
from webapp.services.generation.making import Made


@click.command()
@options.course
@click.option(
    "--username",
    "names",
    multiple=True,
    help="A learner's user name, or e-mail address; may be given again. Everybody who is or was enrolled when not given.",
)
@options.dry_run
@options.as_json
@with_app
def generate(course_id: CourseId, names: tuple[str, ...], dry_run: bool, as_json: bool) -> None:
    """Judge learners of a course run by the rules, and make the certificates that they have earned.

    One learner who is refused: exit code 1 with the reason. Several, or everybody: what came of them, exit code 0,
    or 1 where a named learner is unknown.
    """
    if not names:
        runs.run_for_everybody(course_id, dry_run=dry_run, as_json=as_json)
        return
    usernames, all_known = _resolve(names)
    judge, look = (_foresee, results.foresee) if dry_run else (_generate, results.look)
    judged = [(username, judge(username, course_id)) for username in usernames]
    found = [look(username, made) for username, made in judged]
    if len(found) == 1 and all_known:
        results.show_one(found[0], course_id, verb="would be made" if dry_run else "was made", as_json=as_json)
        return
    results.show_many(found, course_id, as_json=as_json)
    if not all_known:
        sys.exit(1)


@click.command()
@options.course
@options.username
@click.option("--end-invalidation", is_flag=True, help="End an active invalidation first; without this it refuses.")
@click.option(
    "--grade",
    "label",
    default="",
    callback=options.short_text,
    help="The grade that a PDF shall show, such as B; counts as passing.",
)
@click.option(
    "--template", default="", callback=options.short_text, help="The file of a PDF template that the worker has."
)
@options.notes
@with_app
def regenerate(
    course_id: CourseId, username: str, end_invalidation: bool, label: str, template: str, notes: str
) -> None:
    """Make a learner's certificate anew under its link; refused, an issued certificate stays as it is."""
    if label and grade_label(None, forced=label) is None:
        raise click.BadParameter("says nothing without its markup.", param_hint="'--grade'")
    with unit_of_work() as session:
        username = learners.find_username(session, username)
        made = acts.regenerate(
            session,
            options.support_order(notes),
            username,
            course_id,
            end_invalidation=end_invalidation,
            forced_label=label,
            template=template,
        )
    results.show_one(results.look(username, made), course_id, verb="was made anew", as_json=False)


@click.command()
@options.course
@options.username
@options.needed_notes
@with_app
def delete(course_id: CourseId, username: str, notes: str) -> None:
    """End a learner's certificate: its link then says that it is gone, until one is made again."""
    through_queue = current_settings().queue_removes
    with unit_of_work() as session:
        username = learners.find_username(session, username)
        order = options.support_order(notes)
        made = deletion.delete(session, order, username, course_id, through_queue=through_queue)
    result = results.look(username, made)
    if made.queued and result.status is Status.ERROR:
        refuse(f"The queue refused to remove the certificate of {username} in {course_id}: {printable(result.problem)}")
    if made.queued:
        click.echo(f"The queue removes the certificate of {username} in {course_id}: {results.word_of(result.status)}.")
        return
    click.echo(f"The certificate of {username} in {course_id} is deleted; its link says so from now on.")
    file_address = results.read_after_sending(made.certificate_id).download_url
    if file_address:
        click.echo(f"To do, for whoever keeps the storage: remove the file {file_address}")


@click.command("override-date")
@options.course
@options.username
@click.option("--day", type=click.DateTime(["%Y-%m-%d"]), help="The day of issue to be shown (UTC): 2026-01-31.")
@click.option("--end", is_flag=True, help="Show the certificate's own day again.")
@options.needed_notes
@with_app
def override_date(course_id: CourseId, username: str, day: datetime | None, end: bool, notes: str) -> None:
    """Have a learner's certificate show another day than its own, or its own again; a PDF keeps the day printed in it."""
    if (day is None) != end:
        raise click.UsageError("Give either --day or --end.")
    with unit_of_work() as session:
        username, order = learners.find_username(session, username), options.support_order(notes)
        if day is None:
            dates.end(session, order, username, course_id)
        else:
            dates.override(session, order, username, course_id, day.date())
    shows = "its own day" if day is None else day.date().isoformat()
    click.echo(f"The certificate of {username} in {course_id} shows {shows} as the day of issue.")


def _resolve(names: tuple[str, ...]) -> tuple[list[str], bool]:
    """Give the user names, each once, and whether all are known; several go on without those that are not."""
    found: dict[str, None] = {}
    all_known = True
    for name in names:
        try:
            found[learners.find_username(db.session(), name)] = None
        except (UnknownLearner, AmbiguousLearner) as problem:
            if len(names) == 1:
                raise
            click.echo(printable(f"{problem} Skipped."), err=True)
            all_known = False
    return list(found), all_known


def _generate(username: str, course_id: CourseId) -> Made:
    with unit_of_work() as session:
        return acts.generate(session, options.support_order(), username, course_id)


def _foresee(username: str, course_id: CourseId) -> Made:
    session = db.session()
    learner_id = facts.find_learner_id(session, username)
    return acts.foresee(session, options.support_order(), course_id, [learner_id], Purpose.GENERATE)[0]
