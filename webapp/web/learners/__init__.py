"""Why has a learner no certificate, and what can support do about it?"""

from flask import Flask

from webapp.web.learners import acts, case_files, notes, views
from webapp.web.learners.blueprint import bp
from webapp.web.learners.erasing import page

__all__ = ["acts", "case_files", "notes", "page", "views"]


def init_app(app: Flask) -> None:
    """Open the support pages."""
    app.register_blueprint(bp)
