"""Who gets the badge that they waited for, once its image is there, and who has it issued by a badge server?"""

import structlog
from flask import Flask

from webapp import clock
from webapp.domain.actors import SCHEDULE_NAME, Actor
from webapp.domain.badges.server_messages import BadgeOrder, Issued
from webapp.models.base import unit_of_work
from webapp.ports import BadgeRefused, BadgeServer, BadgeServerUnreachable
from webapp.services.badges import awarding, issuing
from webapp.services.badges.awarding import Awarding
from webapp.services.messages.outbox import Entry
from webapp.settings import Settings

log = structlog.get_logger(__name__)


def award_badges(app: Flask) -> int:
    """Award every badge that waited and has an image now, and give how many; none while badges are switched off."""
    settings: Settings = app.extensions["settings"]
    number = 0
    while settings.badges:
        with unit_of_work() as session:
            awarded = awarding.award_waiting(session, awarding_by_schedule(settings))
        number += awarded
        if awarded < awarding.AT_ONCE:
            break
    return number


def awarding_by_schedule(settings: Settings) -> Awarding:
    """Give how the schedule awards now."""
    by_server = settings.badge_server_url is not None
    return Awarding(_schedule(), clock.now(), clock.new_key, settings.base_url, by_server, settings.secret_key)


def issue_badge(server: BadgeServer | None, entry: Entry, *, base_url: str, fault: str, chance: float) -> str | None:
    """Have the badge issued that an entry stands for, and give why it could not be; empty where the server answered.

    None where there was nothing to ask. With a `fault` of the server it is not asked: it may take long to fail. One that it has issued, and
    whose settling was cut off, is found there by the next try.
    """
    actor, asks = _schedule(), server is not None and not fault
    with unit_of_work() as session:
        order = issuing.prepare(session, entry, actor, base_url=base_url, asks=asks, now=clock.now())
    if order is None:
        return None
    issued, refused = None, ""
    if server is None:
        fault = issuing.NO_SERVER
    elif not fault:
        issued, refused, fault = _hand_over(server, order, entry)
    with unit_of_work() as session:
        if issued is not None:
            issuing.record_issued(session, entry, actor, issued, base_url=base_url, now=clock.now())
        elif refused:
            issuing.give_up(session, entry, actor, refused, now=clock.now())
        else:
            issuing.record_unreachable(session, entry, actor, fault, now=clock.now(), chance=chance)
    return fault


def hold_back_badge(entry: Entry) -> None:
    """Let an award that is on its way wait until badges are switched on again."""
    with unit_of_work() as session:
        issuing.hold_back(session, entry, now=clock.now())


def _hand_over(server: BadgeServer, order: BadgeOrder, entry: Entry) -> tuple[Issued | None, str, str]:
    """Give what was issued, or why the server never will, or why it could not be asked."""
    about = {"entry": entry.id, "certificate": entry.certificate_id, "tries": entry.tries}
    try:
        return server.issue(order, again=entry.tries > 1 or bool(entry.payload.get("again"))), "", ""
    except BadgeRefused as problem:
        log.warning("badge.refused", **about)  # its words may hold an address: they stand at the award
        return None, str(problem), ""
    except BadgeServerUnreachable as problem:
        log.warning("badge.server_unreachable", **about, problem=str(problem))
        return None, "", str(problem)
    except Exception as problem:  # a fault of ours: again later, for six hours; its text may hold an address
        log.error("badge.server_failed", **about, problem=type(problem).__name__)
        return None, "", f"an error of our own ({type(problem).__name__})"


def _schedule() -> Actor:
    return Actor(SCHEDULE_NAME, request_id=clock.new_request_id())
