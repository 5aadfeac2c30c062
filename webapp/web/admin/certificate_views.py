"""The list of certificates."""

from collections.abc import Sequence
from datetime import timedelta

from flask import url_for
from markupsafe import Markup
from sqlalchemy import ColumnElement, and_, exists, select

from webapp import clock
from webapp.domain.certificates import statuses
from webapp.domain.certificates.modes import Mode
from webapp.domain.certificates.statuses import Status
from webapp.models.base import db
from webapp.models.certificates import NOT_ISSUED, WITH_QUEUE, FormerPublicId, GeneratedCertificate
from webapp.models.learners import Learner
from webapp.services import certificate_pages
from webapp.services.certificates import overview, search
from webapp.services.certificates.timeline import timeline_of
from webapp.services.messages.submissions import is_stuck
from webapp.services.visits import evidence
from webapp.web import cells, installation
from webapp.web.addresses import course_url, explanation_url, row_url
from webapp.web.admin import filters
from webapp.web.admin.badges.award_view import badge_facts
from webapp.web.admin.desk_view import Details, Empty, Listed, Search, Shown, of_learner
from webapp.web.admin.lists.chosen import Choosable
from webapp.web.cells import Row
from webapp.web.details import Alert, Fact, Group, PageLink, copied_fact, day_shown, timeline_lines
from webapp.wording import joined, phrase, phrase_of

MODE_WORDS = {mode.value: mode.value for mode in Mode}


def _stuck() -> ColumnElement[bool]:
    """In flight for longer than the setting allows (decision 40: the clock starts when the queue took the job)."""
    settings = installation.settings()
    return is_stuck(clock.now() - timedelta(minutes=settings.stuck_minutes))


def _with_status(value: str) -> ColumnElement[bool]:
    if value not in set(Status):
        raise filters.NotUnderstood(phrase("Status: “{value}” is not one of the choices", value=value[:40]))
    found = GeneratedCertificate.status == Status(value)
    return found if value == Status.DOWNLOADABLE else and_(found, NOT_ISSUED)


def _held_by(learners: Sequence[int]) -> ColumnElement[bool]:
    return search.held_by(db.session(), GeneratedCertificate, learners)


STATUS_WORDS = tuple((status.value, statuses.label_of(status)) for status in Status)


