"""Does a crawler ask? The one place where a request is compared with the live list (decisions 27, 33)."""

from flask import current_app, request

from webapp.domain.configs.crawlers import find_match
from webapp.domain.configs.kinds import Kind
from webapp.services.configs.current import Current
from webapp.services.visits.agents import text_of


def is_crawler() -> bool:
    """Say whether the request is a crawler's, by the whole of its User-Agent: one writes no learner state (decision 33)."""
    current: Current = current_app.extensions["current"]
    known = current.value(Kind.CRAWLERS)
    assert known is not None, "every installation begins with one"
    return find_match(known, text_of(request.headers.get("User-Agent", ""))) is not None
