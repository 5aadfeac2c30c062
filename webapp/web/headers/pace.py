"""How fast may somebody ask the API, and how do they learn how much of that is left?"""

import time

from flask import Flask, Response, current_app, g, request
from flask_login import current_user

from webapp.ports import Ports
from webapp.services.platform.visitors import PlatformVisitor
from webapp.services.sign_on.sessions import SignedIn
from webapp.services.tokens import Bearer
from webapp.web import installation
from webapp.web.auth import address, guard_of
from webapp.web.errors.problems import API, Refused

WINDOW_S = 60


def init_app(app: Flask) -> None:
    """Count what is asked of the API; to be called before the guards are put up, so that refused tokens count as well."""
    app.before_request(_count)
    app.after_request(_tell)


def _count() -> None:
    """Count one request; raises Refused, 429, once the window is used up.

    What is open to anybody, and asks no database, is not counted: services ask it about each of their own visits.
    """
    if not request.path.startswith(API) or request.endpoint is None or guard_of(request.endpoint) == "public":
        return
    settings = installation.settings()
    if current_user.is_authenticated:
        name, source, quota = "account", _source_of(current_user.signed_in), settings.api_account_limit
    else:
        name, source, quota = "address", f"address-{address()}", settings.api_address_limit
    if not quota:
        return
    ports: Ports = current_app.extensions["ports"]
    standing = ports.requests.take(source, quota, WINDOW_S, now=time.time())
    g.pace = (name, quota, standing)
    if standing.refused:
        raise Refused(
            429,
            "too_many_requests",
            f"More than {quota:,} requests in a minute; wait {standing.reset_s} seconds.",
            headers={"Retry-After": str(standing.reset_s)},
        )


def _source_of(somebody: SignedIn | Bearer | PlatformVisitor) -> str:
    if somebody.account_id is not None:
        return f"account-{somebody.account_id}"
    return f"platform-{somebody.name}"  # the platform vouches for them, and they have no account here


def _tell(answer: Response) -> Response:
    """Say how much is left, as draft-ietf-httpapi-ratelimit-headers-10 has it."""
    if "pace" in g:
        name, quota, standing = g.pace
        answer.headers["RateLimit-Policy"] = f'"{name}";q={quota};w={WINDOW_S}'
        answer.headers["RateLimit"] = f'"{name}";r={standing.left};t={standing.reset_s}'
    return answer
