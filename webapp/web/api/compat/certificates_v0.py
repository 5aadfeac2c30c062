"""The platform's certificates API, version 0, as OAuth2 clients, portfolios and mobile apps ask it (C1, C2)."""

from flask import Response
from flask_login import current_user

from webapp import clock
from webapp.domain.certificates.statuses import Status
from webapp.domain.certificates.visibility import is_passing, page_url
from webapp.domain.identifiers import BadCourseId, organisation_of, parse_course_id
from webapp.domain.platform.claims import Claims
from webapp.domain.roles import Permission, Scope
from webapp.models.base import db
from webapp.models.certificates import GeneratedCertificate
from webapp.models.learners import Learner
from webapp.services.platform import holdings
from webapp.services.platform.visitors import PlatformVisitor
from webapp.web.api.blueprint import tells
from webapp.web.api.compat.blueprint import bp, iso, told
from webapp.web.api.compat.objects import HeldCertificate, MissingCertificate, PassedCertificate
from webapp.web.auth.guards import Door
from webapp.web.auth.platform import opens_to
from webapp.web.errors.problems import Refused
from webapp.web.installation import settings

NO_COURSE = "course_id_not_valid"
NO_CERTIFICATE = "no_certificate_for_user"
NO_CONFIGURATION = "no_certificate_configuration_for_course"


@bp.get("/api/certificates/v0/certificates/<string:username>/")
@opens_to(Door.SIGNED_IN, Scope.CERTIFICATES_READ)
@tells(gives={200: list[PassedCertificate]})
def list_of_learner(username: str) -> Response:
    """Give what a learner has passed and can show, the oldest first; all of it at once, as ever.

    What is invalidated is not among it.
    """
    claims = _let_see(username)
    found = holdings.list_viewable(db.session(), username, now=clock.now())
    return told(
        [
            {
                "username": username,
                "course_id": held.course_id,
                "course_display_name": course.title,
                "course_organization": organisation_of(parse_course_id(held.course_id)),
                "certificate_type": held.mode,
                "created_date": iso(held.created_at),
                "modified_date": iso(held.modified_at),
                "status": held.status.value,
                "is_passing": is_passing(held.status, invalidated=False),  # what passed and is void is not among it
                "download_url": _download_url(held),
                "grade": held.grade,
                "uuid": held.verify_uuid or None,
            }
            for held, course in found
            if _reaches(claims, held.course_id)
        ]
    )


@bp.get("/api/certificates/v0/certificates/<string:username>/courses/<path:course_id>/")
@opens_to(Door.SIGNED_IN, Scope.CERTIFICATES_READ)
@tells(gives={200: HeldCertificate, 404: MissingCertificate})
def show_of_course(username: str, course_id: str) -> Response:
    """Give what a learner holds in one course run; 404 with an `error_code` where there is nothing to give.

    There is nothing either where a status that counts as passed was invalidated.
    """
    claims = _let_see(username)
    try:
        key = parse_course_id(course_id)
    except BadCourseId:
        return _missing(NO_COURSE)
    if not _reaches(claims, key):
        raise Refused(403, "scope", "The token is not for courses of this organization.")
    found = holdings.find_in(db.session(), username, key, now=clock.now())
    if found is None:
        return _missing(NO_CERTIFICATE)
    held, course = found
    if holdings.lacks_configuration(held, course):
        return _missing(NO_CONFIGURATION)
    return told(
        {
            "username": username,
            "course_id": held.course_id,
            "certificate_type": held.mode,
            "created_date": iso(held.created_at),
            "status": held.status.value,
            "is_passing": is_passing(held.status, invalidated=False),  # what passed and is void is not among it
            "download_url": _download_url(held),
            "grade": held.grade,
        }
    )


def _let_see(username: str) -> Claims | None:
    """Let the learner pass, and staff; give what narrows a token of the platform. Raises Refused for all others alike."""
    signed_in = current_user.signed_in
    claims = signed_in.claims if isinstance(signed_in, PlatformVisitor) else None
    own = username == (claims.username if claims else _username_of(signed_in.learner_id))
    may = own or (current_user.may(Permission.READ_DESK) and not (claims and claims.only_own))
    if not may:
        raise Refused(403, "role", "These are another learner's certificates.")
    return claims


def _username_of(learner_id: int | None) -> str | None:
    learner = None if learner_id is None else db.session.get(Learner, learner_id)
    return None if learner is None else learner.username


def _reaches(claims: Claims | None, course_id: str) -> bool:
    return claims is None or claims.reaches(organisation_of(parse_course_id(course_id)))


def _missing(error_code: str) -> Response:
    return told({"error_code": error_code}, 404)


def _download_url(held: GeneratedCertificate) -> str | None:
    page = held.status is Status.DOWNLOADABLE and held.verify_uuid
    return held.download_url or (page_url(settings().base_url, held.verify_uuid) if page else None)
