"""The support tools' learner page and its certificate dialog, frontend-app-support-tools (A1 to A3)."""

from typing import Any

from flask import Response, request
from werkzeug.exceptions import MethodNotAllowed

from webapp.domain.certificates.statuses import Status
from webapp.domain.certificates.visibility import is_passing, page_url
from webapp.domain.identifiers import CourseId
from webapp.domain.platform import support_answers as answers
from webapp.domain.platform.support_answers import SupportMistake
from webapp.domain.roles import Scope
from webapp.errors import AmbiguousLearner
from webapp.models.base import db, unit_of_work
from webapp.models.prepared import direct_line
from webapp.services.generation import acts
from webapp.services.platform import support
from webapp.services.platform.support import Found, Held
from webapp.web.api.blueprint import tells
from webapp.web.api.compat.blueprint import bp, iso, json_sent, ordered, text, told
from webapp.web.api.compat.objects import SupportCertificate, SupportSubject
from webapp.web.auth import public
from webapp.web.auth.guards import Door
from webapp.web.auth.platform import opens_to
from webapp.web.errors import legacy
from webapp.web.installation import settings

FILTERS = {
    "user": "The learner's user name or e-mail address; a space is taken for the plus that it was.",
    "course_id": "The course run's key, likewise; everywhere where it is not given.",
    "query": "As `user`, in the words of old: whom nobody knows holds nothing.",
}
DONE = "200"
"""What the platform answers with: its status, as a text (domain note §8.2)."""
OF_SEARCH = {400: (*answers.OF_SEARCH, AmbiguousLearner.WORDS)}
OF_SUBJECT = {400: (*answers.OF_SUBJECT, AmbiguousLearner.WORDS)}


@bp.get("/certificates/search")
@opens_to(Door.SUPPORT, Scope.CERTIFICATES_READ)
@tells(filters=FILTERS, gives={200: list[SupportCertificate], 400: "text/plain"}, words=OF_SEARCH)
def search() -> Response:
    """Give what a learner holds, in one course run or everywhere; of a course run in which they hold nothing, a row that says so.

    What is invalidated has not passed and leads nowhere, whatever its status.
    """
    sent = request.args
    of_old = "user" not in sent and bool(sent.get("query", "").strip())
    try:
        user = sent["query"] if of_old else sent.get("user", "")
        found = _search(user, sent.get("course_id", ""))
    except SupportMistake as mistake:
        return told([]) if of_old else text(str(mistake), 400)
    if found.course_id is not None and not found.certificates:
        return told([{"username": found.username, "course_key": found.course_id, "regenerate": False}])
    return told([_row(found.username, one) for one in found.certificates])


def _search(user: str, course_id: str) -> Found:
    """By the user name alone first, outside of any session: whatever else the tool may ask is rarer and takes longer."""
    if not course_id.strip():
        with direct_line() as line:
            by_name = support.search_by_name(line, user)
        if by_name is not None:
            return by_name
    return support.search(db.session(), user, course_id)


@bp.post("/certificates/generate")
@opens_to(Door.SUPPORT, Scope.CERTIFICATES_WRITE)
@tells(takes=SupportSubject, or_form=True, gives={200: "text/plain", 400: "text/plain"}, words=OF_SUBJECT)
def generate() -> Response:
    """Judge one learner, and make what they have earned; done at once (decision 24)."""
    return _carry_out(acts.generate)


@bp.post("/certificates/regenerate")
@opens_to(Door.SUPPORT, Scope.CERTIFICATES_WRITE)
@tells(
    takes=SupportSubject,
    or_form=True,
    gives={200: "text/plain", 400: "text/plain", 500: "text/plain"},
    words={**OF_SUBJECT, 500: (legacy.REGENERATING_FAILED,)},
)
def regenerate() -> Response:
    """Make a certificate anew under its link; an invalidation stays, and refuses it (interface §5)."""
    return _carry_out(acts.regenerate)


@bp.get("/certificates/generate")
@bp.get("/certificates/regenerate")
@public("it tells everybody alike that nothing is to be fetched here")
def not_fetched() -> Response:
    """Say 405 where the address would be taken for a certificate's."""
    raise MethodNotAllowed(valid_methods=["POST"])


def _carry_out(act: Any) -> Response:  # noqa: ANN401 - one of two services that are called alike
    sent = _sent()
    try:
        username, key = support.find_subject(db.session(), sent.get("username", ""), sent.get("course_key", ""))
    except SupportMistake as mistake:
        return text(str(mistake), 400)
    db.session.rollback()  # what was read is of before the write
    with unit_of_work() as session:
        act(session, ordered(), username, CourseId(key))
    return text(DONE)


def _sent() -> dict[str, str]:
    """Give the texts of a form of either kind, or of JSON."""
    said = json_sent() if request.is_json else request.form.to_dict()
    return {name: value for name, value in said.items() if isinstance(value, str)} if isinstance(said, dict) else {}


def _row(username: str, one: Held) -> dict[str, Any]:
    page = one.status is Status.DOWNLOADABLE and one.verify_uuid
    address = one.download_url or (page_url(settings().base_url, one.verify_uuid) if page else None)
    return {
        "username": username,
        "course_key": one.course_id,
        "type": one.mode,
        "status": one.status.value,
        "grade": one.grade,
        "created": iso(one.created_at),
        "modified": iso(one.modified_at),
        "download_url": None if one.invalidated else address,
        "is_passing": is_passing(one.status, invalidated=one.invalidated),
        "is_pdf_certificate": bool(one.download_url),
        "regenerate": not one.download_url,
    }
