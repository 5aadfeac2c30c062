"""The one blueprint that the page of notices hangs on."""

from flask import Blueprint

bp = Blueprint("notices", __name__)
