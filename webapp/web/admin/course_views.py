"""The list of course runs."""

from flask import url_for
from markupsafe import Markup
from sqlalchemy import ColumnElement, select

from webapp.domain.identifiers import CourseId, organisation_of
from webapp.models.base import db
from webapp.models.courses import CourseMode, CourseRun
from webapp.services.certificates import search
from webapp.web import cells
from webapp.web.admin import filters
from webapp.web.admin.desk_view import Details, Empty, Listed, Search, Shown, related
from webapp.web.admin.lists.exported import Exported
from webapp.web.cells import Row
from webapp.web.details import Fact, Group, copied_fact


class CourseView(Exported):
    """What is taught."""

    model = CourseRun
    endpoint_name, address = "courses", "/admin/courses/"
    heading = "Courses"
    lead = "Each run of each course, and how it gives certificates."
    columns = ("Number", "Course", "Name", "Delivery", "Badges", "Self-paced")
    more_columns = ("Start", "End", "Certificates from")
    order = (CourseRun.id,)
    search = Search("Search courses", "Course key or name")
    list_filters = (
        filters.yes_no("html", "Delivery", CourseRun.html_certificates, yes="Web page", no="PDF"),
        filters.yes_no("badges", "Badges", CourseRun.issue_badges),
        filters.yes_no("self_paced", "Self-paced", CourseRun.self_paced),
    )
    empty = Empty("No courses yet", "Course runs come with the records of the platform: certdesk records import FILE.")

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
            self.row_url(row.id),
        )

    def more_cells(self, row: Listed) -> list[Markup]:
        """Draw its dates."""
        return [cells.when(moment) for moment in (row.start, row.end, row.certificate_available_date)]

    def details(self, row: CourseRun) -> Details:
        """Give a course run with its modes."""
        modes = db.session.scalars(
            select(CourseMode).where(CourseMode.course_id == row.course_id).order_by(CourseMode.mode)
        )
        rows = [Row([cells.plain(mode.mode), cells.yes_no(mode.requires_id_verification)]) for mode in modes]
        return Details(
            heading=row.title,
            subtitle=row.course_id,
            back_url=self.list_url(),
            back_label="Courses",
            groups=[Group("Course run", self._facts(row))],
            related=[
                related(
                    "Modes",
                    ("Mode", "Asks for ID verification"),
                    rows,
                    "No mode is known: nobody can earn a certificate here.",
                )
            ],
        )

    def _facts(self, row: CourseRun) -> list[Fact]:
        certificates = url_for("certificates.index_view", course=row.course_id)
        return [
            copied_fact("Course key", row.course_id),
            Fact("Organisation", cells.plain(organisation_of(CourseId(row.course_id)))),
            Fact("Delivery", cells.plain(_delivery(row))),
            Fact("Updated rules", cells.yes_no(row.use_updated)),
            Fact("Badges", cells.yes_no(row.issue_badges)),
            Fact("Self-paced", cells.yes_no(row.self_paced)),
            Fact("Starts", cells.when(row.start)),
            Fact("Ends", cells.when(row.end)),
            Fact("Certificates available from", cells.when(row.certificate_available_date)),
            Fact("Certificates", cells.link("Show them", certificates)),
            Fact("Examples", cells.link("Show them", url_for("examples.index_view", course=row.course_id))),
        ]


def _delivery(row: CourseRun | Listed) -> str:
    return "Web page" if row.html_certificates else "PDF"
