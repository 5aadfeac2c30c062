"""The one blueprint that the pages of help hang on."""

from flask import Blueprint

bp = Blueprint("help", __name__)
