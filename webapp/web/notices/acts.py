"""What can somebody do about their own notices? Nobody can touch another's."""

from flask import abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from webapp import clock
from webapp.domain.identifiers import row_number
from webapp.domain.roles import Permission
from webapp.models.base import unit_of_work
from webapp.services.notices import mentions, reading
from webapp.web.auth import requires
from webapp.web.language import flash
from webapp.web.notices.blueprint import bp
from webapp.wording import phrase

_SAID = {
    "on": phrase("You get mails of your notices again."),
    "off": phrase("You get no more mails. Your notices are on this page, as before."),
}


@bp.post("/notices/read")
@requires(Permission.READ_DESK)
def mark_read() -> ResponseReturnValue:
    """Note that the reader has read the notices of one change, or all that were shown."""
    change_id, until, mentioned = _number("change"), _number("until"), _number("mentioned")
    if change_id is None and until is None and mentioned is None:
        abort(400)
    with unit_of_work() as session:
        if mentioned is not None:
            mentions.mark_read(session, current_user.signed_in.account_id, now=clock.now(), until=mentioned)
            if until is None:
                return redirect(url_for("notices.list_notices"), 303)
        reading.mark_read(session, current_user.signed_in.account_id, change_id, now=clock.now(), until=until)
    return redirect(url_for("notices.list_notices"), 303)


@bp.post("/notices/mails")
@requires(Permission.READ_DESK)
def switch_mails() -> ResponseReturnValue:
    """Let the reader have mails, or none."""
    wanted = request.form.get("mails", "")
    if wanted not in _SAID:
        abort(400)
    with unit_of_work() as session:
        reading.set_mails(session, current_user.signed_in.account_id, wanted=wanted == "on")
    flash(_SAID[wanted], "success")
    return redirect(url_for("notices.list_notices"), 303)


def _number(name: str) -> int | None:
    """Give a number of the form; None where it has none of that name. Anything else is no request of this page's."""
    text = request.form.get(name, "")
    if not text:
        return None
    number = row_number(text)
    return abort(400) if number is None else number
