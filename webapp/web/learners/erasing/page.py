"""How does an admin erase a learner: see what would go, type the user name, say why?"""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import abort, redirect, render_template
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import StringField

from webapp import clock
from webapp.domain.learners.erasure import REASON_LENGTH
from webapp.domain.roles import Permission
from webapp.errors import WebappError
from webapp.models.base import db, unit_of_work
from webapp.models.learners import Learner
from webapp.services.erasure import erasing
from webapp.services.erasure.parts import PARTS
from webapp.web import auth
from webapp.web.addresses import learner_url
from webapp.web.auth import requires
from webapp.web.errors import STATUSES
from webapp.web.language import flash
from webapp.web.learners.blueprint import bp
from webapp.wording import phrase, words_of

NOT_TYPED = phrase("Type the user name as it stands there, letter for letter.")


class ErasureForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """The user name, so that nobody erases whom they did not mean, and why."""

    typed = StringField(phrase("User name of the learner"))
    reason = StringField(
        phrase("Why"),
        description=phrase(
            "Such as the number of the request. It stays in the audit for good: no name and no address in it."
        ),
    )


@dataclass(frozen=True, slots=True)
class Line:
    """What goes of one kind, as people read it."""

    said: str
    number: int


@bp.get("/erasure/<row:number>")
@requires(Permission.ERASE_LEARNERS)
def foresee_erasure(number: int) -> ResponseReturnValue:
    """Show what would go, and ask; who was erased has a page that says so."""
    learner = _learner(number)
    if learner.erased_at is not None:
        return redirect(learner_url(learner.username))
    return _page(learner, ErasureForm(formdata=None))


@bp.post("/erasure/<row:number>")
@requires(Permission.ERASE_LEARNERS)
def erase(number: int) -> ResponseReturnValue:
    """Erase a learner for good; sent twice, it is done once."""
    learner, form = _learner(number), ErasureForm()
    if learner.erased_at is None and form.typed.data != learner.username:
        return _page(learner, form, NOT_TYPED), 422
    username = learner.username
    db.session.rollback()  # what is written from here on is read anew
    try:
        done = erasing.erase(
            unit_of_work, auth.actor(), username, form.reason.data or "", new_key=clock.new_key, now=clock.now()
        )
    except WebappError as problem:
        return _page(_learner(number), form, words_of(problem)), STATUSES[type(problem)]
    if done.again:
        flash(phrase("The learner was erased before: there is nothing left to do."), "info")
    else:
        flash(phrase("The learner is erased. What is left is called {name}.", name=done.placeholder), "success")
    return redirect(learner_url(done.placeholder), 303)


def _learner(number: int) -> Learner:
    learner = db.session.get(Learner, number)
    if learner is None:
        abort(404)
    return learner


def _page(learner: Learner, form: ErasureForm, problem: str = "") -> str:
    foreseen = erasing.foresee(db.session(), learner.username)
    return render_template(
        "learners/erasure.html",
        learner=learner,
        learner_url=learner_url(learner.username),
        form=form,
        problem=problem,
        foreseen=foreseen,
        lines=_lines(foreseen.counts),
        longest=REASON_LENGTH,
    )


def _lines(counts: Mapping[str, int]) -> list[Line]:
    return [Line(part.said, counts[part.name]) for part in PARTS if counts[part.name] and part.shown]
