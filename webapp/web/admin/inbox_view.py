"""The inbox: every delivery of XQueue, and what staff do about those that were refused."""

import json

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_login import current_user
from sqlalchemy import ColumnElement, and_, select

from webapp import clock
from webapp.domain.actors import words_for
from webapp.domain.queue import deliveries
from webapp.domain.queue.deliveries import NOTHING_TO_DO, REFUSED, Endpoint, Outcome
from webapp.domain.roles import Permission
from webapp.errors import WebappError
from webapp.models.base import db, unit_of_work
from webapp.models.messages import UNUSUAL, WAITING, CallbackInbox
from webapp.services.certificates import search
from webapp.services.following.moves import switches_of
from webapp.services.messages import inbox, retries
from webapp.web import auth, cells, installation
from webapp.web.addresses import course_url, row_url
from webapp.web.admin import filters
from webapp.web.admin.desk_view import Details, Empty, Listed, Search, Shown
from webapp.web.admin.lists.exported import Exported
from webapp.web.auth import requires
from webapp.web.cells import Row
from webapp.web.details import Alert, Button, Fact, Group, LongText, copied_fact
from webapp.web.language import flash
from webapp.wording import SPACE, joined, phrase, phrase_of, words_of

HELP = {
    Outcome.UNKNOWN_KEY: phrase(
        "If the certificate was imported since, apply the answer again. If a newer job replaced this one, close it."
    ),
    Outcome.INVALID_STATUS: phrase("See the certificate's timeline for what happened before this answer came."),
    Outcome.CONFLICT: phrase(
        "The first answer stands. If this file is the right one, have the certificate made again."
    ),
    Outcome.ID_TAKEN: phrase("The worker used one public id twice. Have the certificate made again."),
    Outcome.INVALID_BODY: phrase("XQueue sends such a body when it gives a job up. Have the certificate made again."),
    Outcome.UNREADABLE: phrase(
        "Nothing to apply. If it came from your own XQueue, look at what stands between it and Certdesk."
    ),
    Outcome.UNAUTHORIZED: phrase(
        "If it came from your own XQueue, set the same password there and here, then apply it again."
    ),
    Outcome.LIMITED: phrase("The address has sent too many bad answers. Apply it again if it is genuine."),
}
"""What to do about a refused delivery."""


def _with_outcome(value: str) -> ColumnElement[bool]:
    if value not in set(Outcome):
        raise filters.NotUnderstood(phrase("Outcome: “{value}” is not one of the choices", value=value[:40]))
    found = CallbackInbox.outcome == Outcome(value)
    return found if value == Outcome.APPLIED else and_(found, UNUSUAL)


OUTCOME_WORDS = tuple((outcome.value, word) for outcome, word in deliveries.LABELS.items())


