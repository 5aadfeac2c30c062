"""What have staff noted about a learner in a course run, and how do they add to it? Learners never see it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import abort, redirect
from flask.typing import ResponseReturnValue

from webapp import clock
from webapp.domain.identifiers import CourseId, row_number
from webapp.domain.roles import Permission
from webapp.domain.support import notes as rules
from webapp.errors import WebappError
from webapp.models.base import db, unit_of_work
from webapp.models.learners import Learner
from webapp.models.support import LearnerNote
from webapp.services import places
from webapp.services.notices import mentions
from webapp.services.support import notes
from webapp.web import auth
from webapp.web.addresses import explanation_url
from webapp.web.auth import requires
from webapp.web.details import TimelineLine
from webapp.web.language import flash
from webapp.web.learners import outcomes
from webapp.web.learners.blueprint import bp
from webapp.web.learners.forms import NoteForm, StrikeForm
from webapp.wording import joined, phrase, words_of


@dataclass(frozen=True, slots=True)
class NoteLine:
    """One note as the page shows it."""

    note: LearnerNote
    may_withdraw: bool
    may_strike: bool


def note_lines(found: Sequence[LearnerNote], *, account_id: int | None, may_strike: bool) -> list[NoteLine]:
    """Give notes with what the reader can do about each."""
    now = clock.now()
    return [
        NoteLine(
            note,
            note.withdrawn_at is None and note.struck_at is None and _may_withdraw(note, account_id, now),
            may_strike and note.withdrawn_at is None and note.struck_at is None,
        )
        for note in found
    ]


def in_timeline(found: Iterable[LearnerNote]) -> list[TimelineLine]:
    """Give notes, and that they were struck, as lines of the timeline."""
    lines = []
    for note in found:
        gone = note.withdrawn_at is not None
        title, text = (phrase("Note, withdrawn by its author"), None) if gone else (phrase("Note"), note.text)
        if note.struck_at is not None:
            title = phrase("Note, struck later")
            lines.append(_line(note.struck_at, phrase("Note struck"), note.struck_why, note.struck_by))
        lines.append(_line(note.at, title, text, note.author_name))
    return lines


@bp.post("/notes")
@requires(Permission.READ_DESK)
def write_note() -> ResponseReturnValue:
    """Keep a note about a learner in a course run, and tell whom it names."""
    form = NoteForm()
    number, course_id = row_number(form.learner.data or ""), places.find_course_id(form.course_id.data or "")
    learner = None if number is None else db.session.get(Learner, number)
    if learner is None or course_id is None:
        abort(404)
    return _done(lambda: _written(learner.id, course_id, form), explanation_url(learner.username, course_id))


@bp.get("/notes/<row:number>")
@requires(Permission.READ_DESK)
def show_note(number: int) -> ResponseReturnValue:
    """Lead to the page where a note stands; mails name it by its number alone."""
    return redirect(_page_of(number))


@bp.post("/notes/<row:number>/withdraw")
@requires(Permission.READ_DESK)
def withdraw_note(number: int) -> ResponseReturnValue:
    """Take the reader's own note back, within the first minutes."""

    def act() -> str:
        with unit_of_work() as session:
            notes.withdraw(session, auth.actor(), number, now=clock.now())
        return phrase("The note is withdrawn: its words are gone.")

    return _done(act, _page_of(number))


@bp.post("/notes/<row:number>/strike")
@requires(Permission.SUPPORT_LEARNERS)
def strike_note(number: int) -> ResponseReturnValue:
    """Cross a note out, with a trace."""
    form = StrikeForm()

    def act() -> str:
        with unit_of_work() as session:
            notes.strike(session, auth.actor(), number, form.why.data or "", now=clock.now())
        return phrase("The note is struck: it stays, crossed out, with the reason.")

    return _done(act, _page_of(number))


def _written(learner_id: int, course_id: CourseId, form: NoteForm) -> str:
    with unit_of_work() as session:
        note, named = notes.write(session, auth.actor(), learner_id, course_id, form.text.data or "", now=clock.now())
        unknown = mentions.list_unknown(session, note.text)
    said = phrase("Noted. Nobody was named, so nobody is told.")
    if named:
        said = phrase("Noted. {names} will be told.", names=joined(named))
    if unknown:
        return phrase("{said} Nobody of the staff is called {names}.", said=said, names=joined(unknown))
    return said


def _done(act: Callable[[], str], url: str) -> ResponseReturnValue:
    try:
        flash(act(), "success")
    except WebappError as problem:
        said = outcomes.of_nothing(words_of(problem))
        flash(said.text, said.category)
    return redirect(url, 303)


def _page_of(number: int) -> str:
    note = notes.find_note(db.session(), number)
    if note is None:
        abort(404)
    return explanation_url(note.learner.username, note.course_id)


def _may_withdraw(note: LearnerNote, account_id: int | None, now: datetime) -> bool:
    return rules.may_withdraw(author_id=note.author_id, account_id=account_id, written_at=note.at, now=now)


def _line(at: datetime, title: str, text: str | None, actor: str) -> TimelineLine:
    return TimelineLine(at, title, text, "neutral", phrase("Note"), actor, None, said=True)
