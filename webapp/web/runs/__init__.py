"""How far are the runs over whole course runs, and how are they begun, paused, resumed and ended?"""

from flask import Flask

from webapp.web.runs import acts, views
from webapp.web.runs.blueprint import bp

__all__ = ["acts", "views"]


def init_app(app: Flask) -> None:
    """Open the pages of runs."""
    app.register_blueprint(bp)
