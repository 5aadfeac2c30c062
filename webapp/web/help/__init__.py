"""Help for staff: the first hour, the words of the field, and what pages are made of."""

from flask import Flask

from webapp.web.help import pages, tour
from webapp.web.help.blueprint import bp

__all__ = ["pages", "tour"]


def init_app(app: Flask) -> None:
    """Open the pages."""
    app.register_blueprint(bp)
