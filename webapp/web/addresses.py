"""At which addresses do pages lie that others lead to?"""

from functools import lru_cache

from flask import request, url_for

_NOT_A_STEP = frozenset({".", ".."})


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