class InboxView(Exported):
    """What came in from XQueue."""

    model = CallbackInbox
    endpoint_name, address = "inbox", "/admin/inbox/"
    heading = phrase("Inbox")
    lead = phrase("Every answer that XQueue delivered, good or bad, as it came.")
    columns = (
        phrase("Delivery"),
        phrase("Came in"),
        phrase("Outcome"),
        phrase("About"),
        phrase("Course"),
        phrase("Dealt with"),
    )
    order = (CallbackInbox.id,)
    date_order = (CallbackInbox.received_at, CallbackInbox.id)
    search = Search(phrase("Search the inbox"), phrase("User name of a learner, or a certificate id"))
    list_filters = (
        filters.flag("waiting", phrase("Waiting for a look"), lambda: and_(WAITING)),
        filters.Filter("outcome", phrase("Outcome"), "choice", _with_outcome, OUTCOME_WORDS),
        filters.choice(
            "kind",
            phrase("Kind"),
            CallbackInbox.endpoint,
            {Endpoint.CERTIFICATE: phrase("Certificate"), Endpoint.EXAMPLE: phrase("Example")},
        ),
        *filters.dates("received", phrase("Came in"), CallbackInbox.received_at),
    )
    empty = Empty(
        phrase("No delivery yet"),
        phrase("XQueue's answers appear here the moment they come in, to the address /update_certificate."),
    )

    def base_query(self) -> Shown:
        """Give what a line shows of a delivery; its texts may be long."""
        one = CallbackInbox
        about = (one.example_id, one.username, one.course_id, one.closed_by, one.closed_at)
        return select(one.id, one.received_at, one.outcome, *about)

    def searched(self, text: str) -> ColumnElement[bool]:
        """Find by learner or certificate."""
        return search.deliveries_of(db.session(), text)

    def row(self, row: Listed) -> Row:
        """Draw one row."""
        refused = row.outcome in REFUSED
        return Row(
            [
                cells.strong(row.id),
                cells.when(row.received_at),
                cells.outcome(row.outcome),
                cells.plain(phrase("Example {number}", number=row.example_id))
                if row.example_id
                else cells.name(row.username),
                cells.code(row.course_id),
                cells.name(phrase("Closed by {name}", name=words_for(row.closed_by)))
                if row.closed_at
                else cells.plain(phrase("Waiting") if refused else ""),
            ],
            self.row_url(row.id),
        )

    def details(self, row: CallbackInbox) -> Details:
        """Give a delivery as it came, with what can be done about it."""
        closed = row.closed_at is not None
        return Details(
            heading=phrase("Delivery {number}", number=row.id),
            back_url=self.list_url(),
            back_label=phrase("Inbox"),
            status=cells.outcome("closed" if closed else row.outcome),
            alert=self._alert(row),
            groups=[Group(phrase("Delivery"), self._facts(row)), Group(phrase("About"), self._about(row))],
            texts=[
                LongText(
                    phrase("Header"),
                    _readable(row.header),
                    phrase("The form field xqueue_header, as the queue sent it"),
                ),
                LongText(
                    phrase("Body"), _readable(row.body), phrase("The form field xqueue_body, as the worker wrote it")
                ),
            ],
            actions=self._buttons(row),
        )

    @expose("/<row:delivery_id>/apply", methods=("POST",))  # type: ignore[untyped-decorator]  # Flask-Admin
    @requires(Permission.HANDLE_DELIVERIES)
    def apply_again(self, delivery_id: int) -> ResponseReturnValue:
        """Apply a refused delivery once more."""
        switches, now = switches_of(installation.settings()), clock.now()
        try:
            with unit_of_work() as session:
                verdict = retries.apply_again(
                    session, auth.actor(), delivery_id, switches=switches, now=now, new_uuid=clock.new_uuid
                )
        except WebappError as problem:
            flash(words_of(problem), "error")
        else:
            if verdict.outcome in NOTHING_TO_DO:
                flash(phrase("The answer was applied."), "success")
            else:
                flash(phrase("Refused again: {why}", why=deliveries.EXPLANATIONS[verdict.outcome]), "warning")
        return redirect(self.row_url(delivery_id))

    @expose("/<row:delivery_id>/close", methods=("POST",))  # type: ignore[untyped-decorator]  # Flask-Admin
    @requires(Permission.HANDLE_DELIVERIES)
    def close(self, delivery_id: int) -> ResponseReturnValue:
        """Mark a refused delivery as looked at."""
        try:
            with unit_of_work() as session:
                inbox.close(session, auth.actor(), delivery_id, note=request.form.get("note", ""), now=clock.now())
        except WebappError as problem:
            flash(words_of(problem), "error")
        else:
            flash(phrase("Closed. It no longer waits for anybody; Reopen undoes this."), "success")
        return redirect(self.row_url(delivery_id))

    @expose("/<row:delivery_id>/reopen", methods=("POST",))  # type: ignore[untyped-decorator]  # Flask-Admin
    @requires(Permission.HANDLE_DELIVERIES)
    def reopen(self, delivery_id: int) -> ResponseReturnValue:
        """Undo close."""
        with unit_of_work() as session:
            inbox.reopen(session, auth.actor(), delivery_id, now=clock.now())
        flash(phrase("Reopened."), "success")
        return redirect(self.row_url(delivery_id))

    def _alert(self, row: CallbackInbox) -> Alert | None:
        if row.closed_at is not None:
            return Alert("info", phrase("Closed by {name}", name=words_for(row.closed_by)), row.note)
        if row.outcome not in REFUSED:
            return None
        text = joined((deliveries.EXPLANATIONS[row.outcome], HELP[row.outcome]), SPACE)
        return Alert("warning", deliveries.LABELS[row.outcome], text)

    def _facts(self, row: CallbackInbox) -> list[Fact]:
        return [
            Fact(phrase("Came in"), cells.when(row.received_at)),
            copied_fact(phrase("From"), row.address),
            Fact(
                phrase("Kind"),
                cells.plain(phrase("Example") if row.endpoint is Endpoint.EXAMPLE else phrase("Certificate")),
            ),
            Fact(phrase("Outcome"), cells.outcome(row.outcome)),
            Fact(
                phrase("XQueue was told"),
                cells.plain(row.content or phrase("Taken")),
                phrase("When it came in") if row.tries > 1 else None,
            ),
            Fact(
                phrase("Tried"),
                cells.plain(phrase_of(row.tries, "Once", "{number} times")),
            ),
            copied_fact(phrase("Request"), row.request_id, phrase("Find it in the logs and the audit by this")),
        ]

    def _about(self, row: CallbackInbox) -> list[Fact]:
        certificate = (
            cells.link(
                phrase("Certificate {number}", number=row.certificate_id),
                row_url("certificates", row.certificate_id),
            )
            if row.certificate_id
            else cells.plain(phrase("None found"))
        )
        if row.example_id:
            certificate = cells.link(
                phrase("Example {number}", number=row.example_id), row_url("examples", row.example_id)
            )
        return [
            Fact(phrase("Settles"), certificate),
            Fact(phrase("User name"), cells.name(row.username)),
            copied_fact(phrase("Course"), row.course_id, url=course_url(row.course_id) if row.matched else None),
            copied_fact(phrase("Key"), row.key),
        ]

    def _buttons(self, row: CallbackInbox) -> list[Button]:
        if row.outcome not in REFUSED:
            return []
        role = None if current_user.may(Permission.HANDLE_DELIVERIES) else phrase("This needs the role support.")
        if row.closed_at is not None:
            return [Button(phrase("Reopen"), url_for("inbox.reopen", delivery_id=row.id), disabled_reason=role)]
        apply_url = url_for("inbox.apply_again", delivery_id=row.id)
        close_url = url_for("inbox.close", delivery_id=row.id)
        return [
            Button(phrase("Apply again"), apply_url, "primary", disabled_reason=role or retries.why_not(row)),
            Button(phrase("Close"), close_url, note_label=phrase("Why nothing is to be done"), disabled_reason=role),
        ]


def _readable(text: str | None) -> str:
    """JSON set out on lines; anything else as it came."""
    if text is None:
        return phrase("(no such field came)")
    try:
        return json.dumps(json.loads(text), indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):
        return text
