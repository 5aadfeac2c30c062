"""How does what somebody asked for on a course run's page stand, and how do they give it up?"""

from dataclasses import dataclass

from flask import abort, current_app, redirect, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from webapp import clock
from webapp.domain.approval.states import Move
from webapp.domain.configs.kinds import Kind
from webapp.domain.identifiers import CourseId, row_number
from webapp.domain.roles import Permission
from webapp.errors import WebappError
from webapp.mail_server import writable
from webapp.models.base import db, unit_of_work
from webapp.models.governance.changes import ChangeRequest
from webapp.ports import Ports
from webapp.services.governance import changes
from webapp.services.governance.reading import own
from webapp.services.governance.reading.review import Review
from webapp.services.governance.refused import recorded
from webapp.services.notices import reading
from webapp.web import auth
from webapp.web.addresses import course_url
from webapp.web.auth.noting import note_where_due
from webapp.web.changes import words
from webapp.web.courses import doors
from webapp.web.courses.blueprint import bp
from webapp.web.installation import terms_of
from webapp.web.language import flash
from webapp.wording import phrase, words_of

_SAID = {
    "on": phrase("What becomes of your requests is mailed to you again."),
    "off": phrase("You get no more mails. What becomes of your requests stands here, as before."),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What whoever looks asked for last, and what became of it."""

    change: ChangeRequest
    heading: str
    sentences: tuple[str, ...]
    standing: str
    """How it stands, and by whose word."""
    reason: str
    """What was said with the move that brought it there."""
    tag: str
    may_withdraw: bool
    mails: bool | None
    """Whether what becomes of it is mailed; None where that is not said here."""


def find_asked(course_id: CourseId) -> Asked | None:
    """Give what whoever looks asked for last of a course run's settings; None where they never did."""
    terms = terms_of(auth.actor(), clock.now())
    review = own.find_last(db.session(), terms, Kind.COURSE, course_id)
    if review is None:
        return None
    return Asked(
        change=review.change,
        heading=words.heading_of(review.change.state),
        sentences=review.sentences,
        standing=words.state_line(review),
        reason=words.last_word(review) or _said_in_approval(review),
        tag=review.tag,
        may_withdraw=review.refusals[Move.WITHDRAW] is None and doors.may(Permission.SUPPORT_LEARNERS, course_id),
        mails=_mails(review.change.author_id),
    )


def note_seen(course_id: CourseId) -> None:
    """Note that whoever looks has read what they were told of their request: it stands on the course run's page."""
    account_id = current_user.signed_in.account_id
    asked = own.find_last_id(db.session(), account_id, Kind.COURSE, course_id)
    if account_id is not None and asked is not None:
        note_where_due(lambda begin: reading.note_opened(db.session(), begin, account_id, asked, now=clock.now()))


@bp.post("/courses/withdraw")
@doors.opens_to_team(Permission.SUPPORT_LEARNERS)
def withdraw() -> ResponseReturnValue:
    """Give up one's own request on the course run's settings, by the rule for every proposer (approvals note §3.2)."""
    course_id = CourseId(doors.find_named().course_id)
    number = row_number(request.form.get("change", ""))
    if number is None:
        abort(400)
    if not _is_about(number, course_id):
        abort(404)
    db.session.rollback()
    terms, seen = terms_of(auth.actor(), clock.now()), request.form.get("expected", "")
    try:
        with recorded(unit_of_work, terms.actor, Kind.COURSE, course_id, now=terms.now) as session:
            changes.withdraw(session, terms, number, expected=seen)
    except WebappError as problem:
        flash(phrase("Nothing was withdrawn. {problem}", problem=words_of(problem)), "error")
    else:
        flash(words.DONE[Move.WITHDRAW], "success")
    return redirect(f"{course_url(course_id)}#asked", 303)


@bp.post("/courses/mails")
@doors.opens_to_team(Permission.SUPPORT_LEARNERS)
def switch_mails() -> ResponseReturnValue:
    """Let whoever asks have mails of what becomes of their requests, or none."""
    course_id, wanted = doors.find_named().course_id, request.form.get("mails", "")
    account_id = current_user.signed_in.account_id
    if wanted not in _SAID or account_id is None:
        abort(400)
    db.session.rollback()
    with unit_of_work() as session:
        reading.set_mails(session, account_id, wanted=wanted == "on")
    flash(_SAID[wanted], "success")
    return redirect(f"{course_url(course_id)}#asked", 303)


def _mails(account_id: int | None) -> bool | None:
    """Whoever reads the desk has a page of notices for that."""
    ports: Ports = current_app.extensions["ports"]
    if account_id is None or ports.mailer is None or current_user.may(Permission.READ_DESK):
        return None
    wanted, address = reading.find_address(db.session(), account_id)
    return wanted if writable(address) else None


def _is_about(number: int, course_id: CourseId) -> bool:
    change = db.session.get(ChangeRequest, number)
    return change is not None and (change.kind, change.key) == (Kind.COURSE, course_id)


def _said_in_approval(review: Review) -> str:
    return next((event.reason for event in review.events if event.action == "change.applied"), "")
