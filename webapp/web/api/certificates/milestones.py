"""Which learners have passed which course run? For prerequisites, and whatever else hangs on it (decision 46)."""

import msgspec
from flask import Response

from webapp.domain.roles import Permission, Scope
from webapp.models.base import db
from webapp.services.exports import lists
from webapp.services.exports.sources import Source
from webapp.web.api.blueprint import bp, tells
from webapp.web.api.bodies import Moment
from webapp.web.api.lists import LIST_FILTERS, Asked, exports, page_of
from webapp.web.auth import allows

FILTERS = {
    "username": "The learner's user name; case does not count.",
    "course_id": "The course run's key, in either spelling.",
    **LIST_FILTERS,
}


class Milestone(msgspec.Struct, frozen=True):
    """A learner passed a course run at this moment for the first time; `reason` is how it came to that."""

    username: str
    course_id: str
    fulfilled_at: Moment
    """When the learner passed it for the first time."""
    reason: str
    """How it came to that, in a word, such as `passed`, `allowlisted` or `import`."""


@bp.get("/milestones")
@allows(Permission.READ_DESK, Scope.CERTIFICATES_READ)
@tells(filters=FILTERS, gives={200: page_of(Milestone)})
def list_milestones() -> Response:
    """List who has passed which course run, what was written down last first; stays when a certificate is taken away."""
    asked = Asked(FILTERS)
    return asked.listed(db.session(), _wanted(asked))


@exports("/milestones", Permission.READ_DESK, Scope.CERTIFICATES_READ, FILTERS)
def export_milestones(asked: Asked) -> Source:
    """Take milestones elsewhere as {form}, what was written down last first; an event tells of this."""
    return _wanted(asked)


def _wanted(asked: Asked) -> Source:
    return lists.milestones(username=asked.text("username"), course_id=asked.course_id("course_id"))
