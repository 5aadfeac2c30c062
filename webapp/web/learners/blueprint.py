"""The one blueprint that the support pages hang on; `learners` is the name of the list."""

from flask import Blueprint

bp = Blueprint("support", __name__)
