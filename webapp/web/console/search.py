"""One search box for everything: its page, and what is suggested while somebody types."""

from typing import Any

from flask import jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from webapp.domain.certificates.statuses import label_of
from webapp.domain.identifiers import folded
from webapp.domain.roles import Permission
from webapp.domain.searching.marking import parts_of
from webapp.domain.searching.typed import read_typed
from webapp.models.base import db
from webapp.services.certificates import search as finder
from webapp.services.certificates.search import ONE_MORE, SHORT_LIST, Found
from webapp.services.searching.similar import find_similar
from webapp.web.addresses import explanation_url, learner_url
from webapp.web.auth import requires
from webapp.web.cells import STATUS_TONES
from webapp.web.console.blueprint import bp
from webapp.web.console.hits import Hit, groups_of, short_groups_of
from webapp.web.language import tell
from webapp.wording import phrase

HINT = phrase(
    "A user name, e-mail address, name, course key, or the id or number of a certificate."
    " The beginning is enough; of a name, a learner’s or a course’s, that of any of its words."
)
LONGEST = 512
"""An address of a page with whatever a newsletter hung on it; the longest address of a person has 254."""
MOST_SUGGESTED = 5
"""Of each kind; fifteen at most, and a phone has room for them above its keyboard by scrolling."""


@bp.get("/search")
@requires(Permission.READ_DESK)
def search() -> ResponseReturnValue:
    """Show what a text leads to; one that names a learner or a certificate, whole and no other, leads straight there."""
    query = _query()
    found, similar = _find(query, ONE_MORE)
    named = None if similar else _named(found, query)
    if named is not None:
        return redirect(named)
    groups = short_groups_of(found, query, SHORT_LIST)
    results = {"query": query, "groups": groups, "similar": similar, "hint": HINT}
    return render_template("console/search.html", results=results)


@bp.get("/search/suggestions")
@requires(Permission.READ_DESK)
def suggest() -> ResponseReturnValue:
    """Give the script beneath the search box what the page of the search would show first, with what was typed marked.

    For our own pages alone, so no part of the programs' interface: it may change with them.
    """
    query = _query()
    found, similar = _find(query, MOST_SUGGESTED)
    marked = "" if similar else query
    groups = [
        {"title": tell(group.title), "rows": [_suggestion(hit, marked) for hit in group.rows]}
        for group in groups_of(found)
    ]
    return jsonify({"query": query, "similar": similar, "groups": groups, "all": url_for("console.search", q=query)})


def _query() -> str:
    return request.args.get("q", "").strip()[:LONGEST]


def _find(query: str, most: int) -> tuple[Found, bool]:
    """What a text leads to; where it leads nowhere, what is called nearly so, and that it is only that."""
    found = finder.find_anything(db.session(), query, most)
    if not query or not found.nothing:
        return found, False
    similar = find_similar(db.session(), query, min(most, SHORT_LIST))
    return similar, not similar.nothing


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
    whole = folded(read_typed(query).text) in (learner.username_folded, learner.email_folded)
    others = [one for one in found.certificates if one.learner_id != learner.id]
    return learner_url(learner.username) if whole and not others else None


def _suggestion(hit: Hit, typed: str) -> dict[str, Any]:
    """Give one suggestion; each of its texts in pieces, with whether somebody typed it."""
    status = (
        {"label": tell(label_of(hit.status)), "tone": STATUS_TONES.get(hit.status, "neutral")} if hit.status else None
    )
    return {"title": _pieces(tell(hit.title), typed), "subtitle": _pieces(hit.subtitle, typed), "url": hit.url, "status": status}  # fmt: skip


def _pieces(shown: str, typed: str) -> list[tuple[str, bool]]:
    return [(part.text, part.typed) for part in parts_of(shown, typed)]
