"""The one blueprint that the console's pages hang on."""

from flask import Blueprint

bp = Blueprint("console", __name__)
