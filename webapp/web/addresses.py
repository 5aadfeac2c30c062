"""What may stand in an address, and at which ones do pages lie that others lead to?"""

from functools import lru_cache

from flask import Flask, request, url_for
from werkzeug.routing import BaseConverter, IntegerConverter, Map

from webapp.domain.identifiers import BIGGEST_ROW

_NOT_A_STEP = frozenset({".", ".."})


class RowConverter(IntegerConverter):
    """The number of a row; at a larger one there is nothing, and the database is not asked."""

    def __init__(self, map: Map) -> None:
        """Bound it by what a row can have."""
        super().__init__(map, max=BIGGEST_ROW)


class CourseConverter(BaseConverter):
    """A course key of either spelling, and no more of a path than that: what comes after it has rules of its own."""

    regex = "[^/]+|[^/+]+/[^/+]+/[^/+]+"
    part_isolating = False
    weight = 150


def init_app(app: Flask) -> None:
    """Tell what rules may name, before any of them does."""
    app.url_map.converters |= {"row": RowConverter, "course": CourseConverter}


def page_url(endpoint: str) -> str:
    """Give the address of a page that is there once; every page names dozens of those, so each is worked out once."""
    return _page_url(request.script_root, endpoint)


def row_url(list_name: str, number: int) -> str:
    """Give the address of the page of one row of a list."""
    return f"{page_url(f'{list_name}.details_view')}?id={number}"


def file_url(filename: str) -> str:
    """Give the address of a file that comes with the release."""
    return _file_url(request.script_root, filename)


def learner_url(username: str) -> str:
    """Give the address of a learner's page."""
    if not _fits_a_path(username):
        return url_for("support.lookup", username=username)
    return url_for("support.learner", username=username)


def explanation_url(username: str, course_id: str) -> str:
    """Give the address of the page that says why a learner has, or has not, a certificate in a course run."""
    if not _fits_a_path(username, *course_id.split("/")):
        return url_for("support.lookup", username=username, course_id=course_id)
    return url_for("support.explanation", username=username, course_id=course_id)


def course_url(course_id: str) -> str:
    """Give the address of a course run's page; lists name dozens of those."""
    return _course_url(request.script_root, course_id)


def change_url(change_id: int) -> str:
    """Give the address of the page of a change request."""
    return url_for("changes.show", change_id=change_id)


def _fits_a_path(*steps: str) -> bool:
    """Servers cut a path at slashes, whatever the browser sent, and browsers walk up at two dots."""
    return all("/" not in step and step not in _NOT_A_STEP and step.isprintable() for step in steps)


@lru_cache(maxsize=256)
def _page_url(_script_root: str, endpoint: str) -> str:
    return url_for(endpoint)


@lru_cache(maxsize=4096)
def _course_url(_script_root: str, course_id: str) -> str:
    return url_for("course.show", course_id=course_id)


@lru_cache(maxsize=256)
def _file_url(_script_root: str, filename: str) -> str:
    return url_for("static", filename=filename)
