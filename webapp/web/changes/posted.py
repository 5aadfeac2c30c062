"""What was typed into the forms of a change request's page?"""

import json
from datetime import UTC, datetime
from typing import Any

from flask import request

from webapp.domain.configs.payloads import NoJson, read_json
from webapp.errors import WebappError
from webapp.errors.governance import BadMoment, CautionsUnread, InvalidPayload, ReasonMissing
from webapp.models.governance.changes import ChangeRequest
from webapp.services.governance import words
from webapp.services.governance.terms import Edit
from webapp.wording import phrase, words_of

_MINUTE = "%Y-%m-%dT%H:%M"
CHOICE = "choice-"
"""Before the name of a field, for whose word counts where both sides changed it."""


def expected() -> str:
    """Give the tag of the page that was looked at; a page that names none is never the present one."""
    return request.form.get("expected", "")


def note() -> str:
    """Give what was said beside a move; raises ReasonMissing where it cannot be kept."""
    return words.checked_reason(request.form.get("note", ""), 0)


def text(name: str) -> str:
    """Give a field as it was typed."""
    return request.form.get(name, "")


def chosen() -> dict[str, str]:
    """Give whose word counts, by field."""
    return {name.removeprefix(CHOICE): said for name, said in request.form.items() if name.startswith(CHOICE)}


def confirmed() -> tuple[str, ...]:
    """Give the codes of the cautions that were ticked."""
    return tuple(request.form.getlist("confirmed"))


def moment(name: str) -> datetime | None:
    """Give a moment that was typed in UTC, None for none; raises BadMoment."""
    typed = text(name).strip()
    if not typed:
        return None
    try:
        found = datetime.fromisoformat(typed)
    except ValueError:
        raise BadMoment(phrase("Type the moment as 2026-09-30 14:00; it is in UTC.")) from None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found


def edit_of(change: ChangeRequest) -> Edit:
    """Give how a request shall be rewritten; raises InvalidPayload and BadMoment.

    The form shows minutes: a moment that stands there as it was shown is left as it is, seconds and all. It shows no box
    for what is confirmed already: without a tick that stays as it is, too.
    """
    shown = minute(change.apply_at)
    same = text("apply_at").strip() == shown
    return Edit(
        payload=None if change.payload is None else _payload(text("payload")),
        title=text("title"),
        reason=text("reason"),
        ask=text("ask"),
        confirmed=confirmed() or None,
        apply_at=None if same else moment("apply_at"),
        at_once=not text("apply_at").strip(),
    )


def fields_of(change: ChangeRequest, asked: str) -> dict[str, str]:
    """Give what stands in the form to begin with."""
    payload = "" if change.payload is None else pretty(json.loads(change.payload))
    return {
        "payload": payload,
        "title": change.title,
        "reason": change.reason,
        "ask": asked,
        "apply_at": minute(change.apply_at),
    }


def typed_fields() -> dict[str, str]:
    """Give what was typed into the form, to be shown again."""
    return {name: text(name) for name in ("payload", "title", "reason", "ask", "apply_at")}


def errors_of(problem: WebappError) -> dict[str, list[str]]:
    """Give which field of the form each part of a refusal belongs to; what belongs to none stands under ``."""
    if isinstance(problem, ReasonMissing):
        return {"reason": [words_of(problem)]}
    if isinstance(problem, BadMoment):
        return {"apply_at": [words_of(problem)]}
    if isinstance(problem, CautionsUnread):
        return {"confirmed": [said for _, said in problem.cautions]}
    if not isinstance(problem, InvalidPayload):
        return {"": [words_of(problem)]}
    found: dict[str, list[str]] = {}
    for field, reason in problem.problems:
        own = field in ("title", "ask")
        found.setdefault(field if own else "payload", []).append(
            phrase("{field}: {reason}", field=field, reason=reason) if field and not own else reason
        )
    return found


def minute(at: datetime | None) -> str:
    """Give a moment as a field of the form has it."""
    return "" if at is None else at.astimezone(UTC).strftime(_MINUTE)


def pretty(payload: object) -> str:
    """Write a payload as JSON that people can read and edit."""
    return json.dumps(payload, ensure_ascii=False, indent=2, sort_keys=True)


def _payload(typed: str) -> Any:  # noqa: ANN401 - JSON of any shape
    try:
        return read_json(typed)
    except NoJson as problem:
        raise InvalidPayload([("", phrase("Must be valid JSON. {problem}", problem=words_of(problem)))]) from None
