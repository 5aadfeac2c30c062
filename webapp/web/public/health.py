"""Is the service alive, and can it do its work?"""

from flask import Blueprint, Flask, current_app
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError

from webapp.models.base import db
from webapp.ports import Ports
from webapp.services.installation import schema
from webapp.web.auth import public

bp = Blueprint("health", __name__)


def init_app(app: Flask) -> None:
    """Open the doors for operators."""
    app.register_blueprint(bp)


@bp.get("/healthz")
@public("operators and load balancers ask without signing in")
def healthz() -> ResponseReturnValue:
    """Say that this process answers; asks nothing else."""
    return {"status": "ok"}


@bp.get("/readyz")
@public("operators and load balancers ask without signing in")
def readyz() -> ResponseReturnValue:
    """Say whether requests should come here: not while the server drains, nor without a database at this version's schema, nor on a full disk."""
    drain = current_app.extensions.get(
        "drain"
    )  # of a server that stops in good order; other servers have their own ways
    if drain is not None and drain.begun:
        return {"status": "draining"}, 503
    try:
        serves = schema.serves(db.session())
    except SQLAlchemyError:
        return {"status": "unavailable", "database": "cannot be reached"}, 503
    if not serves:
        return {"status": "unavailable", "database": "needs `certdesk db upgrade`"}, 503
    ports: Ports = current_app.extensions["ports"]
    full = ports.disk.full()
    if full is not None:
        return {"status": "unavailable", "database": "ok", "disk": f"too little room for {full}"}, 503
    return {"status": "ready", "database": "ok", "disk": "ok"}
