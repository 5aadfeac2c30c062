"""How do scheduled changes go live by themselves, and how do requests end that nobody touches, not without a warning?"""

from collections.abc import Callable, Sequence

import structlog
from flask import Flask
from sqlalchemy.orm import Session

from webapp import clock
from webapp.adapters.certificate_page import render_certificate
from webapp.domain.actors import SCHEDULE_NAME, Actor
from webapp.models.base import db, unit_of_work
from webapp.services.governance import due
from webapp.services.governance.terms import Terms
from webapp.settings import Settings

log = structlog.get_logger(__name__)


def settle_changes(app: Flask) -> int:
    """Apply what is due, warn of and end what nobody touched, each in a transaction of its own; give how many that were.

    One that cannot be dealt with keeps back no other; raises what the last of them failed with when all had their turn.
    """
    settings: Settings = app.extensions["settings"]
    actor = Actor(SCHEDULE_NAME, request_id=clock.new_request_id())
    terms = Terms(actor, clock.now(), settings.base_url, render_certificate, dict(settings.approvals))
    steps = ((due.list_due, due.apply_due), (due.list_expiring, due.warn), (due.list_untouched, due.expire))
    failed: list[Exception] = []
    settled = sum(_each(find, settle, terms, failed) for find, settle in steps)
    if failed:
        raise failed[-1]
    return settled


def _each(
    find: Callable[[Session, Terms], Sequence[int]],
    settle: Callable[[Session, Terms, int], bool],
    terms: Terms,
    failed: list[Exception],
) -> int:
    with Session(db.engine) as session:
        numbers = find(session, terms)
    settled = 0
    for number in numbers:
        try:
            with unit_of_work() as session:
                settled += settle(session, terms, number)
        except Exception as problem:
            log.exception("change.not_settled", change=number)
            failed.append(problem)
    return settled