class CertificateView(Choosable):
    """What learners hold, and how it came to that."""

    model = GeneratedCertificate
    endpoint_name, address = "certificates", "/admin/certificates/"
    heading = phrase("Certificates")
    lead = phrase("What each learner holds in each course run.")
    columns = (
        phrase("Number"),
        phrase("Learner"),
        phrase("Course"),
        phrase("Status"),
        phrase("Mode"),
        phrase("Grade"),
        phrase("Created"),
    )
    more_columns = (
        phrase("Name"),
        phrase("Issued"),
        phrase("Changed"),
        phrase("With the queue since"),
        phrase("Certificate id"),
        phrase("Reason"),
    )
    order = (GeneratedCertificate.id,)
    date_order = (GeneratedCertificate.created_at, GeneratedCertificate.id)
    search = Search(phrase("Search certificates"), phrase("User name, e-mail, name, course key or certificate id"))
    list_filters = (
        filters.Filter("status", phrase("Status"), "choice", _with_status, STATUS_WORDS),
        filters.choice("mode", phrase("Mode"), GeneratedCertificate.mode, MODE_WORDS),
        filters.course(GeneratedCertificate.course_id),
        filters.text("learner", phrase("Learner"), lambda text: _held_by(search.learner_ids(db.session(), text))),
        filters.text("email", phrase("E-mail"), lambda text: _held_by(search.learner_ids_by_email(db.session(), text))),
        *filters.dates("created", phrase("Created"), GeneratedCertificate.created_at),
        filters.flag("waiting", phrase("With the queue"), lambda: and_(WITH_QUEUE)),
        filters.flag("unsent", phrase("Not sent yet"), overview.is_unsent),
        filters.flag("stuck", phrase("Stuck"), _stuck),
    )
    empty = Empty(
        phrase("No certificates yet"),
        phrase(
            "Certificates appear here as soon as records are imported: certdesk records import FILE. "
            "To look around first, load the demonstration data: certdesk demo load."
        ),
    )

    def base_query(self) -> Shown:
        """Give certificates with their learners."""
        certificate = GeneratedCertificate
        return select(
            certificate.id,
            certificate.learner_id,
            certificate.course_id,
            certificate.status,
            certificate.mode,
            certificate.grade,
            certificate.created_at,
            *(certificate.name, certificate.issued_at, certificate.modified_at, certificate.submitted_at),
            *(certificate.verify_uuid, certificate.error_reason),
            of_learner(Learner.username, certificate.learner_id),
            of_learner(Learner.email, certificate.learner_id),
        )

    def searched(self, text: str) -> ColumnElement[bool]:
        """Find by learner, course or id."""
        return search.certificates_of(db.session(), text)

    def row(self, row: Listed) -> Row:
        """Draw one row."""
        return Row(
            [
                cells.strong(row.id),
                cells.name(row.username, row_url("learners", row.learner_id), row.email),
                cells.linked(cells.code(row.course_id), course_url(row.course_id)),
                cells.status(row.status),
                cells.plain(row.mode),
                cells.plain(row.grade),
                cells.when(row.created_at),
            ],
            self.row_url(row.id),
        )

    def more_cells(self, row: Listed) -> list[Markup]:
        """Draw the name on it, its moments, its public id, and why it failed."""
        moments = map(cells.when, (row.issued_at, row.modified_at, row.submitted_at))
        return [cells.name(row.name), *moments, cells.code(row.verify_uuid), cells.plain(row.error_reason)]

    def details(self, row: GeneratedCertificate) -> Details:
        """Give a certificate with its timeline."""
        return Details(
            heading=phrase("Certificate {number}", number=row.id),
            subtitle=joined((row.learner.name or row.learner.username, row.course_id)),
            back_url=self.list_url(),
            back_label=phrase("Certificates"),
            status=cells.status(row.status),
            alert=self._alert(row),
            groups=[self._whose(row), self._what(row), self._ids(row)],
            timeline=timeline_lines(timeline_of(db.session(), row.id)),
            links=[PageLink(phrase("Why, and what to do"), explanation_url(row.learner.username, row.course_id))],
        )

    def _alert(self, row: GeneratedCertificate) -> Alert | None:
        if row.status is Status.ERROR:
            return Alert(
                "error",
                phrase("The certificate could not be made"),
                row.error_reason or phrase("The worker gave no reason."),
            )
        if row.awaits_queue and db.session().scalar(
            select(exists().where(GeneratedCertificate.id == row.id, _stuck()))
        ):
            settings = installation.settings()
            text = phrase(
                "The queue took this job more than {number} minutes ago. See the inbox for an answer that was refused.",
                number=settings.stuck_minutes,
            )
            return Alert("warning", phrase("No answer from the queue"), text)
        return None

    def _whose(self, row: GeneratedCertificate) -> Group:
        return Group(
            phrase("Whose"),
            [
                Fact(phrase("Learner"), cells.name(row.learner.username, row_url("learners", row.learner_id))),
                Fact(phrase("E-mail"), cells.name(row.learner.email)),
                Fact(
                    phrase("Name on the certificate"),
                    cells.name(row.name),
                    phrase("As it was when the certificate was asked for"),
                ),
                copied_fact(phrase("Course"), row.course_id, url=url_for("courses.index_view", q=row.course_id)),
            ],
        )

    def _what(self, row: GeneratedCertificate) -> Group:
        facts = [
            Fact(phrase("Mode"), cells.plain(row.mode)),
            Fact(
                phrase("Grade"),
                cells.plain(row.grade),
                phrase("The fraction reached when the status was set, not the letter"),
            ),
            Fact(phrase("Created"), cells.when(row.created_at)),
            Fact(phrase("Changed"), cells.when(row.modified_at)),
            Fact(phrase("Issued"), cells.when(row.issued_at), phrase("First time it could be downloaded")),
            Fact(phrase("Taken by the queue"), cells.when(row.submitted_at)),
        ]
        if row.date_override:
            facts.append(day_shown(row.date_override))
        return Group(phrase("What"), facts)

    def _ids(self, row: GeneratedCertificate) -> Group:
        former = db.session.scalars(
            select(FormerPublicId.verify_uuid).where(FormerPublicId.certificate_id == row.id).limit(20)
        ).all()
        settings = installation.settings()
        page = certificate_pages.find_url(db.session(), row, base_url=settings.base_url, now=clock.now())
        facts = [
            copied_fact(phrase("Certificate id"), row.verify_uuid, phrase("Stands in its public address")),
            *([Fact(phrase("Page"), cells.link(page, page), phrase("Anybody can open it"))] if page else []),
            Fact("PDF", cells.link(row.download_url, row.download_url) if row.download_url else cells.nothing()),
            copied_fact(phrase("PDF folder"), row.download_uuid),
            *badge_facts(row.id),
            *_attention(row),
        ]
        return Group(phrase("Ids and files"), facts + [copied_fact(phrase("Former id"), uuid) for uuid in former])


def _attention(row: GeneratedCertificate) -> list[Fact]:
    """Say how often others looked at its page and passed it on; crawlers do not count."""
    found = evidence.attention_of(db.session(), row.id)
    if not found.visits and not found.shares:
        return []
    visits, shares = (phrase_of(number, "{number} time", "{number} times") for number in (found.visits, found.shares))
    return [
        Fact(
            phrase("Page seen"),
            cells.plain(phrase("{visits} by others", visits=visits)),
            phrase("Neither crawlers nor the learner count"),
        ),
        Fact(phrase("Last seen"), cells.when(found.last_visit_at)),
        Fact(phrase("Passed on"), cells.plain(shares)),
    ]
