"""How do staff choose certificates in the list, and have a run go over them (record 35)?"""

from typing import Any

from flask import Response, abort, g, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_login import current_user
from markupsafe import Markup

from webapp import clock
from webapp.domain.certificates.eligibility import Purpose
from webapp.domain.identifiers import row_number
from webapp.domain.roles import Permission
from webapp.domain.runs import PURPOSES
from webapp.errors.desk import NothingChosen, TooManyChosen
from webapp.models.base import db, unit_of_work
from webapp.models.certificates import GeneratedCertificate
from webapp.services.generation import runs
from webapp.services.platform.course_staff import list_taught
from webapp.web import auth
from webapp.web.admin.lists.columns import Chosen
from webapp.web.admin.lists.exported import Exported
from webapp.web.cells import Row
from webapp.web.language import flash, tell
from webapp.web.paging import Page
from webapp.wording import phrase, words_of

FORM = "choice"
MOST_TICKED = 1_000
TOKEN_LENGTH = 64
_TICK = Markup('<input class="tick" type="checkbox" name="rowid" value="%s" form="%s" aria-label="%s" data-choose-row>')
ACTS = ((Purpose.REGENERATE, phrase("Regenerate")), (Purpose.GENERATE, phrase("Generate")))
"""What runs can do with certificates, the likelier first."""


class Choosable(Exported):
    """A list of certificates of which those may be chosen that a run goes over, one by one or as the filters leave them."""

    @expose("/choose", methods=("POST",))  # type: ignore[untyped-decorator]  # Flask-Admin
    def choose_view(self) -> ResponseReturnValue:
        """Keep which are chosen, begin a dry run over them, and lead to its page."""
        if not _may_choose():
            abort(403)
        purpose = request.form.get("purpose", "")
        if purpose not in PURPOSES:
            abort(400)
        try:
            with unit_of_work() as session:
                run = runs.start_chosen(
                    session, auth.actor(), self._choice(), Purpose(purpose), team_of=_team_of(), now=clock.now()
                )
        except (NothingChosen, TooManyChosen) as problem:
            flash(words_of(problem), "error")
            return redirect(self.list_url(**self._kept_arguments()), 303)
        return redirect(url_for("runs.show", run_id=run.id), 303)

    @expose("/count")  # type: ignore[untyped-decorator]  # Flask-Admin
    def count_view(self) -> Response:
        """Tell how many match, for the bar below the list: it is asked only when somebody wants them all."""
        conditions, _, problems, _ = self._conditions()
        if problems:
            abort(400)
        number = runs.count_matching(db.session(), conditions)
        if number > runs.MOST_CHOSEN:
            said = phrase("More than {most} match, and one run takes no more. Narrow the list.", most=_most())
            return jsonify(said=tell(said), fits=False)
        counted = f"{number:,}"
        return jsonify(said=tell(phrase("All {number} that match are chosen.", number=counted)), fits=True)

    def _drawn(self, row: Any, chosen: Chosen) -> Row:  # noqa: ANN401 - as the list's question gives it
        drawn = super()._drawn(row, chosen)
        if not _may_choose():
            return drawn
        label = tell(phrase("Choose certificate {number}", number=row.id))
        return Row(drawn.cells, drawn.url, _TICK % (row.id, FORM, label))

    def _listing(
        self, page: Page, applied: list[dict[str, str]], problems: list[str], *, newest_first: bool
    ) -> dict[str, Any]:
        listing = super()._listing(page, applied, problems, newest_first=newest_first)
        if page.rows and _may_choose():
            wanted = self._narrowed()
            listing["choosing"] = {
                "form": FORM,
                "url": self.get_url(".choose_view", **self._kept_arguments()),
                "count_url": self.get_url(".count_view", **wanted),
                "token": clock.new_uuid(),
                "acts": ACTS,
                "on_page": len(page.rows),
                "more": bool(page.older or page.newer),
                "narrowed": bool(wanted),
            }
        return listing

    def _choice(self) -> runs.Choice:
        token = request.form.get("token", "")[:TOKEN_LENGTH]
        if request.form.get("everything"):
            conditions, applied, problems, _ = self._conditions()
            if problems:
                abort(400)
            words = [str(one["label"]) for one in applied]
            return runs.Choice(conditions, "; ".join(words) or "everything in the list", token)
        found = {row_number(text) for text in request.form.getlist("rowid")[:MOST_TICKED]}
        numbers = sorted(number for number in found if number is not None)
        told = "1 that was ticked" if len(numbers) == 1 else f"{len(numbers):,} that were ticked"
        return runs.Choice([GeneratedCertificate.id.in_(numbers)], told, f"{token} {numbers}")


def _may_choose() -> bool:
    """Support may, and whoever teaches a course run; of which the chosen ones are is looked at once they are kept."""
    if "may_choose" not in g:
        learner_id = current_user.signed_in.learner_id
        teaches = learner_id is not None and bool(list_taught(db.session(), learner_id))
        g.may_choose = teaches or current_user.may(Permission.SUPPORT_LEARNERS)
    return bool(g.may_choose)


def _team_of() -> int | None:
    """Give the learner whose course runs are the limit; None for support, who have none."""
    if current_user.may(Permission.SUPPORT_LEARNERS):
        return None
    return current_user.signed_in.learner_id or 0


def _most() -> str:
    return f"{runs.MOST_CHOSEN:,}"
