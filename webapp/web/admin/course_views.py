"""The list of course runs."""

from flask import abort, redirect, request
from flask.typing import ResponseReturnValue
from flask_admin import expose
from markupsafe import Markup
from sqlalchemy import ColumnElement, select

from webapp.models.courses import CourseRun
from webapp.services.certificates import search
from webapp.web import cells
from webapp.web.addresses import course_url
from webapp.web.admin import filters
from webapp.web.admin.desk_view import Empty, Listed, Search, Shown
from webapp.web.admin.lists.exported import Exported
from webapp.web.cells import Row
from webapp.wording import phrase


class CourseView(Exported):
    """What is taught."""

    model = CourseRun
    endpoint_name, address = "courses", "/admin/courses/"
    heading = phrase("Courses")
    lead = phrase("Each run of each course, and how it gives certificates.")
    columns = (
        phrase("Number"),
        phrase("Course"),
        phrase("Name"),
        phrase("Delivery"),
        phrase("Badges"),
        phrase("Self-paced"),
    )
    more_columns = (phrase("Start"), phrase("End"), phrase("Certificates from"))
    order = (CourseRun.id,)
    search = Search(phrase("Search courses"), phrase("Course key, or a name from its first word on"))
    list_filters = (
        filters.yes_no("html", phrase("Delivery"), CourseRun.html_certificates, yes=phrase("Web page"), no="PDF"),
        filters.yes_no("badges", phrase("Badges"), CourseRun.issue_badges),
        filters.yes_no("self_paced", phrase("Self-paced"), CourseRun.self_paced),
    )
    empty = Empty(
        phrase("No courses yet"),
        phrase("Course runs come with the records of the platform: certdesk records import FILE."),
    )

    def base_query(self) -> Shown:
        """Give what a line shows of a course run."""
        run = CourseRun
        dates = (run.start, run.end, run.certificate_available_date)
        delivery = (run.html_certificates, run.issue_badges, run.self_paced)
        return select(run.id, run.course_id, run.display_name, *delivery, *dates)

    def searched(self, text: str) -> ColumnElement[bool]:
        """Find by key or name."""
        return search.courses_of(text)

    def row(self, row: Listed) -> Row:
        """Draw one row."""
        return Row(
            [
                cells.strong(row.id),
                cells.code(row.course_id),
                cells.name(row.display_name),
                cells.plain(_delivery(row)),
                cells.yes_no(row.issue_badges),
                cells.yes_no(row.self_paced),
            ],
            course_url(row.course_id),
        )

    def more_cells(self, row: Listed) -> list[Markup]:
        """Draw its dates."""
        return [cells.when(moment) for moment in (row.start, row.end, row.certificate_available_date)]

    @expose("/details/")  # type: ignore[untyped-decorator]  # Flask-Admin
    def details_view(self) -> ResponseReturnValue:
        """Lead to the course run's own page; 404 for one that is not there."""
        row = self.find_row(request.args.get("id", ""))
        if row is None:
            abort(404)
        return redirect(course_url(row.course_id))


def _delivery(row: Listed) -> str:
    return phrase("Web page") if row.html_certificates else "PDF"
