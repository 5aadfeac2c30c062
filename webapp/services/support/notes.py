"""How do staff note something about a learner in a course run, take it back, strike it, and read it (record 31)?

The audit tells who noted something and whom they named, and never what: a withdrawn text is gone for good.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.domain.actors import Actor
from webapp.domain.identifiers import NOTE_LENGTH, CourseId
from webapp.domain.support import notes as rules
from webapp.errors import NoteMissing, NoteRefused, UnknownLearner
from webapp.errors.learners import ERASED, LearnerErased
from webapp.models.learners import Learner
from webapp.models.support import LearnerNote
from webapp.services import audit
from webapp.services.generation import facts
from webapp.services.notices import mentions
from webapp.wording import phrase

AT_MOST = 200
EMPTY = phrase("Write the note first.")


def write(
    session: Session, actor: Actor, learner_id: int, course_id: CourseId, text: str, *, now: datetime
) -> tuple[LearnerNote, list[str]]:
    """Keep a note for good, tell those whom it names as @name, and give it with their names.

    A form that was sent twice leaves one note. Raises NoteMissing, UnknownLearner, LearnerErased.
    """
    kept = rules.kept_text(text)
    if not kept:
        raise NoteMissing(EMPTY)
    if len(kept) > NOTE_LENGTH:
        raise NoteMissing(phrase("A note has at most {number} characters.", number=format(NOTE_LENGTH, ",")))
    assert actor.id is not None, "only people write notes"
    if session.get(Learner, learner_id) is None:
        raise UnknownLearner(phrase("There is no such learner."))
    facts.lock(session, course_id, [learner_id])
    if (
        session.scalar(select(Learner.erased_at).where(Learner.id == learner_id)) is not None
    ):  # maybe just before the lock
        raise LearnerErased(ERASED)
    same = _find_same(session, actor.id, learner_id, course_id, kept, since=now - rules.SAME_WITHIN)
    if same is not None:
        return same, mentions.names_of(session, same.id)
    note = LearnerNote(
        learner_id=learner_id,
        course_id=course_id,
        author_id=actor.id,
        author_name=actor.name,
        text=kept,
        at=now,
        struck_by="",
        struck_why="",
    )
    session.add(note)
    session.flush()
    named = mentions.write(session, actor, note, now=now)
    _tell(session, actor, "note.written", note, now=now, details={"mentioned": named})
    return note, named


def withdraw(session: Session, actor: Actor, note_id: int, *, now: datetime) -> LearnerNote:
    """Take a note back as if it had not been said: its text goes, who and when stay. Again: nothing more happens.

    Raises NoteRefused where it is somebody else's, or too old.
    """
    note = _locked(session, note_id)
    if note.withdrawn_at is not None and note.author_id == actor.id:
        return note
    if note.struck_at is not None:
        raise NoteRefused(phrase("The note has been struck: that stays."))
    if not rules.may_withdraw(author_id=note.author_id, account_id=actor.id, written_at=note.at, now=now):
        raise NoteRefused(
            phrase(
                "Only its author can withdraw a note, and only for 10 minutes. Support can strike it: it then stays, crossed out."
            )
        )
    note.text, note.withdrawn_at = "", now
    _tell(session, actor, "note.withdrawn", note, now=now)
    return note


def strike(session: Session, actor: Actor, note_id: int, why: str, *, now: datetime) -> LearnerNote:
    """Cross a note out, for everybody to see by whom and why. Again: nothing more happens. Raises NoteMissing, NoteRefused."""
    why = rules.kept_text(why)
    if not 0 < len(why) <= NOTE_LENGTH:
        raise NoteMissing(
            phrase("Say why the note is struck, in at most {number} characters.", number=format(NOTE_LENGTH, ","))
        )
    note = _locked(session, note_id)
    if note.withdrawn_at is not None:
        raise NoteRefused(phrase("The note was withdrawn by its author: there is nothing left to strike."))
    if note.struck_at is None:
        note.struck_at, note.struck_by, note.struck_why = now, actor.name, why
        _tell(session, actor, "note.struck", note, now=now, reason=why)
    return note


def list_notes(session: Session, learner_id: int, course_id: CourseId) -> Sequence[LearnerNote]:
    """Give the notes about a learner in a course run, the newest first; 200 at most."""
    query = select(LearnerNote).where(LearnerNote.learner_id == learner_id, LearnerNote.course_id == course_id)
    return session.scalars(query.order_by(LearnerNote.id.desc()).limit(AT_MOST)).all()


def find_note(session: Session, note_id: int) -> LearnerNote | None:
    """Give a note, or None."""
    return session.get(LearnerNote, note_id)


def _locked(session: Session, note_id: int) -> LearnerNote:
    note = session.scalar(select(LearnerNote).where(LearnerNote.id == note_id).with_for_update())
    if note is None:
        raise NoteRefused(phrase("There is no such note."))
    return note


def _find_same(
    session: Session, author_id: int, learner_id: int, course_id: CourseId, text: str, *, since: datetime
) -> LearnerNote | None:
    query = select(LearnerNote).where(
        LearnerNote.learner_id == learner_id,
        LearnerNote.course_id == course_id,
        LearnerNote.author_id == author_id,
        LearnerNote.text == text,
        LearnerNote.at > since,
    )
    return session.scalars(query.order_by(LearnerNote.id.desc()).limit(1)).first()


def _tell(
    session: Session,
    actor: Actor,
    action: str,
    note: LearnerNote,
    *,
    now: datetime,
    details: dict[str, object] | None = None,
    reason: str = "",
) -> None:
    session.flush()
    about = {"course_id": note.course_id, "learner_id": note.learner_id, **(details or {})}
    audit.append(session, actor, action, "note", str(note.id), now=now, details=about, reason=reason)
