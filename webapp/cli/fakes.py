"""certdesk certificates fake: a certificate that nobody earned, for a trial or a demonstration."""

import click
from flask import current_app

from webapp import clock
from webapp.cli.program import COURSE_KEY, machine, with_app
from webapp.domain.certificates.modes import Mode
from webapp.domain.certificates.statuses import Status
from webapp.domain.identifiers import CourseId, storable
from webapp.models.base import unit_of_work
from webapp.services.demo import fake as service
from webapp.services.demo.fake import Fake
from webapp.services.following.moves import switches_of

GRADE_LENGTH = 5


def _grade(_context: click.Context, _parameter: click.Parameter, value: str) -> str:
    if len(value) > GRADE_LENGTH or not storable(value):
        raise click.BadParameter(f"must be a text of {GRADE_LENGTH} characters at most, such as 0.87.")
    return value


@click.command()
@click.argument("username")
@click.argument("course_id", metavar="COURSE", type=COURSE_KEY)
@click.option(
    "-m", "--mode", type=click.Choice([mode.value for mode in Mode]), default=Mode.HONOR.value, show_default=True
)
@click.option(
    "-s",
    "--status",
    type=click.Choice([status.value for status in Status]),
    default=Status.DOWNLOADABLE.value,
    show_default=True,
)
@click.option(
    "-g", "--grade", default="", callback=_grade, help="A fraction as text, such as 0.87; none when not given."
)
@click.option("--force", is_flag=True, help="Do it for a learner and a course run that are no demonstration data, too.")
@with_app
def fake(username: str, course_id: CourseId, mode: str, status: str, grade: str, force: bool) -> None:
    """Give the learner USERNAME a certificate in the course run COURSE without judging them; audited.

    What the learner holds there already is overwritten, but for the public id, which is given once.
    """
    wanted = Fake(username, course_id, Mode(mode), Status(status), grade)
    with unit_of_work() as session:
        made = service.fake_certificate(
            session,
            machine(),
            wanted,
            switches=switches_of(current_app.extensions["settings"]),
            now=clock.now(),
            new_id=clock.new_uuid,
            forced=force,
        )
    click.echo(f"{username} holds certificate {made.id} in {course_id}: {made.status}, {made.mode}.")
