"""What does a program get that asks for what cannot be had? A problem by RFC 9457, with a code that never changes."""

from collections.abc import Iterable, Mapping
from http import HTTPStatus
from math import ceil
from typing import Annotated

import msgspec
from flask import Response, g, request, url_for
from msgspec import Meta
from werkzeug.exceptions import HTTPException

from webapp.errors import KeyInFlight, WebappError
from webapp.errors.governance import (
    BadMoment,
    CautionsUnread,
    InvalidPayload,
    KeyNotTyped,
    MergeConflict,
    OpenRequest,
    ReasonMissing,
    RevisionMoved,
    Unchanged,
)

API = "/api/"
"""Below it programs ask: with a token instead of a session where they send one, and answered by problems instead of pages."""
MIME = "application/problem+json"
ROLE = "role"
"""The code of everything that an account's roles do not allow, at the door and inside."""
CODES = {
    400: "bad_request",
    403: ROLE,
    404: "not_found",
    405: "method_not_allowed",
    412: "precondition_failed",
    413: "too_large",
    415: "unsupported_media_type",
    428: "precondition_required",
    429: "too_many_requests",
}
"""Status -> code, of what the framework itself refuses."""
DETAILS = {
    403: "Your account does not have the role that this needs.",
    404: "There is nothing at this address.",
    405: "This address does not take requests of this kind.",
    413: "The request is larger than Certdesk takes.",
}
_LENGTH = 2_000


class Fault(msgspec.Struct, frozen=True, omit_defaults=True):
    """One thing that is wrong: where, as a path of names, and why; `code` where there is a word for it."""

    field: str
    """The path of names to it, with dots between them; empty: the whole body."""
    reason: str
    """What is wrong with it, in a sentence."""
    code: str = ""
    """A word for it that never changes, where there is one: of a warning, what `confirmed_warnings` has to list."""


class Problem(msgspec.Struct, frozen=True, omit_defaults=True):
    """Why a request was refused (RFC 9457)."""

    type: Annotated[str, Meta(description="A stable address of the code; nothing has to be there.")]
    title: str
    """The status in words."""
    status: int
    """The status of the answer."""
    detail: str
    """What is wrong, in a sentence for people."""
    instance: Annotated[str, Meta(description="The path that was asked for.")]
    code: Annotated[str, Meta(description="Stable; programs go by it.")]
    request_id: Annotated[str, Meta(description="Stands in the logs and the audit, too.")]
    errors: tuple[Fault, ...] = ()
    """Each field that is wrong, or each warning that was not read; none where it is about no field."""
    change: Annotated[str, Meta(description="The address of the change request that stands in the way.")] = ""


class Refused(HTTPException):
    """A request that is refused before any service hears of it: its status, code and words."""

    def __init__(
        self,
        status: int,
        code: str,
        detail: str,
        faults: Iterable[Fault] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """Keep what the answer says."""
        super().__init__(detail)
        self.code = status
        self.problem_code = code
        self.faults = tuple(faults)
        self.headers = dict(headers or {})


def wanted() -> bool:
    """Say whether a program asks, so that it gets a problem and no page."""
    return request.path.startswith(API)


def problem(
    status: int,
    code: str,
    detail: str,
    *,
    faults: Iterable[Fault] = (),
    change: str = "",
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Give the answer that says what is wrong."""
    said = Problem(
        type=f"urn:certdesk:problem:{code}",
        title=HTTPStatus(status).phrase,
        status=status,
        detail=_storable(detail[:_LENGTH]),
        instance=_storable(request.path[:_LENGTH]),
        code=code,
        request_id=g.get("request_id", ""),
        errors=tuple(Fault(_storable(one.field), _storable(one.reason), one.code) for one in faults),
        change=change,
    )
    text = msgspec.json.encode(said, enc_hook=str)
    answer = Response(text, status, mimetype=MIME)
    answer.headers.update(headers or {})
    return answer


def of_refusal(error: WebappError, status: int) -> Response:
    """Tell a refusal of ours, with each field that is wrong, and the change that stands in the way."""
    faults: list[Fault] = []
    change = ""
    match error:
        case InvalidPayload():
            faults = [Fault(field, reason) for field, reason in error.problems]
        case CautionsUnread():
            faults = [Fault("confirmed_warnings", text, code) for code, text in error.cautions]
        case MergeConflict():
            faults = [Fault(field, "Both sides changed it; choose live or proposed.") for field in error.fields]
        case Unchanged() | BadMoment() | ReasonMissing() | KeyNotTyped():
            faults = [Fault(_field_of(error), str(error))]
        case OpenRequest():
            change = url_for("api.show_change", change_id=error.change_id)
    headers = {"Link": f'<{change}>; rel="related"'} if change else {}
    if isinstance(error, RevisionMoved) and error.tag:
        headers["ETag"] = f'"{error.tag}"'
    if isinstance(error, KeyInFlight):
        headers["Retry-After"] = str(max(1, ceil(error.wait.total_seconds())))
    return problem(status, error.code, str(error), faults=faults, change=change, headers=headers)


def of_http_error(error: HTTPException) -> Response:
    """Tell what the framework, or a door of ours, refused."""
    status = error.code or 500
    if isinstance(error, Refused):
        return problem(status, error.problem_code, str(error.description), faults=error.faults, headers=error.headers)
    headers = {name: value for name, value in error.get_headers() if name in ("Allow", "Retry-After")}
    code = CODES.get(status, "bad_request" if status < 500 else "failed")
    detail = DETAILS.get(status) or HTTPStatus(status).description or HTTPStatus(status).phrase
    return problem(status, code, detail, headers=headers)


def _field_of(error: WebappError) -> str:
    """Name the field that a refusal is about, as the body that was sent names it."""
    of_move = request.method == "POST" and "/changes/" in request.path
    match error:
        case ReasonMissing():
            return "note" if of_move else "reason"
        case KeyNotTyped():
            return "key" if of_move else "typed_key"
        case BadMoment():
            return "until" if request.path.endswith("/freeze") else "apply_at"
    return "payload"


def _storable(text: str) -> str:
    """Give a text as JSON takes it: a path, and the name of a field, may hold half a surrogate pair."""
    return text.encode("utf-8", "replace").decode()
