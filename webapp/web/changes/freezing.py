"""How does an admin keep changes from going live for a while?"""

from flask import redirect
from flask.typing import ResponseReturnValue

from webapp import clock
from webapp.domain.roles import Permission
from webapp.errors import WebappError
from webapp.errors.governance import BadMoment
from webapp.models.base import unit_of_work
from webapp.services.governance import decisions
from webapp.services.governance.refused import recorded
from webapp.web import auth
from webapp.web.addresses import page_url
from webapp.web.auth import requires
from webapp.web.changes import posted
from webapp.web.changes.blueprint import bp
from webapp.web.changes.queue import show_queue
from webapp.web.errors import STATUSES
from webapp.web.language import flash
from webapp.web.terms import terms_of
from webapp.wording import phrase

_KIND, _KEY = "changes", "-"


@bp.post("/changes/freeze")
@requires(Permission.ACT_IN_EMERGENCY)
def freeze() -> ResponseReturnValue:
    """Let nothing go live before a moment but in an emergency."""
    terms = terms_of(auth.actor(), clock.now())
    try:
        with recorded(unit_of_work, terms.actor, _KIND, _KEY, now=terms.now) as session:
            until = posted.moment("until")
            if until is None:
                raise BadMoment(phrase("Say until when nothing shall go live."))
            decisions.freeze(session, terms, until=until, reason=posted.text("reason"))
    except WebappError as problem:
        return show_queue(problem), STATUSES[type(problem)]
    flash(phrase("Changes are frozen. Approvals that would make something live are refused until then."), "success")
    return redirect(page_url("changes.list_changes"), 303)


@bp.post("/changes/thaw")
@requires(Permission.ACT_IN_EMERGENCY)
def thaw() -> ResponseReturnValue:
    """End a freeze before its time."""
    terms = terms_of(auth.actor(), clock.now())
    with recorded(unit_of_work, terms.actor, _KIND, _KEY, now=terms.now) as session:
        decisions.thaw(session, terms)
    flash(phrase("Changes go live again."), "success")
    return redirect(page_url("changes.list_changes"), 303)
