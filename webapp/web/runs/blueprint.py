"""The one blueprint that the pages of runs hang on."""

from flask import Blueprint

bp = Blueprint("runs", __name__)
