"""Where does a page's script get the token that its writes must carry? At the platform's address, in its words (interface §5)."""

import json

from flask import Blueprint, Response
from flask_wtf.csrf import generate_csrf

from webapp.web.auth import public

bp = Blueprint("form_tokens", __name__)


@bp.get("/csrf/api/v1/token")
@public("a form token is worth nothing but in the session that it was made for")
def show() -> Response:
    """Give the form token of this session, and begin one where there is none."""
    return Response(json.dumps({"csrfToken": generate_csrf()}), mimetype="application/json")
