"""The list of example certificates."""

from typing import Any

from sqlalchemy import select

from webapp.domain.certificates import statuses
from webapp.domain.certificates.statuses import ExampleStatus
from webapp.models.base import db
from webapp.models.examples import ExampleCertificate, ExampleCertificateSet
from webapp.models.messages import CallbackInbox
from webapp.web import cells
from webapp.web.addresses import course_url, row_url
from webapp.web.admin import filters
from webapp.web.admin.desk_view import Details, Empty, Listed, Shown, related
from webapp.web.admin.lists.exported import Exported
from webapp.web.cells import Row
from webapp.web.details import Alert, Fact, Group, copied_fact
from webapp.wording import joined, phrase

WEB_PAGE = phrase("Web page")
"""What stands in the place of a PDF's template."""


class ExampleView(Exported):
    """Example certificates, by which it is tried whether those of a course run come out well."""

    model = ExampleCertificate
    endpoint_name, address = "examples", "/admin/examples/"
    heading = phrase("Examples")
    lead = phrase("Certificates made for nobody, to see that those of a course run will come out well.")
    columns = (phrase("Number"), phrase("Course"), phrase("Mode"), phrase("Status"), phrase("Template"), phrase("Made"))
    order = (ExampleCertificate.id,)
    date_order = ()
    list_filters = (
        filters.course(ExampleCertificateSet.course_id),
        filters.enum_choice("status", phrase("Status"), ExampleCertificate.status, ExampleStatus, statuses.label_of),
    )
    empty = Empty(
        phrase("No examples yet"),
        phrase("An example is made for each mode of a course run before its learners may ask for certificates."),
    )

    def base_query(self) -> Shown:
        """Give examples with their sets."""
        example = ExampleCertificate
        shown = (example.id, example.description, example.status, example.template, example.created_at)
        return select(*shown, ExampleCertificateSet.course_id).join(example.set)

    def row(self, row: Listed) -> Row:
        """Draw one row."""
        return Row(
            [
                cells.strong(row.id),
                cells.linked(cells.code(row.course_id), course_url(row.course_id)),
                cells.plain(row.description),
                cells.status(row.status),
                cells.plain(row.template or WEB_PAGE),
                cells.when(row.created_at),
            ],
            self.row_url(row.id),
        )

    def details(self, row: ExampleCertificate) -> Details:
        """Give an example with the answers that came for it."""
        failed = row.status is ExampleStatus.ERROR
        alert = (
            Alert("error", phrase("The example could not be made"), row.error_reason or phrase("No reason was given."))
            if failed
            else None
        )
        return Details(
            heading=phrase("Example {number}", number=row.id),
            subtitle=joined((row.description, row.set.course_id)),
            back_url=self.list_url(),
            back_label=phrase("Examples"),
            status=cells.status(row.status),
            alert=alert,
            groups=[Group(phrase("Example"), self._facts(row))],
            related=[] if row.rendered_here else [self._answers(row)],
        )

    def _facts(self, row: ExampleCertificate) -> list[Fact]:
        url = row.download_url
        pdf = [] if row.rendered_here else [Fact("PDF", cells.link(url, url) if url else cells.nothing())]
        return [
            copied_fact(phrase("Course"), row.set.course_id, url=course_url(row.set.course_id)),
            Fact(phrase("Mode"), cells.plain(row.description)),
            Fact(phrase("Name on it"), cells.name(row.full_name)),
            Fact(phrase("Template"), cells.plain(row.template or WEB_PAGE)),
            *pdf,
            Fact(phrase("Error"), cells.plain(row.error_reason or "")),
            Fact(phrase("Made"), cells.when(row.created_at)),
            Fact(phrase("Changed"), cells.when(row.modified_at)),
        ]

    def _answers(self, row: ExampleCertificate) -> dict[str, Any]:
        query = (
            select(CallbackInbox).where(CallbackInbox.example_id == row.id).order_by(CallbackInbox.id.desc()).limit(20)
        )
        rows = [
            Row(
                [cells.strong(answer.id), cells.outcome(answer.outcome), cells.when(answer.received_at)],
                row_url("inbox", answer.id),
            )
            for answer in db.session.scalars(query)
        ]
        return related(
            phrase("XQueue's answers"),
            (phrase("Delivery"), phrase("Outcome"), phrase("Came in")),
            rows,
            phrase("No answer has come in yet."),
        )
