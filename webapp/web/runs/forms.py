"""Which form begins a run?"""

from flask_wtf import FlaskForm
from wtforms import BooleanField, RadioField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from webapp.domain.certificates.eligibility import Purpose
from webapp.domain.certificates.statuses import Status, label_of
from webapp.domain.identifiers import COURSE_ID_LENGTH, BadCourseId, CourseId, parse_course_id
from webapp.domain.runs import AMONG, Among
from webapp.web.language.lengths import SaidLength
from webapp.wording import phrase


class StartForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """What shall be done in which course run, and whether for a trial."""

    course_id = StringField(
        phrase("Course key"),
        [InputRequired(phrase("Type a course key.")), SaidLength(max=COURSE_ID_LENGTH)],
        filters=[lambda text: (text or "").strip()],
        description=phrase("Such as course-v1:Org+Course+Run."),
    )
    purpose = RadioField(
        phrase("What"),
        choices=[
            SelectChoice(Purpose.GENERATE.value, phrase("Generate")),
            SelectChoice(Purpose.REGENERATE.value, phrase("Regenerate these statuses")),
        ],
        default=Purpose.GENERATE.value,
    )
    among = RadioField(
        phrase("For"),
        choices=[SelectChoice(among.value, word) for among, word in AMONG.items()],
        default=Among.EVERYBODY.value,
    )
    statuses = SelectMultipleField(
        phrase("Statuses"),
        choices=[SelectChoice(status.value, label_of(status)) for status in Status],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    dry_run = BooleanField(
        phrase("Dry run first"),
        default=True,
        description=phrase("Says what would happen to each learner, and changes nothing."),
    )

    def validate_course_id(self, field: StringField) -> None:
        """Refuse what is no course key."""
        try:
            parse_course_id(field.data)
        except BadCourseId:
            raise ValidationError(phrase("This is no course key such as course-v1:Org+Course+Run.")) from None

    @property
    def wanted_course(self) -> CourseId:
        """The course run, once the form is valid."""
        return parse_course_id(self.course_id.data)

    @property
    def wanted_statuses(self) -> list[Status]:
        """The statuses that were ticked."""
        return [Status(value) for value in self.statuses.data or ()]
