"""How are views of lists kept, changed, deleted and brought back?"""

from flask import Flask

from webapp.web.saved_views.acts import bp


def init_app(app: Flask) -> None:
    """Open the doors."""
    app.register_blueprint(bp)
