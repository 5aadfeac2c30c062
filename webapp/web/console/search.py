"""One search box for everything."""

from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from webapp.domain.roles import Permission
from webapp.models.base import db
from webapp.models.certificates import GeneratedCertificate
from webapp.models.courses import CourseRun
from webapp.models.learners import Learner
from webapp.services.certificates import search as finder
from webapp.web.auth import requires
from webapp.web.console.blueprint import bp

HINT = "A user name, e-mail address, name, course key, or the id or number of a certificate. The beginning is enough."


@bp.get("/search")
@requires(Permission.READ_DESK)
def search() -> ResponseReturnValue:
    """Show what a text leads to."""
    query = request.args.get("q", "").strip()[:255]
    found = finder.find_anything(db.session(), query)
    groups = [
        {"title": "Certificates", "rows": [_certificate(one) for one in found.certificates]},
        {"title": "Learners", "rows": [_learner(one) for one in found.learners]},
        {"title": "Courses", "rows": [_course(one) for one in found.courses]},
    ]
    results = {"query": query, "groups": [group for group in groups if group["rows"]], "hint": HINT}
    return render_template("console/search.html", results=results)


def _certificate(row: GeneratedCertificate) -> dict[str, Any]:
    return {
        "title": f"Certificate {row.id}",
        "subtitle": f"{row.learner.username}, {row.course_id}",
        "url": url_for("certificates.details_view", id=row.id),
        "status": row.status,
    }


def _learner(row: Learner) -> dict[str, Any]:
    url = url_for("learners.details_view", id=row.id)
    return {"title": row.name or row.username, "subtitle": f"{row.username}, {row.email}", "url": url, "status": None}


def _course(row: CourseRun) -> dict[str, Any]:
    return {
        "title": row.title,
        "subtitle": row.course_id,
        "url": url_for("courses.details_view", id=row.id),
        "status": None,
    }
