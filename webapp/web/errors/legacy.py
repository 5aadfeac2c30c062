"""What do the platform's own clients hear whose request cannot be honoured? One text under each name they look for."""

import json
import re
from collections.abc import Mapping

import msgspec
from flask import Response, request
from werkzeug.exceptions import HTTPException

from webapp.web.errors.problems import CODES, DETAILS, Refused

PLACES = re.compile(
    r"/certificates/(?:search|generate|regenerate)|/courses/.+/generate_user_cert"
    r"|/api/(?:certificates/v0|instructor/v2)/.*",
    re.DOTALL,
)
"""The addresses of `webapp/web/api/compat/` (interface §5)."""
FORM_TOKEN = "Send X-CSRFToken with what GET /csrf/api/v1/token gives in this session."  # noqa: S105 - words
REGENERATING_FAILED = "An unexpected error occurred while regenerating certificates."  # domain note §8.2


class Refusal(msgspec.Struct, frozen=True):
    """Why a request was refused, under each name that a client looks for; a field that is wrong stands beside them."""

    error: str
    """Why, in words."""
    message: str
    """The same again."""
    detail: str
    """The same again."""


def wanted() -> bool:
    """Say whether one of the platform's own clients asks."""
    return PLACES.fullmatch(request.path) is not None


def answer(status: int, text: str, *, code: str = "", headers: Mapping[str, str] | None = None) -> Response:
    """Give the answer: some clients read `error`, some `message`, some `detail` (ecosystem note §6)."""
    said = {"error": text, "message": text, "detail": text, **({"code": code} if code else {})}
    response = Response(json.dumps(said), status, mimetype="application/json")
    response.headers.update(headers or {})
    return response


def failed() -> Response:
    """Give the answer to what went wrong on our side."""
    if request.path == "/certificates/regenerate":
        return Response(REGENERATING_FAILED, 500, mimetype="text/plain")
    return answer(500, "Something went wrong on our side.", code="failed")


def of_http_error(error: HTTPException) -> Response:
    """Tell what the framework, or a door of ours, refused."""
    status = error.code or 500
    if isinstance(error, Refused):
        return answer(status, str(error.description), code=error.problem_code, headers=error.headers)
    headers = {name: value for name, value in error.get_headers() if name in ("Allow", "Retry-After")}
    text = DETAILS.get(status) or error.description or error.name
    return answer(status, text, code=CODES.get(status, "bad_request" if status < 500 else "failed"), headers=headers)
