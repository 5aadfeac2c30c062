"""By which id is one request found again in the answer, the logs, the inbox and the audit?"""

import re

import structlog
from flask import Flask, Response, g, request

from webapp import clock

_ACCEPTED = re.compile(r"[A-Za-z0-9._-]{1,128}")


def init_app(app: Flask) -> None:
    """Give every request its id, and every answer the same."""
    app.before_request(_begin)
    app.after_request(_echo)


def _begin() -> None:
    offered = request.headers.get("X-Request-ID", "")
    g.request_id = offered if _ACCEPTED.fullmatch(offered) else clock.new_request_id()
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=g.request_id)


def _echo(response: Response) -> Response:
    response.headers["X-Request-ID"] = g.request_id
    return response
