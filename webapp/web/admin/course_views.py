"""The list of course runs."""

from flask import url_for
from sqlalchemy import ColumnElement, select

from webapp.domain.identifiers import CourseId, organisation_of
from webapp.models.base import db
from webapp.models.courses import CourseMode, CourseRun
from webapp.services.certificates import search
from webapp.web.admin import filters
from webapp.web.admin.desk_view import DeskView, Details, Empty, Row, Search, related
from webapp.web.cells import Cell, Fact, Group, name


class CourseView(DeskView):
    """What is taught."""

    model = CourseRun
    endpoint_name, address = "courses", "/admin/courses/"
    heading = "Courses"
    lead = "Each run of each course, and how it gives certificates."
    columns = ("Number", "Course", "Name", "Delivery", "Badges", "Self-paced")
    order = (CourseRun.id,)
    search = Search("Search courses", "Course key or name")
    list_filters = (
        filters.yes_no("html", "Delivery", CourseRun.html_certificates, yes="Web page", no="PDF"),
        filters.yes_no("badges", "Badges", CourseRun.issue_badges),
        filters.yes_no("self_paced", "Self-paced", CourseRun.self_paced),
    )
    empty = Empty("No courses yet", "Course runs come with the records of the platform: certdesk records import FILE.")

    def searched(self, text: str) -> ColumnElement[bool]:
        """Find by key or name."""
        return search.courses_of(text)

    def row(self, row: CourseRun) -> Row:
        """Give one line."""
        cells = [
            Cell(row.id, "strong"),
            Cell(row.course_id, "code"),
            name(row.display_name),
            Cell(_delivery(row)),
            Cell(row.issue_badges, "yes_no"),
            Cell(row.self_paced, "yes_no"),
        ]
        return Row(f"Course {row.course_id}", cells, self.row_url(row.id))

    def details(self, row: CourseRun) -> Details:
        """Give a course run with its modes."""
        modes = db.session.scalars(
            select(CourseMode).where(CourseMode.course_id == row.course_id).order_by(CourseMode.mode)
        )
        rows = [Row(mode.mode, [Cell(mode.mode), Cell(mode.requires_id_verification, "yes_no")]) for mode in modes]
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
            Fact("Course key", Cell(row.course_id, "code")),
            Fact("Organisation", Cell(organisation_of(CourseId(row.course_id)))),
            Fact("Delivery", Cell(_delivery(row))),
            Fact("Updated rules", Cell(row.use_updated, "yes_no")),
            Fact("Badges", Cell(row.issue_badges, "yes_no")),
            Fact("Self-paced", Cell(row.self_paced, "yes_no")),
            Fact("Starts", Cell(row.start, "when")),
            Fact("Ends", Cell(row.end, "when")),
            Fact("Certificates available from", Cell(row.certificate_available_date, "when")),
            Fact("Certificates", Cell("Show them", "link", certificates)),
            Fact("Examples", Cell("Show them", "link", url_for("examples.index_view", course=row.course_id))),
        ]


def _delivery(row: CourseRun) -> str:
    return "Web page" if row.html_certificates else "PDF"
