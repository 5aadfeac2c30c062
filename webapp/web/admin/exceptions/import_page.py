"""How does support bring a whole file of learners, and see what came of each row?"""

from base64 import b64encode

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_login import current_user
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from markupsafe import Markup
from wtforms import StringField
from wtforms.validators import InputRequired, ValidationError

from webapp.domain.certificates.modes import GenerationMode
from webapp.domain.identifiers import COURSE_ID_LENGTH, NOTE_LENGTH, BadCourseId, made_storable, parse_course_id
from webapp.domain.roles import Permission
from webapp.errors import WebappError
from webapp.models.base import db, unit_of_work
from webapp.services.exceptions import intake
from webapp.services.exceptions.intake import MOST_ROWS, Act, Result, RowResult
from webapp.services.generation.orders import order_of
from webapp.web import auth, cells, installation
from webapp.web.admin.desk_view import DeskView
from webapp.web.auth import requires
from webapp.web.cells import Column, Row
from webapp.web.errors import STATUSES
from webapp.web.language.lengths import SaidLength
from webapp.wording import phrase, words_of

COLUMNS = (phrase("Row"), phrase("Learner"), phrase("Result"), phrase("Reason"))
PILLS = {
    Result.ADDED: ("good", phrase("Done")),
    Result.REPEATED: ("neutral", phrase("Repeated")),
    Result.FAILED: ("bad", phrase("Refused")),
}


class ImportForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """Which file, for which course run, and why."""

    course_id = StringField(
        phrase("Course key"),
        [InputRequired(phrase("Type a course key.")), SaidLength(max=COURSE_ID_LENGTH)],
        filters=[lambda text: (text or "").strip()],
        description=phrase("Such as course-v1:Org+Course+Run."),
    )
    file = FileField(
        phrase("File"),
        [FileRequired(phrase("Choose a file."))],
        description=phrase(
            "CSV in UTF-8, as spreadsheets save it, without a head: in each row a user name or e-mail address, and a note if you like. {number} rows at most.",
            number=format(MOST_ROWS, ","),
        ),
    )
    note = StringField(
        phrase("Why"),
        [
            InputRequired(phrase("Say in a note why.")),
            SaidLength(
                max=NOTE_LENGTH,
                message=phrase("Say in a note why, in at most {number} characters.", number=format(NOTE_LENGTH, ",")),
            ),
        ],
        filters=[lambda text: made_storable(text or "").strip()],
        description=phrase("Stands in the timeline and the audit, of each row that has no note of its own."),
    )

    def validate_course_id(self, field: StringField) -> None:
        """Refuse what is no course key."""
        try:
            parse_course_id(field.data)
        except BadCourseId:
            raise ValidationError(phrase("This is no course key such as course-v1:Org+Course+Run.")) from None


class ImportsFiles(DeskView):
    """A list of exceptions that takes files."""

    import_heading: str
    import_lead: str
    import_done: str
    """What can be said of those for whom it was done."""

    def import_act(self) -> Act:
        """Give what is done for the learner of a row."""
        raise LookupError(f"{type(self).__name__} does not say what becomes of a row")

    def page_links(self) -> list[tuple[str, str]]:
        """Lead to the page that takes a file."""
        links = super().page_links()
        if current_user.may(Permission.SUPPORT_LEARNERS):
            links.append((phrase("Import a file"), self.get_url(".file_view")))
        return links

    @expose("/import")  # type: ignore[untyped-decorator]  # Flask-Admin
    @requires(Permission.SUPPORT_LEARNERS)
    def file_view(self) -> ResponseReturnValue:
        """Show the form."""
        return self._shown(ImportForm(formdata=None))

    @expose("/import", methods=("POST",))  # type: ignore[untyped-decorator]  # Flask-Admin
    @requires(Permission.SUPPORT_LEARNERS)
    def take_file(self) -> ResponseReturnValue:
        """Take a file, and show what came of each row, of refused ones first."""
        form = ImportForm()
        if not form.validate():
            return self._shown(form), 422
        order = order_of(installation.settings(), auth.actor(), GenerationMode.SUPPORT, note=form.note.data)
        course_id, content = parse_course_id(form.course_id.data), form.file.data.read()
        try:
            results = intake.take_file(db.session(), unit_of_work, order, course_id, content, self.import_act())
        except WebappError as problem:
            return self._shown(form, problem=words_of(problem)), STATUSES[type(problem)]
        return self._shown(ImportForm(formdata=None, course_id=course_id), results)

    def _shown(self, form: ImportForm, results: list[RowResult] | None = None, *, problem: str = "") -> str:
        return render_template(
            "admin/exceptions/import.html",
            view=self,
            form=form,
            problem=problem,
            results=results,
            columns=[Column(label) for label in COLUMNS],
            rows=[result_row(one) for one in sorted(results or (), key=lambda one: one.result is not Result.FAILED)],
            counts={result.value: sum(one.result is result for one in results or ()) for result in Result},
            results_url=f"data:text/csv;charset=utf-8;base64,{b64encode(intake.csv_of(results).encode()).decode()}"
            if results
            else None,
        )


def result_row(one: RowResult) -> Row:
    """Draw what became of one row."""
    drawn: list[Markup] = [
        cells.strong(one.row),
        cells.name(one.name),
        cells.pill(*PILLS[one.result]),
        cells.plain(one.reason),
    ]
    return Row(drawn, None)
