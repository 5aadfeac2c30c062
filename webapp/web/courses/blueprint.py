"""The one blueprint that the pages of course runs hang on; `courses` is the name of the list."""

from flask import Blueprint

bp = Blueprint("course", __name__)
