"""The list of the audit: who did what, when and why; its check, and its ways out."""

import json
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from sqlalchemy import ColumnElement, select

from webapp.domain.audit_chain import Verdict, is_hash
from webapp.domain.roles import Permission
from webapp.models.audit import AuditEvent, any_text, known_moment
from webapp.models.base import db
from webapp.services import audit, audit_reading
from webapp.services.audit_words import ACTIONS, altered
from webapp.services.watching import chain
from webapp.web import cells
from webapp.web.addresses import change_url, page_url
from webapp.web.admin import filters
from webapp.web.admin.desk_view import DeskView, Details, Empty, Listed, Search, Shown
from webapp.web.auth import requires
from webapp.web.cells import Row
from webapp.web.details import Alert, Fact, Group, LongText, copied_fact
from webapp.wording import kept, phrase, phrase_of

HASH_LENGTH = 64
EXPORTED = {"action": "action", "actor": "actor", "kind": "kind", "key": "key", "request": "request_id"}
"""Filter of the list -> that of the export."""


class AuditView(DeskView):
    """Who did what."""

    model = AuditEvent
    guard = Permission.READ_AUDIT
    endpoint_name, address = "audit", "/audit"
    heading = phrase("Audit")
    lead = phrase("Who did what, when and why. Nothing here can be changed, by anybody.")
    columns = (phrase("Event"), phrase("When"), phrase("Who"), phrase("Did"), phrase("To"), phrase("Why"))
    order = (AuditEvent.seq,)
    search = Search(phrase("Search the audit"), phrase("A name, a key, a request or an event's number"))
    list_filters = (
        filters.choice("action", phrase("Act"), AuditEvent.action, ACTIONS),
        filters.actor("actor", phrase("Who"), AuditEvent.actor_name),
        filters.text("kind", phrase("Kind"), lambda text: AuditEvent.kind == text),
        filters.text("key", phrase("Of what"), lambda text: AuditEvent.key == text),
        filters.text("request", phrase("Request"), lambda text: AuditEvent.request_id == text),
        *filters.dates("at", phrase("When"), AuditEvent.at, ordered=False),
    )
    empty = Empty(phrase("Nothing has happened yet"), phrase("Every act in the product leaves an event here."))

    def page_links(self) -> list[tuple[str, str]]:
        """Lead to the chain's check, and to files of what the filters leave."""
        wanted = {ours: request.args.get(name, "").strip() for name, ours in EXPORTED.items()}
        wanted["actor"] = filters.name_of(wanted["actor"])
        wanted |= _moments(request.args.get("at_from", ""), request.args.get("at_to", ""))
        narrowed = urlencode({name: value for name, value in wanted.items() if value})
        return [
            (phrase("Check it"), page_url("audit.verify")),
            (phrase("Export CSV"), f"{page_url('api.export_csv')}?{narrowed}"),
            (phrase("Export JSON Lines"), f"{page_url('api.export_jsonl')}?{narrowed}"),
        ]

    @expose("/verify")  # type: ignore[untyped-decorator]  # Flask-Admin
    @requires(Permission.READ_AUDIT)
    def verify(self) -> ResponseReturnValue:
        """Check every event from the first on, and that the chain reaches a head printed earlier."""
        head = request.args.get("head", "").strip()[:HASH_LENGTH]
        is_one = is_hash(head)
        verdict = audit.verify(db.session(), head=head if is_one else None)
        last = chain.last_check(db.session())
        return render_template(
            "admin/verified.html",
            verdict=verdict,
            said=_said_of(verdict, asked=is_one),
            asked=head,
            mistyped=bool(head) and not is_one,
            last=last,
            last_said=altered(last.first_bad, kept(last.reason)) if last and last.first_bad else "",
            list_url=self.list_url(),
        )

    def show_page(self, **more: object) -> str:
        """Draw the page, and every event on it, whatever became of their texts."""
        with any_text(db.session()):
            return super().show_page(**more)

    def find_row(self, text: str) -> Any:  # noqa: ANN401 - as in every list
        """Give the event with that number or None, whatever became of its texts."""
        with any_text(db.session()):
            return super().find_row(text)

    def base_query(self) -> Shown:
        """Give what a line shows of an event."""
        event = AuditEvent
        return select(event.seq, event.at, event.actor_name, event.action, event.kind, event.key, event.reason)

    def searched(self, text: str) -> ColumnElement[bool]:
        """Find by who did it, what it was done to, the request, or the event's number, letter for letter."""
        return AuditEvent.seq.in_(audit_reading.find_by_word(db.session(), filters.name_of(text)))

    def row(self, row: Listed) -> Row:
        """Draw one row."""
        return Row(
            [
                cells.strong(row.seq),
                cells.when(known_moment(row.at)),
                cells.actor(row.actor_name),
                cells.plain(ACTIONS.get(row.action, row.action)),
                cells.name(f"{row.kind} {row.key}"),
                cells.name(row.reason),
            ],
            self.row_url(row.seq),
        )

    def details(self, row: AuditEvent) -> Details:
        """Give an event with all that it says."""
        facts = [
            Fact(phrase("When"), cells.when(known_moment(row.at))),
            Fact(phrase("Who"), cells.actor(row.actor_name)),
            Fact(phrase("Did"), cells.plain(ACTIONS.get(row.action, row.action))),
            Fact(phrase("To"), cells.name(f"{row.kind} {row.key}", self._subject_url(row))),
            Fact(phrase("Why"), cells.name(row.reason)),
            copied_fact(phrase("From"), row.ip),
            copied_fact(phrase("Request"), row.request_id, phrase("Events of one request belong together")),
            copied_fact(phrase("Hash"), row.hash, phrase("SHA-256 over the event before it and this one")),
        ]
        said = json.dumps(audit.details_of(row), indent=2, ensure_ascii=False)
        problem = audit.find_problem(row)
        return Details(
            heading=phrase("Event {number}", number=row.seq),
            back_url=self.list_url(),
            back_label=phrase("Audit"),
            alert=Alert("error", phrase("The audit was altered"), altered(row.seq, problem)) if problem else None,
            groups=[Group(phrase("Event"), facts)],
            texts=[LongText(phrase("Details"), said, phrase("What the act changed, as it was written down"))],
        )

    def _subject_url(self, row: AuditEvent) -> str | None:
        if isinstance(row.change_id, int):  # SQLite may hold anything
            return change_url(row.change_id)
        pages = {"certificate": "certificates", "delivery": "inbox", "example": "examples"}
        return (
            url_for(f"{pages[row.kind]}.details_view", id=row.key) if row.kind in pages and row.key.isdigit() else None
        )


def _said_of(verdict: Verdict, *, asked: bool) -> str:
    if not verdict.ok:
        return altered(verdict.first_bad, verdict.reason or "")
    if asked:
        return phrase_of(
            verdict.checked,
            "{number} events, all as they were written; the chain reaches the head that you gave.",
            "{number} events, all as they were written; the chain reaches the head that you gave.",
            number=verdict.checked,
        )
    return phrase_of(
        verdict.checked,
        "{number} events, all as they were written.",
        "{number} events, all as they were written.",
        number=verdict.checked,
    )


def _moments(first: str, last: str) -> dict[str, str]:
    """Give the span of days as moments; a day that is none narrows nothing, as the list says itself."""
    try:
        return {
            "from": f"{date.fromisoformat(first)}T00:00:00Z" if first else "",
            "to": f"{date.fromisoformat(last) + timedelta(days=1)}T00:00:00Z" if last else "",
        }
    except (ValueError, OverflowError):
        return {}
