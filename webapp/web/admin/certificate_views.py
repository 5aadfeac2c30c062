"""The lists of certificates and of example certificates."""

from datetime import timedelta
from typing import Any

from flask import current_app, url_for
from sqlalchemy import ColumnElement, Select, and_, select
from sqlalchemy.orm import selectinload

from webapp import clock
from webapp.domain.certificates import statuses
from webapp.domain.certificates.modes import Mode
from webapp.domain.certificates.statuses import ExampleStatus, Status
from webapp.models.base import db
from webapp.models.certificates import NOT_ISSUED, WITH_QUEUE, FormerPublicId, GeneratedCertificate
from webapp.models.examples import ExampleCertificate, ExampleCertificateSet
from webapp.models.messages import CallbackInbox
from webapp.services import certificate_pages
from webapp.services.certificates import search
from webapp.services.certificates.timeline import timeline_of
from webapp.settings import Settings
from webapp.web.addresses import explanation_url
from webapp.web.admin import filters
from webapp.web.admin.desk_view import DeskView, Details, Empty, Row, Search, related
from webapp.web.cells import Alert, Cell, Fact, Group, PageLink, name, timeline_lines

MODE_WORDS = {mode.value: mode.value for mode in Mode}


def _stuck() -> ColumnElement[bool]:
    """In flight for longer than the setting allows (decision 40: the clock starts when the queue took the job)."""
    settings: Settings = current_app.extensions["settings"]
    since = clock.now() - timedelta(minutes=settings.stuck_minutes)
    return and_(WITH_QUEUE, GeneratedCertificate.submitted_at <= since)


def _with_status(value: str) -> ColumnElement[bool]:
    if value not in set(Status):
        raise filters.NotUnderstood(f"Status: “{value[:40]}” is not one of the choices")
    found = GeneratedCertificate.status == Status(value)
    return found if value == Status.DOWNLOADABLE else and_(found, NOT_ISSUED)


STATUS_WORDS = tuple((status.value, statuses.label_of(status)) for status in Status)


class CertificateView(DeskView):
    """What learners hold, and how it came to that."""

    model = GeneratedCertificate
    endpoint_name, address = "certificates", "/admin/certificates/"
    heading = "Certificates"
    lead = "What each learner holds in each course run."
    columns = ("Number", "Learner", "Course", "Status", "Mode", "Grade", "Created")
    order = (GeneratedCertificate.id,)
    date_order = (GeneratedCertificate.created_at, GeneratedCertificate.id)
    search = Search("Search certificates", "User name, e-mail, name, course key or certificate id")
    list_filters = (
        filters.Filter("status", "Status", "choice", _with_status, STATUS_WORDS),
        filters.choice("mode", "Mode", GeneratedCertificate.mode, MODE_WORDS),
        filters.course(GeneratedCertificate.course_id),
        filters.text("learner", "Learner", lambda text: GeneratedCertificate.learner_id.in_(search.learner_ids(text))),
        filters.text(
            "email", "E-mail", lambda text: GeneratedCertificate.learner_id.in_(search.learner_ids_by_email(text))
        ),
        *filters.dates("created", "Created", GeneratedCertificate.created_at),
        filters.flag("waiting", "With the queue", lambda: and_(WITH_QUEUE)),
        filters.flag("stuck", "Stuck", _stuck),
    )
    empty = Empty(
        "No certificates yet",
        "Certificates appear here as soon as records are imported: certdesk records import FILE. "
        "To look around first, load the demonstration data: certdesk demo load.",
    )

    def base_query(self) -> Select[Any]:
        """Give certificates with their learners."""
        return select(GeneratedCertificate).options(selectinload(GeneratedCertificate.learner))

    def searched(self, text: str) -> ColumnElement[bool]:
        """Find by learner, course or id."""
        return search.certificates_of(db.session(), text)

    def row(self, row: GeneratedCertificate) -> Row:
        """Give one line."""
        cells = [
            Cell(row.id, "strong"),
            _learner(row),
            Cell(row.course_id, "code"),
            Cell(row.status, "status"),
            Cell(row.mode),
            Cell(row.grade),
            Cell(row.created_at, "when"),
        ]
        return Row(f"Certificate {row.id} of {row.learner.username}", cells, self.row_url(row.id))

    def details(self, row: GeneratedCertificate) -> Details:
        """Give a certificate with its timeline."""
        return Details(
            heading=f"Certificate {row.id}",
            subtitle=f"{row.learner.name or row.learner.username}, {row.course_id}",
            back_url=self.list_url(),
            back_label="Certificates",
            status=Cell(row.status, "status"),
            alert=self._alert(row),
            groups=[self._whose(row), self._what(row), self._ids(row)],
            timeline=timeline_lines(timeline_of(db.session(), row.id)),
            links=[PageLink("Why, and what to do", explanation_url(row.learner.username, row.course_id))],
        )

    def _alert(self, row: GeneratedCertificate) -> Alert | None:
        if row.status is Status.ERROR:
            return Alert("error", "The certificate could not be made", row.error_reason or "The worker gave no reason.")
        settings: Settings = current_app.extensions["settings"]
        late = row.submitted_at and clock.now() - row.submitted_at > timedelta(minutes=settings.stuck_minutes)
        if row.awaits_queue and late:
            text = f"The queue took this job more than {settings.stuck_minutes} minutes ago. See the inbox for an answer that was refused."
            return Alert("warning", "No answer from the queue", text)
        return None

    def _whose(self, row: GeneratedCertificate) -> Group:
        return Group(
            "Whose",
            [
                Fact("Learner", name(row.learner.username, url_for("learners.details_view", id=row.learner_id))),
                Fact("E-mail", name(row.learner.email)),
                Fact("Name on the certificate", name(row.name), "As it was when the certificate was asked for"),
                Fact("Course", Cell(row.course_id, "code", url_for("courses.index_view", q=row.course_id))),
            ],
        )

    def _what(self, row: GeneratedCertificate) -> Group:
        facts = [
            Fact("Mode", Cell(row.mode)),
            Fact("Grade", Cell(row.grade), "The fraction reached when the status was set, not the letter"),
            Fact("Created", Cell(row.created_at, "when")),
            Fact("Changed", Cell(row.modified_at, "when")),
            Fact("Issued", Cell(row.issued_at, "when"), "First time it could be downloaded"),
            Fact("Taken by the queue", Cell(row.submitted_at, "when")),
        ]
        if row.date_override:
            facts.append(Fact("Date shown instead", Cell(row.date_override.date, "when"), row.date_override.reason))
        return Group("What", facts)

    def _ids(self, row: GeneratedCertificate) -> Group:
        former = db.session.scalars(
            select(FormerPublicId.verify_uuid).where(FormerPublicId.certificate_id == row.id).limit(20)
        ).all()
        settings: Settings = current_app.extensions["settings"]
        page = certificate_pages.find_url(db.session(), row, base_url=settings.base_url, now=clock.now())
        facts = [
            Fact("Certificate id", Cell(row.verify_uuid, "code"), "Stands in its public address"),
            *([Fact("Page", Cell(page, "link", page), "Anybody can open it")] if page else []),
            Fact("PDF", Cell(row.download_url, "link", row.download_url) if row.download_url else Cell("")),
            Fact("PDF folder", Cell(row.download_uuid, "code")),
        ]
        return Group("Ids and files", facts + [Fact("Former id", Cell(uuid, "code")) for uuid in former])


