"""Which changes of configuration wait, what would each of them do, and how is it decided on?"""

from flask import Flask

from webapp.web.changes import acts, freezing, queue, review, shown
from webapp.web.changes.blueprint import bp

__all__ = ["acts", "freezing", "queue", "review", "shown"]


def init_app(app: Flask) -> None:
    """Open the pages of changes."""
    app.register_blueprint(bp)
