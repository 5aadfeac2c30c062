"""Is a visit a crawler's? For any other service that would like to know (decision 33)."""

import msgspec
from flask import Response, current_app

from webapp.domain.configs import crawlers
from webapp.domain.configs.kinds import Kind
from webapp.services.configs.current import Current
from webapp.web.api.blueprint import answer, bp, tells
from webapp.web.api.lists import LONGEST_AGENT, Asked
from webapp.web.auth import public

FILTERS = {"user_agent": "The User-Agent of the visit, letter for letter."}


class CrawlerVerdict(msgspec.Struct, frozen=True):
    """Whether a visit is a crawler's, by which known agent, and by which version of the list."""

    crawler: bool
    """Whether the visit is a crawler's."""
    matched: str | None
    """The known agent that the User-Agent begins with; null where there is none."""
    version: int
    """The number of the list's version: as long as it stays, so does the answer."""


@bp.get("/crawlers/check")
@public("the list keeps no secret, and whoever counts visits needs no account")
@tells(filters=FILTERS, needs=("user_agent",), gives={200: CrawlerVerdict})
def check_crawler() -> Response:
    """Say whether a visit with this User-Agent is a crawler's; the database is not asked.

    It is where the list is switched on and the User-Agent begins with one of its agents, case counting. A service that
    asks before it writes what a visit leaves may keep an answer for as long as `version` stays, and looks again within
    a minute by If-None-Match; where we do not answer, it takes the visit for a person's.
    """
    agent = Asked(FILTERS, longest=LONGEST_AGENT).needs("user_agent").given("user_agent") or ""
    current: Current = current_app.extensions["current"]
    version, known = current.numbered(Kind.CRAWLERS)
    assert known is not None, "every installation begins with one"
    matched = crawlers.find_match(known, agent)
    return answer(CrawlerVerdict(matched is not None, matched, version))
