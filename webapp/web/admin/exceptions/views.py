"""The lists of exceptions: who is on the allowlist, and which certificates were invalidated."""

from sqlalchemy import ColumnElement, select

from webapp.models.base import db
from webapp.models.certificates import GeneratedCertificate
from webapp.models.exceptions import AllowlistEntry, Invalidation
from webapp.models.learners import Learner
from webapp.services.certificates import search
from webapp.services.exceptions.intake import Act
from webapp.services.generation import allowlist, invalidations
from webapp.web import cells
from webapp.web.addresses import course_url, row_url
from webapp.web.admin import filters
from webapp.web.admin.desk_view import Details, Empty, Listed, Search, Shown, of_learner
from webapp.web.admin.exceptions.import_page import ImportsFiles
from webapp.web.admin.lists.exported import Exported
from webapp.web.cells import Row
from webapp.web.details import Fact, Group, copied_fact
from webapp.wording import phrase


class AllowlistView(ImportsFiles, Exported):
    """Who gets a certificate without having passed."""

    model = AllowlistEntry
    endpoint_name, address = "allowlist", "/admin/allowlist/"
    heading = phrase("Allowlist")
    lead = phrase("Learners who earn a certificate whatever their grade.")
    columns = (
        phrase("Number"),
        phrase("Learner"),
        phrase("Course"),
        phrase("On the list"),
        phrase("Note"),
        phrase("By"),
        phrase("Added"),
    )
    order = (AllowlistEntry.id,)
    search = Search(phrase("Search the allowlist"), phrase("User name, name or e-mail of a learner"))
    list_filters = (
        filters.course(AllowlistEntry.course_id),
        filters.yes_no("listed", phrase("On the list"), AllowlistEntry.allowlisted),
    )
    empty = Empty(
        phrase("Nobody is on the allowlist"),
        phrase(
            "Support puts learners on it, on the page of each, or many by a file. "
            "The platform’s own entries come with its records: certdesk records import FILE."
        ),
    )
    import_heading = phrase("Put learners on the allowlist")
    import_lead = phrase("Each of them may have a certificate of the course run without a passing grade.")
    import_done = phrase("on the allowlist now")

    def import_act(self) -> Act:
        """Put the learner of a row on the allowlist; where certificates are made by themselves, theirs follows."""
        return allowlist.allow

    def base_query(self) -> Shown:
        """Give entries with their learners."""
        entry = AllowlistEntry
        shown = (entry.id, entry.learner_id, entry.course_id, entry.allowlisted, entry.notes, entry.created_by)
        return select(*shown, entry.created_at, of_learner(Learner.username, entry.learner_id))

    def searched(self, text: str) -> ColumnElement[bool]:
        """Find by learner."""
        return search.held_by(db.session(), AllowlistEntry, search.learner_ids(db.session(), text))

    def row(self, row: Listed) -> Row:
        """Draw one row."""
        return Row(
            [
                cells.strong(row.id),
                cells.name(row.username, row_url("learners", row.learner_id)),
                cells.linked(cells.code(row.course_id), course_url(row.course_id)),
                cells.yes_no(row.allowlisted),
                cells.name(row.notes),
                cells.actor(row.created_by),
                cells.when(row.created_at),
            ],
            self.row_url(row.id),
        )

    def details(self, row: AllowlistEntry) -> Details:
        """Give an entry."""
        facts = [
            Fact(phrase("Learner"), cells.name(row.learner.username, row_url("learners", row.learner_id))),
            copied_fact(phrase("Course"), row.course_id, url=course_url(row.course_id)),
            Fact(phrase("On the list"), cells.yes_no(row.allowlisted)),
            Fact(phrase("Note"), cells.name(row.notes)),
            Fact(phrase("By"), cells.actor(row.created_by)),
            Fact(phrase("Added"), cells.when(row.created_at)),
            Fact(phrase("Changed"), cells.when(row.modified_at)),
        ]
        return Details(
            heading=phrase("Allowlist entry {number}", number=row.id),
            back_url=self.list_url(),
            back_label=phrase("Allowlist"),
            groups=[Group(phrase("Entry"), facts)],
        )


class InvalidationView(ImportsFiles, Exported):
    """Which certificates were declared void."""

    model = Invalidation
    endpoint_name, address = "invalidations", "/admin/invalidations/"
    heading = phrase("Invalidations")
    lead = phrase("Certificates that staff declared void.")
    columns = (
        phrase("Number"),
        phrase("Learner"),
        phrase("Course"),
        phrase("Active"),
        phrase("Note"),
        phrase("By"),
        phrase("Since"),
    )
    order = (Invalidation.id,)
    search = Search(phrase("Search invalidations"), phrase("User name, e-mail, name, course key or certificate id"))
    list_filters = (
        filters.course(GeneratedCertificate.course_id),
        filters.yes_no("active", phrase("Active"), Invalidation.active),
    )
    empty = Empty(
        phrase("No certificate was invalidated"),
        phrase(
            "Support does that on the page of a learner, or for many by a file. "
            "The platform’s own come with its records: certdesk records import FILE."
        ),
    )
    import_heading = phrase("Invalidate certificates")
    import_lead = phrase("Each learner’s certificate of the course run is declared void, and its link says so.")
    import_done = phrase("invalidated now")

    def import_act(self) -> Act:
        """Declare the certificate of a row's learner void."""
        return invalidations.invalidate

    def base_query(self) -> Shown:
        """Give invalidations with their certificates and learners."""
        one = Invalidation
        shown = (one.id, one.certificate_id, one.active, one.notes, one.invalidated_by, one.created_at)
        learner = of_learner(Learner.username, GeneratedCertificate.learner_id)
        return select(*shown, GeneratedCertificate.course_id, learner).join(one.certificate)

    def searched(self, text: str) -> ColumnElement[bool]:
        """Find by what names a certificate."""
        return search.certificates_of(db.session(), text)

    def row(self, row: Listed) -> Row:
        """Draw one row."""
        return Row(
            [
                cells.strong(row.id),
                cells.name(row.username, row_url("certificates", row.certificate_id)),
                cells.linked(cells.code(row.course_id), course_url(row.course_id)),
                cells.yes_no(row.active),
                cells.name(row.notes),
                cells.actor(row.invalidated_by),
                cells.when(row.created_at),
            ],
            self.row_url(row.id),
        )

    def details(self, row: Invalidation) -> Details:
        """Give an invalidation."""
        certificate = row_url("certificates", row.certificate_id)
        facts = [
            Fact(
                phrase("Certificate"),
                cells.link(phrase("Certificate {number}", number=row.certificate_id), certificate),
            ),
            Fact(phrase("Learner"), cells.name(row.certificate.learner.username)),
            copied_fact(phrase("Course"), row.certificate.course_id, url=course_url(row.certificate.course_id)),
            Fact(phrase("Active"), cells.yes_no(row.active)),
            Fact(phrase("Note"), cells.name(row.notes)),
            Fact(phrase("By"), cells.actor(row.invalidated_by)),
            Fact(phrase("Since"), cells.when(row.created_at)),
            Fact(phrase("Changed"), cells.when(row.modified_at)),
        ]
        return Details(
            heading=phrase("Invalidation {number}", number=row.id),
            back_url=self.list_url(),
            back_label=phrase("Invalidations"),
            groups=[Group(phrase("Invalidation"), facts)],
        )
