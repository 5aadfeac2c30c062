"""Which options do the commands of generation share, and with which order do they act?"""

import click

from webapp.cli.program import COURSE_KEY, current_settings, machine
from webapp.domain.actors import Actor
from webapp.domain.certificates.modes import GenerationMode
from webapp.domain.identifiers import NOTE_LENGTH, storable
from webapp.services.generation.orders import Order, order_of

TEXT_LENGTH = 255


def _storable(_context: click.Context, _parameter: click.Parameter, value: str) -> str:
    if not storable(value):
        raise click.BadParameter("holds a character that no database keeps.")
    return value


def short_text(context: click.Context, parameter: click.Parameter, value: str) -> str:
    """Take a text that has room in a message to the queue."""
    if len(value) > TEXT_LENGTH:
        raise click.BadParameter(f"must be a text of {TEXT_LENGTH} characters at most.")
    return _storable(context, parameter, value)


def _note(context: click.Context, parameter: click.Parameter, value: str) -> str:
    if len(value) > NOTE_LENGTH:
        raise click.BadParameter(f"must have {NOTE_LENGTH:,} characters at most.")
    return _storable(context, parameter, value)


course = click.option("--course", "course_id", required=True, type=COURSE_KEY, help="A course key, in either spelling.")
any_course = click.option(
    "--course", "course_id", type=COURSE_KEY, help="A course key, in either spelling; every course run when not given."
)
username = click.option("--username", required=True, help="A learner's user name, or e-mail address.")
notes = click.option("--notes", default="", callback=_note, help="Why; staff read it in the timeline and the audit.")
needed_notes = click.option(
    "--notes", required=True, callback=_note, help="Why; staff read it in the timeline and the audit."
)
dry_run = click.option("--dry-run", is_flag=True, help="Say what would happen, and change nothing.")
as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


def support_order(note: str = "", *, actor: Actor | None = None) -> Order:
    """Give the order of somebody who asks for one learner now; of many in one go `actor` is the same."""
    return order_of(current_settings(), actor or machine(), GenerationMode.SUPPORT, note=note)
