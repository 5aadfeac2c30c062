"""At which addresses do the support pages of a learner lie?"""

from flask import url_for

_NOT_A_STEP = frozenset({".", ".."})


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


def _fits_a_path(*steps: str) -> bool:
    """Servers cut a path at slashes, whatever the browser sent, and browsers walk up at two dots."""
    return all("/" not in step and step not in _NOT_A_STEP and step.isprintable() for step in steps)
