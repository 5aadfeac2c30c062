"""The list of learners, with what each of them holds."""

from collections.abc import Iterable
from typing import Any, cast

from flask import url_for
from sqlalchemy import ColumnElement, select

from webapp.models.base import db
from webapp.models.certificates import GeneratedCertificate
from webapp.models.learners import CourseGrade, Enrollment, IdVerification, Learner
from webapp.services.certificates import search
from webapp.web import cells
from webapp.web.addresses import course_url, learner_url, row_url
from webapp.web.admin import filters
from webapp.web.admin.desk_view import Details, Empty, Listed, Search, Shown, related
from webapp.web.admin.lists.exported import Exported
from webapp.web.cells import Row
from webapp.web.details import Alert, Fact, Group, PageLink
from webapp.wording import phrase, phrase_as

SHORT = 50


class LearnerView(Exported):
    """Who takes courses."""

    model = Learner
    endpoint_name, address = "learners", "/admin/learners/"
    heading = phrase("Learners")
    lead = phrase("Everyone the learning platform has told us of.")
    columns = (phrase("Number"), phrase("User name"), phrase("Name"), phrase("E-mail"), phrase("Certificates allowed"))
    order = (Learner.id,)
    search = Search(phrase("Search learners"), phrase("User name, name or e-mail"))
    list_filters = (filters.yes_no("allowed", phrase("Certificates allowed"), Learner.allow_certificate),)
    empty = Empty(
        phrase("No learners yet"),
        phrase("Learners come with the records of the platform: certdesk records import FILE."),
    )

    def base_query(self) -> Shown:
        """Give what a line shows of a learner."""
        return select(Learner.id, Learner.username, Learner.name, Learner.email, Learner.allow_certificate)

    def searched(self, text: str) -> ColumnElement[bool]:
        """Find by the beginning of a user name, an address, or words of a name."""
        return search.learners_of(db.session(), text)

    def row(self, row: Listed) -> Row:
        """Draw one row."""
        return Row(
            [
                cells.strong(row.id),
                cells.name(row.username),
                cells.name(row.name),
                cells.name(row.email),
                cells.yes_no(row.allow_certificate),
            ],
            self.row_url(row.id),
        )

    def details(self, row: Learner) -> Details:
        """Give a learner with what they hold and where they are enrolled."""
        text = phrase("The learning platform does not allow certificates for this learner, in no course run.")
        return Details(
            heading=row.name or row.username,
            subtitle=row.username,
            back_url=self.list_url(),
            back_label=phrase("Learners"),
            alert=None if row.allow_certificate else Alert("warning", phrase("Certificates are not allowed"), text),
            links=[PageLink(phrase("Why, and what to do"), learner_url(row.username))],
            groups=[Group(phrase("Person"), self._facts(row))],
            related=[self._certificates(row), self._enrollments(row)],
        )

    def _facts(self, row: Learner) -> list[Fact]:
        proof = db.session.scalar(select(IdVerification).where(IdVerification.learner_id == row.id))
        return [
            Fact(phrase("User name"), cells.name(row.username)),
            Fact(phrase("Name"), cells.name(row.name)),
            Fact(phrase("E-mail"), cells.name(row.email)),
            Fact(phrase("Certificates allowed"), cells.yes_no(row.allow_certificate)),
            Fact(phrase("Number at the platform"), cells.plain(row.external_id or "")),
            Fact(phrase("ID verification"), cells.plain(proof.status if proof else phrase("None known"))),
            Fact(phrase("ID verification ends"), cells.when(proof.expires_at if proof else None)),
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
                [
                    cells.strong(one.id),
                    cells.linked(cells.code(one.course_id), course_url(one.course_id)),
                    cells.status(one.status),
                    cells.when(one.modified_at),
                ],
                row_url("certificates", one.id),
            )
            for one in db.session.scalars(query)
        ]
        all_url = url_for("certificates.index_view", learner=row.username)
        return related(
            phrase("Certificates"),
            (phrase("Number"), phrase("Course"), phrase("Status"), phrase("Changed")),
            rows,
            phrase("No certificate in any course run."),
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
                [
                    cells.linked(cells.code(place.course_id), course_url(place.course_id)),
                    cells.plain(place.mode),
                    cells.yes_no(place.active),
                    cells.plain(_grade(grade)),
                    cells.yes_no(grade is not None and grade.passed),
                ],
            )
            for place, grade in cast("Iterable[tuple[Enrollment, CourseGrade | None]]", db.session.execute(query))
        ]
        return related(
            phrase("Enrolments"),
            (phrase("Course"), phrase("Mode"), phrase("Active"), phrase("Grade"), phrase_as("a course", "Passed")),
            rows,
            phrase("Not enrolled anywhere."),
        )


def _grade(grade: CourseGrade | None) -> str:
    if grade is None:
        return ""
    if grade.percent is None:
        return phrase("Passing") if grade.passed else phrase("Not passing")
    return f"{grade.percent * 100:.0f} % {grade.letter}".strip()
