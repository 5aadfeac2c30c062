"""The dead letters: events that could not be taken, and what staff do about them."""

import json
from collections.abc import Mapping
from typing import Any

from flask import current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_login import current_user
from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from webapp import clock
from webapp.domain.bus import letters as words
from webapp.domain.bus.incoming import Message, Unreadable
from webapp.domain.bus.letters import Closing, Taken, Why
from webapp.domain.certificates.modes import GenerationMode
from webapp.domain.roles import Permission
from webapp.errors import WebappError
from webapp.models.base import db, unit_of_work
from webapp.models.bus import DeadLetter
from webapp.models.bus.letters import OPEN
from webapp.ports import Ports
from webapp.ports.bus import BusFault
from webapp.services.bus import counting, letters, retrying
from webapp.services.bus.judging import terms_of
from webapp.services.generation.orders import order_of
from webapp.web import auth, cells, installation
from webapp.web.admin import filters
from webapp.web.admin.desk_view import Details, Empty, Listed, Shown
from webapp.web.admin.lists.exported import Exported
from webapp.web.auth import requires
from webapp.web.cells import Row
from webapp.web.details import Alert, Button, Fact, Group, LongText, copied_fact
from webapp.web.language import flash, tell
from webapp.wording import SPACE, joined, phrase, phrase_of, words_of

TONES: Mapping[Why, str] = {Why.UNREADABLE: "bad", Why.FAILED: "bad", Why.WAITING: "waiting"}
CLOSINGS: Mapping[Closing, str] = {Closing.APPLIED: phrase("Applied"), Closing.DISCARDED: phrase("Discarded")}
DISCARD = phrase("Why the event is not needed")
_LETTER = "/<row:letter_id>"


class LetterView(Exported):
    """What came in from the event bus and could not be taken."""

    model = DeadLetter
    endpoint_name, address = "letters", "/admin/dead-letters/"
    heading = phrase("Dead letters")
    lead = phrase("Events of the platform that could not be taken, as they came.")
    columns = (
        phrase("Event"),
        phrase("Came in"),
        phrase("Why"),
        phrase("Type"),
        phrase("Reason"),
        phrase("Dealt with"),
    )
    order = (DeadLetter.id,)
    date_order = ()
    list_filters = (
        filters.flag("waiting", phrase("Waiting for a look"), lambda: and_(OPEN)),
        filters.choice("why", phrase("Why"), DeadLetter.why, dict(words.LABELS)),
    )
    empty = Empty(
        phrase("No dead letter"),
        phrase(
            "An event that cannot be read, or cannot be applied in three tries, appears here, so that those behind it come through."
        ),
    )

    def lead_now(self) -> str:
        """Say how the taking of events stands, too."""
        return joined((self.lead, counting.read_standing(db.session()).in_words(clock.now())), SPACE)

    def base_query(self) -> Shown:
        """Give what a line shows; what an event says may be long."""
        one = DeadLetter
        return select(one.id, one.received_at, one.why, one.event_type, one.reason, one.closed_at, one.closed_by)

    def row(self, row: Listed) -> Row:
        """Draw one row."""
        return Row(
            [
                cells.strong(row.id),
                cells.when(row.received_at),
                cells.pill(TONES[row.why], words.LABELS[row.why]),
                cells.code(_short(row.event_type)),
                cells.plain(row.reason[:120]),
                cells.actor(row.closed_by) if row.closed_at else cells.plain(phrase("Waiting")),
            ],
            self.row_url(row.id),
        )

    def details(self, row: DeadLetter) -> Details:
        """Give an event as it came, with what can be done about it."""
        return Details(
            heading=phrase("Dead letter {number}", number=row.id),
            back_url=self.list_url(),
            back_label=phrase("Dead letters"),
            status=cells.pill("neutral", CLOSINGS[row.closing])
            if row.closing
            else cells.pill(TONES[row.why], words.LABELS[row.why]),
            alert=_alert(row),
            groups=[Group(phrase("Event"), _facts(row)), Group(phrase("Message"), _message_facts(row))],
            texts=_texts(row),
            actions=self._buttons(row),
        )

    @expose(f"{_LETTER}/retry", methods=("POST",))  # type: ignore[untyped-decorator]  # Flask-Admin
    @requires(Permission.HANDLE_DELIVERIES)
    def retry(self, letter_id: int) -> ResponseReturnValue:
        """Try an event once more."""
        settings = installation.settings()
        order = order_of(settings, auth.actor(), GenerationMode.EVENT)
        try:
            with Session(db.engine) as session:  # the registry may have to be asked: in no transaction that writes
                event = retrying.reopen(session, order, letter_id, _decode)
            with unit_of_work() as session:
                outcome, reason = retrying.try_again(session, order, event, terms=terms_of(settings))
        except (WebappError, BusFault) as problem:
            flash(words_of(problem), "error")
        else:
            if outcome is Taken.APPLIED:
                flash(phrase("The event was applied."), "success")
            elif outcome is Taken.OLDER:
                flash(
                    phrase("Something newer was told meanwhile: the event changes nothing, and is dealt with."),
                    "success",
                )
            else:
                flash(phrase("Not applied: {reason}", reason=reason), "warning")
        return redirect(self.row_url(letter_id))

    @expose(f"{_LETTER}/discard", methods=("POST",))  # type: ignore[untyped-decorator]  # Flask-Admin
    @requires(Permission.HANDLE_DELIVERIES)
    def discard(self, letter_id: int) -> ResponseReturnValue:
        """Give an event up."""
        try:
            with unit_of_work() as session:
                letters.discard(session, auth.actor(), letter_id, note=request.form.get("note", ""), now=clock.now())
        except WebappError as problem:
            flash(words_of(problem), "error")
        else:
            flash(phrase("Discarded: what the event said is deleted."), "success")
        return redirect(self.row_url(letter_id))

    def _buttons(self, row: DeadLetter) -> list[Button]:
        if row.closed_at is not None:
            return []
        role = None if current_user.may(Permission.HANDLE_DELIVERIES) else phrase("This needs the role support.")
        return [
            Button(
                phrase("Try again"),
                url_for("letters.retry", letter_id=row.id),
                "primary",
                disabled_reason=role or letters.why_not(row),
            ),
            Button(
                phrase("Discard"),
                url_for("letters.discard", letter_id=row.id),
                "danger",
                note_label=DISCARD,
                disabled_reason=role,
            ),
        ]


