"""Which forms do the pages of a course run have?"""

from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import BooleanField, HiddenField, StringField, TextAreaField
from wtforms.validators import InputRequired, ValidationError

from webapp.domain.identifiers import NOTE_LENGTH, made_storable
from webapp.services.exceptions.intake import MOST_ROWS
from webapp.web.language.lengths import SaidLength
from webapp.web.learners.forms import SAY_WHY
from webapp.wording import phrase


def _kept(text: str | None) -> str:
    return made_storable(text or "").strip()


class _Noted(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
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


class LearnersForm(_Noted):
    """Whom an act is for: typed, or in a file."""

    learners = TextAreaField(
        phrase("Learners"),
        description=phrase("One a line: a user name or e-mail address; a note of its own after a comma."),
    )
    file = FileField(
        phrase("Or a file"),
        description=phrase(
            "CSV in UTF-8, as spreadsheets save it, without a head: the same two columns. {number} rows at most.",
            number=format(MOST_ROWS, ","),
        ),
    )

    def validate_learners(self, field: TextAreaField) -> None:
        """Refuse a form that names nobody."""
        if not (field.data or "").strip() and not self.file.data:
            raise ValidationError(phrase("Name at least one learner, or choose a file."))

    @property
    def content(self) -> bytes:
        """What was typed and what the file holds, row after row."""
        typed = (self.learners.data or "").strip().encode("utf-8", "replace")
        sent: bytes = self.file.data.read() if self.file.data else b""
        return typed + b"\n" + sent.removeprefix(b"\xef\xbb\xbf") if typed else sent


class UndoForm(_Noted):
    """Taking back what was done for one learner."""

    learner = HiddenField()
    again = BooleanField(phrase("Make the certificate anew at once"), default=True)
