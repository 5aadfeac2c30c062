"""The page of a course run: what decides over its certificates, how many there are, and what its team and support can do."""

from flask import Flask

from webapp.web.courses import asked, exceptions, exports, runs, settings, views
from webapp.web.courses.blueprint import bp

__all__ = ["asked", "exceptions", "exports", "runs", "settings", "views"]


def init_app(app: Flask) -> None:
    """Open the pages of course runs."""
    app.register_blueprint(bp)
