"""What would a change of configuration do, and how is it decided on?"""

from flask import Flask

from webapp.web.changes import acts, review, shown
from webapp.web.changes.blueprint import bp

__all__ = ["acts", "review", "shown"]


def init_app(app: Flask) -> None:
    """Open the pages of changes."""
    app.register_blueprint(bp)
