"""Which forms do the support pages have?"""

from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, HiddenField, StringField, TextAreaField
from wtforms.validators import InputRequired

from webapp.domain.identifiers import NOTE_LENGTH, made_storable
from webapp.web.language.lengths import SaidLength
from webapp.wording import phrase

TOO_LONG = phrase("A note has at most {number} characters.", number=format(NOTE_LENGTH, ","))
SAY_WHY = phrase("Say in a note why, in at most {number} characters.", number=format(NOTE_LENGTH, ","))
SAY_DAY = phrase("Say which day the certificate shall show, as year, month and day: 2026-01-31.")


def _kept(text: str | None) -> str:
    return made_storable(text or "").strip()


class ActForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """Whom an act is about: the learner's number, since names survive no form unharmed, and the course key."""

    learner = HiddenField()
    course_id = HiddenField()
    note = StringField(
        phrase("Note"),
        [SaidLength(max=NOTE_LENGTH, message=TOO_LONG)],
        filters=[_kept],
        description=phrase("Stands in the timeline and the audit."),
    )


class RegenerateForm(ActForm):
    """Making anew."""

    end_invalidation = BooleanField(phrase("End the invalidation first"), render_kw={"data-anew": True})


class NotedForm(ActForm):
    """An act that has to be explained."""

    note = StringField(
        phrase("Why"),
        [
            InputRequired(phrase("Say in a note why.")),
            SaidLength(min=1, max=NOTE_LENGTH, message=SAY_WHY),
        ],
        filters=[_kept],
        description=phrase("Stands in the timeline and the audit."),
    )


class _DayField(DateField):  # type: ignore[misc]  # WTForms has no types
    """A day, whose refusal is said in the reader's language."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Take what was sent; raises ValueError where it is no day."""
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(SAY_DAY) from None


class DatedForm(NotedForm):
    """Showing another day."""

    day = _DayField(
        phrase("Day"),
        [InputRequired(SAY_DAY)],
        description=phrase("The day of issue that is shown, in UTC; no day to come."),
    )


class NoteForm(FlaskForm):  # type: ignore[misc]  # as above
    """What staff note about a learner; checked where it is written, so that every door refuses alike."""

    learner = HiddenField()
    course_id = HiddenField()
    text = TextAreaField(
        phrase("New note"),
        description=phrase(
            "For colleagues alone; the learner never sees it. @name tells a colleague. Up to {number} characters, kept for good.",
            number=format(NOTE_LENGTH, ","),
        ),
    )


class StrikeForm(FlaskForm):  # type: ignore[misc]  # as above
    """Why a note is struck."""

    why = StringField(phrase("Why"), [InputRequired(phrase("Say why."))])