def _decode(message: Message) -> Mapping[str, Any]:
    ports: Ports = current_app.extensions["ports"]
    if ports.events is None:
        raise Unreadable("the value is Avro, and no Kafka with a schema registry is set here")
    return ports.events.decode(message)


def _short(event_type: str) -> str:
    return event_type.removeprefix("org.openedx.") or tell(phrase("(none)"))


def _alert(row: DeadLetter) -> Alert:
    if row.closing is None:
        return Alert("warning", words.LABELS[row.why], joined((words.EXPLANATIONS[row.why], row.reason), SPACE))
    return Alert(
        "info",
        phrase("{done} by {name}", done=CLOSINGS[row.closing], name=row.closed_by),
        row.note or phrase("What it said is not kept any more."),
    )


def _facts(row: DeadLetter) -> list[Fact]:
    return [
        copied_fact(phrase("Id"), row.event_id or None),
        copied_fact(phrase("Type"), row.event_type or None),
        Fact(phrase("Happened"), cells.when(row.occurred_at)),
        Fact(
            phrase("Tried"),
            cells.plain(phrase_of(row.tries, "Once", "{number} times")),
        ),
        Fact(
            phrase("Waits for learner"),
            cells.plain(None if row.waits_for is None else phrase("Number {number}", number=row.waits_for)),
        ),
    ]


def _message_facts(row: DeadLetter) -> list[Fact]:
    return [
        Fact(phrase("Came in"), cells.when(row.received_at)),
        Fact(phrase("Topic"), cells.code(row.topic)),
        Fact(phrase("Partition and offset"), cells.plain(f"{row.partition}, {row.offset}")),
    ]


def _texts(row: DeadLetter) -> list[LongText]:
    if row.closed_at is not None:
        return []
    headers = "\n".join(f"{name}: {'' if value is None else value}" for name, value in row.headers)
    if row.told is not None:
        value, form = json.dumps(row.told, indent=2, ensure_ascii=False), phrase("What the event says, decoded")
    else:
        value, form = _readable(row.value), phrase("The value as it came")
    return [
        LongText(phrase("Headers"), headers or phrase("(none)"), phrase("As they came")),
        LongText(phrase("Value"), value, form),
    ]


def _readable(value: bytes | None) -> str:
    """JSON set out on lines, a text as it came, anything else byte by byte."""
    if value is None:
        return phrase("(nothing was kept of it)")
    try:
        text = value.decode()
        return json.dumps(json.loads(text), indent=2, ensure_ascii=False)
    except UnicodeDecodeError:
        return value.hex(" ")
    except (ValueError, RecursionError):
        return text if text.isprintable() else value.hex(" ")
