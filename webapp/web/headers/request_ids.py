"""By which id is one request found again in the answer, the logs, the inbox and the audit?"""

import re
import time

import structlog
from flask import Flask, Response, g, request

from webapp import clock
from webapp.settings import Settings
from webapp.web.auth.people import User

_ACCEPTED = re.compile(r"[A-Za-z0-9._-]{1,128}")
log = structlog.get_logger(__name__)


def init_app(app: Flask) -> None:
    """Give every request its id, and every answer the same; log each where that is wanted."""
    settings: Settings = app.extensions["settings"]
    app.before_request(_begin)
    if settings.log_requests:
        app.after_request(_log)
    app.after_request(_echo)


def _begin() -> None:
    offered = request.headers.get("X-Request-ID", "")
    g.request_id = offered if _ACCEPTED.fullmatch(offered) else clock.new_request_id()
    g.began = time.perf_counter()
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=g.request_id)


def _log(response: Response) -> Response:
    """Tell by which route and never by which path, which may name people; the account by its number, where it was asked for."""
    user = g.get("_login_user")
    log.info(
        "request.answered",
        method=request.method,
        route=request.url_rule.rule if request.url_rule is not None else "none",
        status=response.status_code,
        ms=round((time.perf_counter() - g.began) * 1_000, 1),
        account=user.signed_in.account_id if isinstance(user, User) else None,
    )
    return response


def _echo(response: Response) -> Response:
    response.headers["X-Request-ID"] = g.request_id
    return response
