"""One search box for everything."""

from typing import Any

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue

from webapp.domain.identifiers import folded
from webapp.domain.roles import Permission
from webapp.models.base import db
from webapp.models.certificates import GeneratedCertificate
from webapp.models.courses import CourseRun
from webapp.models.learners import Learner
from webapp.services.certificates import search as finder
from webapp.services.certificates.search import Found
from webapp.web.addresses import course_url, explanation_url, learner_url
from webapp.web.auth import requires
from webapp.web.console.blueprint import bp

HINT = (
    "A user name, e-mail address, name, course key, or the id or number of a certificate."
    " The beginning is enough, of a name that of any of its words."
)


@bp.get("/search")
@requires(Permission.READ_DESK)
def search() -> ResponseReturnValue:
    """Show what a text leads to; one that names a learner or a certificate, whole and no other, leads straight there."""
    query = request.args.get("q", "").strip()[:255]
    found = finder.find_anything(db.session(), query)
    named = _named(found, query)
    if named is not None:
        return redirect(named)
    groups = [
        {"title": "Certificates", "rows": [_certificate(one) for one in found.certificates]},
        {"title": "Learners", "rows": [_learner(one) for one in found.learners]},
        {"title": "Courses", "rows": [_course(one) for one in found.courses]},
    ]
    results = {"query": query, "groups": [group for group in groups if group["rows"]], "hint": HINT}
    return render_template("console/search.html", results=results)


def _named(found: Found, query: str) -> str | None:
    """Give where a text leads that leaves no choice: a list of one would cost support a click of their ten seconds.

    A mere beginning gives a list, however few begin so: who typed it may mean somebody who is not here.
    """
    if found.courses:
        return None
    if not found.learners and len(found.certificates) == 1:
        (certificate,) = found.certificates
        return explanation_url(certificate.learner.username, certificate.course_id)
    if len(found.learners) != 1:
        return None
    (learner,) = found.learners
    whole = folded(query) in (learner.username_folded, learner.email_folded)
    others = [one for one in found.certificates if one.learner_id != learner.id]
    return learner_url(learner.username) if whole and not others else None


def _certificate(row: GeneratedCertificate) -> dict[str, Any]:
    return {
        "title": f"Certificate {row.id}",
        "subtitle": f"{row.learner.username}, {row.course_id}",
        "url": explanation_url(row.learner.username, row.course_id),
        "status": row.status,
    }


def _learner(row: Learner) -> dict[str, Any]:
    return {
        "title": row.name or row.username,
        "subtitle": f"{row.username}, {row.email}",
        "url": learner_url(row.username),
        "status": None,
    }


def _course(row: CourseRun) -> dict[str, Any]:
    return {
        "title": row.title,
        "subtitle": row.course_id,
        "url": course_url(row.course_id),
        "status": None,
    }
