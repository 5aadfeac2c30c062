"""Help for staff: the first hour, the words of the field, and what pages are made of."""

from flask import Flask

from webapp.web.help import pages, tour
from webapp.web.help.blueprint import bp
from webapp.web.help.design import page as design
from webapp.web.help.glossary import page as glossary

__all__ = ["design", "glossary", "pages", "tour"]


def init_app(app: Flask) -> None:
    """Open the pages."""
    app.register_blueprint(bp)
