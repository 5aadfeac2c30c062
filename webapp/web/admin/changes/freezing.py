"""How does an admin keep changes from going live for a while?"""

from datetime import datetime

from flask import redirect, request
from flask.typing import ResponseReturnValue
from flask_admin import expose

from webapp import clock
from webapp.domain.roles import Permission
from webapp.errors import WebappError
from webapp.errors.governance import BadMoment
from webapp.models.base import unit_of_work
from webapp.services.governance import decisions
from webapp.services.governance.refused import recorded
from webapp.web import auth
from webapp.web.admin.filters import NotUnderstood
from webapp.web.admin.governed.forms.moments import read_moment
from webapp.web.admin.lists.elsewhere import Elsewhere
from webapp.web.auth import requires
from webapp.web.errors import STATUSES
from webapp.web.installation import terms_of
from webapp.web.language import flash
from webapp.wording import phrase, words_of

_KIND, _KEY = "changes", "-"
_TYPED = ("until", "reason")


class Freezable(Elsewhere):
    """A list of changes that an admin can keep from going live."""

    @expose("/freeze", methods=("POST",))  # type: ignore[untyped-decorator]  # Flask-Admin
    @requires(Permission.ACT_IN_EMERGENCY)
    def freeze(self) -> ResponseReturnValue:
        """Let nothing go live before a moment but in an emergency."""
        terms, typed = terms_of(auth.actor(), clock.now()), {name: request.form.get(name, "") for name in _TYPED}
        try:
            with recorded(unit_of_work, terms.actor, _KIND, _KEY, now=terms.now) as session:
                decisions.freeze(session, terms, until=_moment(typed["until"]), reason=typed["reason"])
        except WebappError as problem:
            return self.show_page(refusal=words_of(problem), typed=typed), STATUSES[type(problem)]
        flash(phrase("Changes are frozen. Approvals that would make something live are refused until then."), "success")
        return redirect(self.list_url(), 303)

    @expose("/thaw", methods=("POST",))  # type: ignore[untyped-decorator]  # Flask-Admin
    @requires(Permission.ACT_IN_EMERGENCY)
    def thaw(self) -> ResponseReturnValue:
        """End a freeze before its time."""
        terms = terms_of(auth.actor(), clock.now())
        with recorded(unit_of_work, terms.actor, _KIND, _KEY, now=terms.now) as session:
            decisions.thaw(session, terms)
        flash(phrase("Changes go live again."), "success")
        return redirect(self.list_url(), 303)


def _moment(typed: str) -> datetime:
    try:
        until = read_moment(typed)
    except NotUnderstood:
        raise BadMoment(phrase("Type the moment as 2026-09-30 14:00; it is in UTC.")) from None
    if until is None:
        raise BadMoment(phrase("Say until when nothing shall go live."))
    return until
