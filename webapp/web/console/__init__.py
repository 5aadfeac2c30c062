"""The pages that are no lists: sign-in, home, search."""

from flask import Flask

from webapp.web.console import asking, home, search, signin
from webapp.web.console.blueprint import bp
from webapp.web.console.sign_on import own_factor, own_tokens, provider, second_step, third_party

__all__ = ["asking", "home", "own_factor", "own_tokens", "provider", "search", "second_step", "signin", "third_party"]


def init_app(app: Flask) -> None:
    """Open the pages."""
    app.register_blueprint(bp)
