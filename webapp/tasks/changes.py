"""How do scheduled changes go live by themselves, and how do requests end that nobody touches, not without a warning?"""

from collections.abc import Callable, Sequence

from flask import Flask
from sqlalchemy.orm import Session

from webapp import clock
from webapp.adapters.certificate_page import render_certificate
from webapp.domain.actors import SCHEDULE_NAME, Actor
from webapp.models.base import db, unit_of_work
from webapp.services.governance import due
from webapp.services.governance.terms import Terms
from webapp.settings import Settings


def settle_changes(app: Flask) -> int:
    """Apply what is due, warn of and end what nobody touched, each in a transaction of its own; give how many that were."""
    settings: Settings = app.extensions["settings"]
    actor = Actor(SCHEDULE_NAME, request_id=clock.new_request_id())
    terms = Terms(actor, clock.now(), settings.base_url, render_certificate, dict(settings.approvals))
    steps = ((due.list_due, due.apply_due), (due.list_expiring, due.warn), (due.list_untouched, due.expire))
    return sum(_each(find, settle, terms) for find, settle in steps)


def _each(
    find: Callable[[Session, Terms], Sequence[int]], settle: Callable[[Session, Terms, int], bool], terms: Terms
) -> int:
    with Session(db.engine) as session:
        numbers = find(session, terms)
    settled = 0
    for number in numbers:
        with unit_of_work() as session:
            settled += settle(session, terms, number)
    return settled
