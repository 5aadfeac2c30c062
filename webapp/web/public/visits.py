"""Which requests are visits of the public pages?"""

from flask import Blueprint, current_app, request

from webapp import clock
from webapp.ports import VisitCounter
from webapp.services.visits import agent_of


def count_visits(bp: Blueprint) -> None:
    """Have each visit of a blueprint's pages counted by its User-Agent, people and crawlers alike (decision 41).

    A visit is a GET or HEAD that reaches one of the pages, whatever the answer: a certificate, a redirect from a former
    id, 410, 404 for an id that is nobody's, 503; one without a User-Agent counts for the empty text. None of these is:
    XQueue's callbacks, health checks, static files, staff's pages and the API, which belong to other blueprints;
    a path or method that no page has; a page that a cache in front of us answers.
    """
    bp.before_request(_count)


def _count() -> None:
    if request.method in ("GET", "HEAD"):
        visits: VisitCounter = current_app.extensions["ports"].visits
        visits.count(agent_of(request.headers.get("User-Agent", "")), clock.now())
