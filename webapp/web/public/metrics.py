"""How do whoever watches the service learn what it does (ecosystem note §6, interface §9)?"""

import hmac
import time

import structlog
from flask import Blueprint, Flask, Response, abort, current_app, g, request
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from webapp import clock
from webapp.models.base import db
from webapp.ports.caches import Numbers
from webapp.ports.meters import Meter, Reading
from webapp.services.caching.kept import Stores
from webapp.services.watching import readings
from webapp.settings import Settings
from webapp.web import installation
from webapp.web.auth import public

bp = Blueprint("metrics", __name__)
log = structlog.get_logger(__name__)
NO_ROUTE = "none"
TELL_CACHES_EVERY_S = 5


def init_app(app: Flask) -> None:
    """Open the door, and count requests; to be called first, so that all that is done for a request is counted."""
    app.register_blueprint(bp)
    settings: Settings = app.extensions["settings"]
    if settings.metrics:
        app.after_request(_Counting().count)


@bp.get("/metrics")
@public("whoever can reach it may look (interface §9), unless CERTDESK_METRICS_TOKEN says otherwise; it names nobody")
def show() -> Response:
    """Tell Prometheus what all processes of this server counted, and what the database says just now."""
    settings = installation.settings()
    if not settings.metrics:
        abort(404)
    if not _may_look(settings.metrics_token):
        return Response("a token is wanted\n", 401, {"WWW-Authenticate": "Bearer"}, mimetype="text/plain")
    meter: Meter = current_app.extensions["ports"].meter
    page, kind = meter.page(_read(settings))
    return Response(page, content_type=kind)


def _read(settings: Settings) -> list[Reading]:
    """Read the database; where that cannot be, say so, and tell the rest: that is when somebody watches closely."""
    try:
        with Session(db.engine) as session:
            found = readings.read_all(session, settings, now=clock.now())
    except SQLAlchemyError as problem:
        log.error("metrics.unread", problem=type(problem).__name__)
        found = []
    says = "Whether the database could be read for the numbers that it alone knows."
    return [*found, Reading("database_readable", says, float(bool(found)))]


def _may_look(token: str | None) -> bool:
    if token is None:
        return True
    offered = request.headers.get("Authorization", "")
    return hmac.compare_digest(offered.encode(), f"Bearer {token}".encode())


class _Counting:
    """Counts each request, and now and then what caches have counted, which is looked up for nobody's sake alone."""

    def __init__(self) -> None:
        self._caches_at = 0.0

    def count(self, answer: Response) -> Response:
        """Count one; an answer to what matches no route has none, whatever was asked for."""
        now = time.perf_counter()
        meter: Meter = current_app.extensions["ports"].meter
        route = request.url_rule.rule if request.url_rule is not None else NO_ROUTE
        meter.request(request.method, route, answer.status_code, now - g.began)
        if now >= self._caches_at:
            self._caches_at = now + TELL_CACHES_EVERY_S
            meter.looked_up(_caches())
        return answer


def _caches() -> list[Numbers]:
    """What is kept in this process; what all share would have to be asked for elsewhere."""
    stores: Stores = current_app.extensions["stores"]
    return [numbers for store in stores.known if not store.shared for numbers in store.numbers()]
