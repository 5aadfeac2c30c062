"""Which door do programs use? Our own interface, version 1, below /api/v1 (interface §6)."""

from flask import Flask

from webapp.web.api import audit, compat, crawlers, docs, form_tokens, images
from webapp.web.api.blueprint import bp
from webapp.web.api.certificates import acts, certificates, explanations, milestones
from webapp.web.api.exceptions import allowlist, imports, invalidations
from webapp.web.api.governance import changes, configs, moves, versions
from webapp.web.auth import csrf

__all__ = [
    "acts",
    "allowlist",
    "audit",
    "certificates",
    "changes",
    "configs",
    "crawlers",
    "explanations",
    "images",
    "imports",
    "invalidations",
    "milestones",
    "moves",
    "versions",
]


def init_app(app: Flask) -> None:
    """Open the door for programs; the guard of each route looks at tokens, and at form tokens where there is a session."""
    csrf.exempt(bp)
    app.register_blueprint(bp)
    compat.init_app(app)
    app.register_blueprint(docs.bp)
    app.register_blueprint(form_tokens.bp)
