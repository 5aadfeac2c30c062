"""certdesk examples: certificates of nobody, made to see that those of a course run will come out well."""

import click

from webapp.adapters.certificate_page import render_certificate
from webapp.cli.generation import options, results
from webapp.cli.program import current, printable, show_json, show_table, with_app
from webapp.domain.identifiers import CourseId
from webapp.models.base import db, unit_of_work
from webapp.services.course_runs import get_course
from webapp.services.generation import examples as service

HEADS = ("description", "status", "error_reason", "download_url")


@click.group("examples")
def group() -> None:
    """Have example certificates made, and see what became of them."""


@group.command()
@options.course
@with_app
def create(course_id: CourseId) -> None:
    """Make one example of each mode that a course run offers: web certificates at once, PDFs through the queue."""
    with unit_of_work() as session:
        service.create_set(
            session, options.support_order(), course_id, render=render_certificate, html_view=current().html_view()
        )
    results.finish_sending()
    _show(course_id)


@group.command()
@options.course
@options.as_json
@with_app
def status(course_id: CourseId, as_json: bool) -> None:
    """Say what became of the newest examples of a course run; with --json a list, or null where there were none ever."""
    get_course(db.session(), course_id)
    if not as_json:
        _show(course_id)
        return
    found = service.list_latest(db.session(), course_id)
    show_json(None if found is None else [service.as_object(example) for example in found])


def _show(course_id: CourseId) -> None:
    found = service.list_latest(db.session(), course_id)
    if found is None:
        click.echo(f"No example was ever made of {course_id}.")
        return
    objects = (service.as_object(example) for example in found)
    show_table(HEADS, ([printable(one.get(head, "")) for head in HEADS] for one in objects))
