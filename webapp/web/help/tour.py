"""Somebody puts the first hour away, or takes it again."""

from flask import abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from webapp.domain.roles import Permission
from webapp.models.base import unit_of_work
from webapp.services.first_hour.tour import set_tour
from webapp.web.auth import requires
from webapp.web.help.blueprint import bp
from webapp.web.language import flash
from webapp.wording import phrase

_SAID = {
    "on": phrase("The first hour is on your home page."),
    "off": phrase("The first hour is put away. You can take it again from the help."),
}


@bp.post("/desk/tour")
@requires(Permission.READ_DESK)
def switch_tour() -> ResponseReturnValue:
    """Show the first hour on the reader's own home page, or no more."""
    wanted = request.form.get("tour", "")
    if wanted not in _SAID:
        abort(400)
    with unit_of_work() as session:
        set_tour(session, current_user.signed_in.account_id, wanted=wanted == "on")
    flash(_SAID[wanted], "success")
    return redirect(url_for("console.home"), 303)