def _learner(row: GeneratedCertificate) -> Cell:
    url = url_for("learners.details_view", id=row.learner_id)
    return Cell(row.learner.username, url=url, hint=row.learner.email, dir_auto=True)


def _made_from(row: ExampleCertificate) -> Cell:
    return Cell("Web page" if row.rendered_here else row.template)


class ExampleView(DeskView):
    """Example certificates, by which it is tried whether those of a course run come out well."""

    model = ExampleCertificate
    endpoint_name, address = "examples", "/admin/examples/"
    heading = "Examples"
    lead = "Certificates made for nobody, to see that those of a course run will come out well."
    columns = ("Number", "Course", "Mode", "Status", "Template", "Made")
    order = (ExampleCertificate.id,)
    date_order = ()
    list_filters = (
        filters.course(ExampleCertificateSet.course_id),
        filters.enum_choice("status", "Status", ExampleCertificate.status, ExampleStatus, statuses.label_of),
    )
    empty = Empty(
        "No examples yet",
        "An example is made for each mode of a course run before its learners may ask for certificates.",
    )

    def base_query(self) -> Select[Any]:
        """Give examples with their sets."""
        return select(ExampleCertificate).join(ExampleCertificate.set).options(selectinload(ExampleCertificate.set))

    def row(self, row: ExampleCertificate) -> Row:
        """Give one line."""
        cells = [
            Cell(row.id, "strong"),
            Cell(row.set.course_id, "code"),
            Cell(row.description),
            Cell(row.status, "status"),
            _made_from(row),
            Cell(row.created_at, "when"),
        ]
        return Row(f"Example {row.id}", cells, self.row_url(row.id))

    def details(self, row: ExampleCertificate) -> Details:
        """Give an example with the answers that came for it."""
        failed = row.status is ExampleStatus.ERROR
        alert = (
            Alert("error", "The example could not be made", row.error_reason or "No reason was given.")
            if failed
            else None
        )
        return Details(
            heading=f"Example {row.id}",
            subtitle=f"{row.description}, {row.set.course_id}",
            back_url=self.list_url(),
            back_label="Examples",
            status=Cell(row.status, "status"),
            alert=alert,
            groups=[Group("Example", self._facts(row))],
            related=[] if row.rendered_here else [self._answers(row)],
        )

    def _facts(self, row: ExampleCertificate) -> list[Fact]:
        pdf = [] if row.rendered_here else [Fact("PDF", Cell(row.download_url or "", "link", row.download_url))]
        return [
            Fact("Course", Cell(row.set.course_id, "code")),
            Fact("Mode", Cell(row.description)),
            Fact("Name on it", name(row.full_name)),
            Fact("Template", _made_from(row)),
            *pdf,
            Fact("Error", Cell(row.error_reason or "")),
            Fact("Made", Cell(row.created_at, "when")),
            Fact("Changed", Cell(row.modified_at, "when")),
        ]

    def _answers(self, row: ExampleCertificate) -> dict[str, Any]:
        query = (
            select(CallbackInbox).where(CallbackInbox.example_id == row.id).order_by(CallbackInbox.id.desc()).limit(20)
        )
        rows = [
            Row(
                f"Delivery {answer.id}",
                [Cell(answer.id, "strong"), Cell(answer.outcome, "outcome"), Cell(answer.received_at, "when")],
                url_for("inbox.details_view", id=answer.id),
            )
            for answer in db.session.scalars(query)
        ]
        return related("XQueue's answers", ("Delivery", "Outcome", "Came in"), rows, "No answer has come in yet.")
