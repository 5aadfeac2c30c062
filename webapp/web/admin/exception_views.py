"""The lists of exceptions: who is on the allowlist, and which certificates were invalidated."""

from typing import Any

from flask import url_for
from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import selectinload

from webapp.models.base import db
from webapp.models.certificates import GeneratedCertificate
from webapp.models.exceptions import AllowlistEntry, Invalidation
from webapp.services.certificates import search
from webapp.web.admin import filters
from webapp.web.admin.desk_view import DeskView, Details, Empty, Row, Search
from webapp.web.cells import Cell, Fact, Group, name


class AllowlistView(DeskView):
    """Who gets a certificate without having passed."""

    model = AllowlistEntry
    endpoint_name, address = "allowlist", "/admin/allowlist/"
    heading = "Allowlist"
    lead = "Learners who earn a certificate whatever their grade."
    columns = ("Number", "Learner", "Course", "On the list", "Note", "By", "Added")
    order = (AllowlistEntry.id,)
    search = Search("Search the allowlist", "User name, name or e-mail of a learner")
    list_filters = (
        filters.course(AllowlistEntry.course_id),
        filters.yes_no("listed", "On the list", AllowlistEntry.allowlisted),
    )
    empty = Empty(
        "Nobody is on the allowlist", "Entries come with the records of the platform: certdesk records import FILE."
    )

    def base_query(self) -> Select[Any]:
        """Give entries with their learners."""
        return select(AllowlistEntry).options(selectinload(AllowlistEntry.learner))

    def searched(self, text: str) -> ColumnElement[bool]:
        """Find by learner."""
        return AllowlistEntry.learner_id.in_(search.learner_ids(text))

    def row(self, row: AllowlistEntry) -> Row:
        """Give one line."""
        cells = [
            Cell(row.id, "strong"),
            name(row.learner.username, url_for("learners.details_view", id=row.learner_id)),
            Cell(row.course_id, "code"),
            Cell(row.allowlisted, "yes_no"),
            name(row.notes),
            name(row.created_by),
            Cell(row.created_at, "when"),
        ]
        return Row(f"Allowlist entry {row.id}", cells, self.row_url(row.id))

    def details(self, row: AllowlistEntry) -> Details:
        """Give an entry."""
        facts = [
            Fact("Learner", name(row.learner.username, url_for("learners.details_view", id=row.learner_id))),
            Fact("Course", Cell(row.course_id, "code")),
            Fact("On the list", Cell(row.allowlisted, "yes_no")),
            Fact("Note", name(row.notes)),
            Fact("By", name(row.created_by)),
            Fact("Added", Cell(row.created_at, "when")),
            Fact("Changed", Cell(row.modified_at, "when")),
        ]
        return Details(
            heading=f"Allowlist entry {row.id}",
            back_url=self.list_url(),
            back_label="Allowlist",
            groups=[Group("Entry", facts)],
        )


class InvalidationView(DeskView):
    """Which certificates were declared void."""

    model = Invalidation
    endpoint_name, address = "invalidations", "/admin/invalidations/"
    heading = "Invalidations"
    lead = "Certificates that staff declared void."
    columns = ("Number", "Learner", "Course", "Active", "Note", "By", "Since")
    order = (Invalidation.id,)
    search = Search("Search invalidations", "User name, e-mail, course key or certificate id")
    list_filters = (
        filters.course(GeneratedCertificate.course_id),
        filters.yes_no("active", "Active", Invalidation.active),
    )
    empty = Empty(
        "No certificate was invalidated",
        "Invalidations come with the records of the platform: certdesk records import FILE.",
    )

    def base_query(self) -> Select[Any]:
        """Give invalidations with their certificates and learners."""
        with_learner = selectinload(Invalidation.certificate).selectinload(GeneratedCertificate.learner)
        return select(Invalidation).join(Invalidation.certificate).options(with_learner)

    def searched(self, text: str) -> ColumnElement[bool]:
        """Find by what names a certificate."""
        return search.certificates_of(db.session(), text)

    def row(self, row: Invalidation) -> Row:
        """Give one line."""
        cells = [
            Cell(row.id, "strong"),
            name(row.certificate.learner.username, url_for("certificates.details_view", id=row.certificate_id)),
            Cell(row.certificate.course_id, "code"),
            Cell(row.active, "yes_no"),
            name(row.notes),
            name(row.invalidated_by),
            Cell(row.created_at, "when"),
        ]
        return Row(f"Invalidation {row.id}", cells, self.row_url(row.id))

    def details(self, row: Invalidation) -> Details:
        """Give an invalidation."""
        certificate = url_for("certificates.details_view", id=row.certificate_id)
        facts = [
            Fact("Certificate", Cell(f"Certificate {row.certificate_id}", "link", certificate)),
            Fact("Learner", name(row.certificate.learner.username)),
            Fact("Course", Cell(row.certificate.course_id, "code")),
            Fact("Active", Cell(row.active, "yes_no")),
            Fact("Note", name(row.notes)),
            Fact("By", name(row.invalidated_by)),
            Fact("Since", Cell(row.created_at, "when")),
            Fact("Changed", Cell(row.modified_at, "when")),
        ]
        return Details(
            heading=f"Invalidation {row.id}",
            back_url=self.list_url(),
            back_label="Invalidations",
            groups=[Group("Invalidation", facts)],
        )
