"""Which forms do the support pages have?"""

from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from webapp.domain.identifiers import NOTE_LENGTH, made_storable


def _kept(text: str | None) -> str:
    return made_storable(text or "").strip()


class ActForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """Whom an act is about: the learner's number, since names survive no form unharmed, and the course key."""

    learner = HiddenField()
    course_id = HiddenField()
    note = StringField(
        "Note",
        [Length(max=NOTE_LENGTH, message=f"A note has at most {NOTE_LENGTH:,} characters.")],
        filters=[_kept],
        description="Stands in the timeline and the audit.",
    )


class RegenerateForm(ActForm):
    """Making anew."""

    end_invalidation = BooleanField("End the invalidation first")


class NotedForm(ActForm):
    """An act that has to be explained."""

    note = StringField(
        "Why",
        [
            InputRequired("Say in a note why."),
            Length(min=1, max=NOTE_LENGTH, message=f"Say in a note why, in at most {NOTE_LENGTH:,} characters."),
        ],
        filters=[_kept],
        description="Stands in the timeline and the audit.",
    )


class NoteForm(FlaskForm):  # type: ignore[misc]  # as above
    """What staff note about a learner; checked where it is written, so that every door refuses alike."""

    learner = HiddenField()
    course_id = HiddenField()
    text = TextAreaField(
        "New note",
        description=f"For colleagues alone; the learner never sees it. @name tells a colleague. Up to {NOTE_LENGTH:,} characters, kept for good.",
    )


class StrikeForm(FlaskForm):  # type: ignore[misc]  # as above
    """Why a note is struck."""

    why = StringField("Why", [InputRequired("Say why.")])
