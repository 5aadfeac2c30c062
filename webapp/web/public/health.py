"""Is the service alive, and can it do its work?"""

from flask import Blueprint, Flask
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError

from webapp.models.base import db
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
    """Say whether the database answers and its schema is this version's; 503 where not."""
    try:
        at_head = schema.at_head(db.session())
    except SQLAlchemyError:
        return {"status": "unavailable", "database": "cannot be reached"}, 503
    if not at_head:
        return {"status": "unavailable", "database": "needs `certdesk db upgrade`"}, 503
    return {"status": "ready", "database": "ok"}
