"""What can people do with a change request? Each button is one move in one transaction, and the policy has the last word."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import redirect, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from webapp import clock
from webapp.domain.approval.states import Move
from webapp.domain.roles import Permission
from webapp.errors import WebappError
from webapp.models.base import db, unit_of_work
from webapp.models.governance.changes import ChangeRequest
from webapp.services.governance import changes, decisions, standing
from webapp.services.governance.refused import recorded
from webapp.services.governance.terms import Terms
from webapp.web import auth
from webapp.web.auth import requires
from webapp.web.changes import posted, words
from webapp.web.changes.blueprint import bp
from webapp.web.changes.review import Refused, show_review
from webapp.web.errors import STATUSES
from webapp.web.installation import terms_of
from webapp.web.language import flash


@dataclass(frozen=True, slots=True)
class Act:
    """One move: who may enter at all, and the call of the service that makes it."""

    permission: Permission
    make: Callable[[Session, Terms, int], ChangeRequest]


def _edit(session: Session, terms: Terms, number: int) -> ChangeRequest:
    edit = posted.edit_of(standing.get_change(session, number))
    return changes.edit_change(session, terms, number, edit, expected=posted.expected())


def _rebase(session: Session, terms: Terms, number: int) -> ChangeRequest:
    read = posted.confirmed()
    return changes.rebase_change(session, terms, number, posted.chosen(), confirmed=read, expected=posted.expected())


def _approve(session: Session, terms: Terms, number: int) -> ChangeRequest:
    return decisions.approve(session, terms, number, note=posted.note(), expected=posted.expected())


def _hold(session: Session, terms: Terms, number: int) -> ChangeRequest:
    return decisions.hold(session, terms, number, note=posted.note(), expected=posted.expected())


def _resume(session: Session, terms: Terms, number: int) -> ChangeRequest:
    return decisions.resume(session, terms, number, note=posted.note(), expected=posted.expected())


def _reject(session: Session, terms: Terms, number: int) -> ChangeRequest:
    return decisions.reject(session, terms, number, note=posted.note(), expected=posted.expected())


def _withdraw(session: Session, terms: Terms, number: int) -> ChangeRequest:
    return changes.withdraw(session, terms, number, note=posted.note(), expected=posted.expected())


def _take_back(session: Session, terms: Terms, number: int) -> ChangeRequest:
    return decisions.take_back(session, terms, number, note=posted.note(), expected=posted.expected())


def _emergency(session: Session, terms: Terms, number: int) -> ChangeRequest:
    typed = posted.text("key")
    return decisions.apply_in_emergency(
        session, terms, number, typed_key=typed, note=posted.note(), expected=posted.expected()
    )


def _revert(session: Session, terms: Terms, number: int) -> ChangeRequest:
    return changes.revert_change(session, terms, number, reason=posted.note(), confirmed=posted.confirmed())


def _acknowledge(session: Session, terms: Terms, number: int) -> ChangeRequest:
    return decisions.acknowledge(session, terms, number, note=posted.note(), expected=posted.expected())


def _comment(session: Session, terms: Terms, number: int) -> ChangeRequest:
    return changes.comment(session, terms, number, posted.text("note"), field=posted.text("field"))


ACTS: dict[Move, Act] = {
    Move.EDIT: Act(Permission.PROPOSE_CHANGES, _edit),
    Move.REBASE: Act(Permission.PROPOSE_CHANGES, _rebase),
    Move.APPROVE: Act(Permission.DECIDE_CHANGES, _approve),
    Move.HOLD: Act(Permission.READ_DESK, _hold),
    Move.RESUME: Act(Permission.DECIDE_CHANGES, _resume),
    Move.REJECT: Act(Permission.DECIDE_CHANGES, _reject),
    Move.WITHDRAW: Act(Permission.READ_DESK, _withdraw),
    Move.TAKE_BACK: Act(Permission.READ_DESK, _take_back),
    Move.EMERGENCY: Act(Permission.ACT_IN_EMERGENCY, _emergency),
    Move.REVERT: Act(Permission.PROPOSE_CHANGES, _revert),
    Move.ACKNOWLEDGE: Act(Permission.READ_DESK, _acknowledge),
    Move.COMMENT: Act(Permission.READ_DESK, _comment),
}
"""Whom the policy judges by what they have to do with the request, and not by a role alone, may enter as a reader."""


def _make_view(move: Move, act: Act) -> Callable[[int], ResponseReturnValue]:
    def view(change_id: int) -> ResponseReturnValue:
        change = standing.get_change(db.session(), change_id)
        kind, key = change.kind, change.key
        db.session.rollback()  # what was read before the move is not what is there after it
        terms = terms_of(auth.actor(), clock.now())
        try:
            with recorded(unit_of_work, terms.actor, kind, key, now=terms.now) as session:
                moved = act.make(session, terms, change_id)
        except WebappError as problem:
            return show_review(change_id, Refused(move, problem)), STATUSES[type(problem)]
        flash(words.approved(moved.state) if move is Move.APPROVE else words.DONE[move], "success")
        return redirect(url_for("changes.show", change_id=moved.id), 303)

    return requires(act.permission)(view)


for _move, _act in ACTS.items():
    bp.add_url_rule(
        f"/changes/<row:change_id>/{_move.value}",
        _move.name.lower(),
        _make_view(_move, _act),
        methods=["POST"],
    )
