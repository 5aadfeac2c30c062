"""How does a list lie at an address like any page, and lead to pages that are not of Flask-Admin's making?"""

from flask import Blueprint
from flask_admin import Admin

from webapp.web.admin.lists.exported import Exported


class Elsewhere(Exported):
    """A list at an address without a slash at its end, whose rows have pages of their own elsewhere: see `row_url`."""

    def create_blueprint(self, admin: Admin) -> Blueprint:
        """Make the doors, without that of Flask-Admin's own page of a row."""
        doors = [door for door in self._urls if door[1] != "details_view"]
        self._urls = [("" if name == "index_view" else url, name, methods) for url, name, methods in doors]
        return super().create_blueprint(admin)
