"""Which requests are visits of the public pages, and which of them show a certificate to somebody else?"""

from flask import Blueprint, current_app, request

from webapp import clock
from webapp.domain.certificates.page.evidence import EvidenceVisit, Shown, network_of
from webapp.ports import VisitCounter
from webapp.services.visits.agents import agent_of
from webapp.web import auth
from webapp.web.crawlers import is_crawler


def count_visits(bp: Blueprint) -> None:
    """Have each visit of a blueprint's pages counted by its User-Agent, people and crawlers alike (decision 41).

    A visit is a GET or HEAD that reaches one of the pages, whatever the answer: a certificate, a redirect from a former
    id, 410, 404 for an id that is nobody's, 503; one without a User-Agent counts for the empty text. None of these is:
    XQueue's callbacks, health checks, static files, staff's pages and the API, which belong to other blueprints;
    a path or method that no page has; a page that a cache in front of us answers; one that the support page shows in its frame.
    """
    bp.before_request(_count)


def note_evidence(shown: Shown) -> None:
    """Remember that a person who is not its owner looked at a certificate; who is not signed in is not (domain note §6)."""
    if request.method != "GET" or _in_our_frame() or is_crawler() or auth.find_visiting_learner() == shown.learner_id:
        return
    network, by_badge = network_of(request.headers.get("Referer", "")), "evidence_visit" in request.args
    _visits().see(EvidenceVisit(shown, clock.now(), network, by_badge))


def _count() -> None:
    if request.method in ("GET", "HEAD") and not _in_our_frame():
        _visits().count(agent_of(request.headers.get("User-Agent", "")), clock.now())


def _in_our_frame() -> bool:
    """Say whether staff look at a page in the frame of ours: nobody came to see it.

    Other sites may frame one page alone, that which is made for them, and who looks at it there is a visitor. A browser
    that does not say what it loads a page into says from where: our pages let it, and the support pages are the only
    ones of ours with such a frame.
    """
    into = request.headers.get("Sec-Fetch-Dest")
    if into is not None:
        return into in ("iframe", "frame") and request.headers.get("Sec-Fetch-Site", "same-origin") == "same-origin"
    referer = request.headers.get("Referer", "")
    # To tell our own host takes longer than to see that nothing is to be compared with it.
    return "/learners/" in referer and referer.startswith(f"{request.host_url}learners/")


def _visits() -> VisitCounter:
    visits: VisitCounter = current_app.extensions["ports"].visits
    return visits
