"""What is somebody told of changes, have they read it, and do they want it by mail?"""

from flask import Flask

from webapp.web.notices import acts, views
from webapp.web.notices.blueprint import bp

__all__ = ["acts", "views"]


def init_app(app: Flask) -> None:
    """Open the page of notices."""
    app.register_blueprint(bp)
