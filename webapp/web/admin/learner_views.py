"""The list of learners, with what each of them holds."""

from collections.abc import Iterable
from typing import Any, cast

from flask import url_for
from sqlalchemy import ColumnElement, select

from webapp.models.base import db
from webapp.models.certificates import GeneratedCertificate
from webapp.models.learners import CourseGrade, Enrollment, IdVerification, Learner
from webapp.services.certificates import search
from webapp.web.addresses import learner_url
from webapp.web.admin import filters
from webapp.web.admin.desk_view import DeskView, Details, Empty, Row, Search, related
from webapp.web.cells import Alert, Cell, Fact, Group, PageLink, name

SHORT = 50


class LearnerView(DeskView):
    """Who takes courses."""

    model = Learner
    endpoint_name, address = "learners", "/admin/learners/"
    heading = "Learners"
    lead = "Everyone the learning platform has told us of."
    columns = ("Number", "User name", "Name", "E-mail", "Certificates allowed")
    order = (Learner.id,)
    search = Search("Search learners", "User name, name or e-mail")
    list_filters = (filters.yes_no("allowed", "Certificates allowed", Learner.allow_certificate),)
    empty = Empty("No learners yet", "Learners come with the records of the platform: certdesk records import FILE.")

    def searched(self, text: str) -> ColumnElement[bool]:
        """Find by the beginning of a name or address."""
        return search.learners_of(text)

    def row(self, row: Learner) -> Row:
        """Give one line."""
        cells = [
            Cell(row.id, "strong"),
            name(row.username),
            name(row.name),
            name(row.email),
            Cell(row.allow_certificate, "yes_no"),
        ]
        return Row(f"Learner {row.username}", cells, self.row_url(row.id))

    def details(self, row: Learner) -> Details:
        """Give a learner with what they hold and where they are enrolled."""
        text = "The learning platform does not allow certificates for this learner, in no course run."
        return Details(
            heading=row.name or row.username,
            subtitle=row.username,
            back_url=self.list_url(),
            back_label="Learners",
            alert=None if row.allow_certificate else Alert("warning", "Certificates are not allowed", text),
            links=[PageLink("Why, and what to do", learner_url(row.username))],
            groups=[Group("Person", self._facts(row))],
            related=[self._certificates(row), self._enrollments(row)],
        )

    def _facts(self, row: Learner) -> list[Fact]:
        proof = db.session.scalar(select(IdVerification).where(IdVerification.learner_id == row.id))
        return [
            Fact("User name", name(row.username)),
            Fact("Name", name(row.name)),
            Fact("E-mail", name(row.email)),
            Fact("Certificates allowed", Cell(row.allow_certificate, "yes_no")),
            Fact("Number at the platform", Cell(row.external_id or "")),
            Fact("ID verification", Cell(proof.status if proof else "None known")),
            Fact("ID verification ends", Cell(proof.expires_at if proof else None, "when")),
        ]

    def _certificates(self, row: Learner) -> dict[str, Any]:
        query = (
            select(GeneratedCertificate)
            .where(GeneratedCertificate.learner_id == row.id)
            .order_by(GeneratedCertificate.id.desc())
            .limit(SHORT)
        )
        rows = [
            Row(
                f"Certificate {one.id}",
                [
                    Cell(one.id, "strong"),
                    Cell(one.course_id, "code"),
                    Cell(one.status, "status"),
                    Cell(one.modified_at, "when"),
                ],
                url_for("certificates.details_view", id=one.id),
            )
            for one in db.session.scalars(query)
        ]
        all_url = url_for("certificates.index_view", learner=row.username)
        return related(
            "Certificates",
            ("Number", "Course", "Status", "Changed"),
            rows,
            "No certificate in any course run.",
            all_url,
        )

    def _enrollments(self, row: Learner) -> dict[str, Any]:
        query = (
            select(Enrollment, CourseGrade)
            .outerjoin(
                CourseGrade,
                (CourseGrade.learner_id == Enrollment.learner_id) & (CourseGrade.course_id == Enrollment.course_id),
            )
            .where(Enrollment.learner_id == row.id)
            .order_by(Enrollment.id.desc())
            .limit(SHORT)
        )
        rows = [
            Row(
                place.course_id,
                [
                    Cell(place.course_id, "code"),
                    Cell(place.mode),
                    Cell(place.active, "yes_no"),
                    Cell(_grade(grade)),
                    Cell(grade is not None and grade.passed, "yes_no"),
                ],
            )
            for place, grade in cast("Iterable[tuple[Enrollment, CourseGrade | None]]", db.session.execute(query))
        ]
        return related("Enrolments", ("Course", "Mode", "Active", "Grade", "Passed"), rows, "Not enrolled anywhere.")


def _grade(grade: CourseGrade | None) -> str:
    return f"{grade.percent * 100:.0f} % {grade.letter}".strip() if grade is not None else ""
