"""The one blueprint that the pages of changes hang on."""

from flask import Blueprint

bp = Blueprint("changes", __name__)
