"""How does what waits in the outbox leave: taken in one transaction, sent outside of any, noted in another?"""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol

import structlog
from flask import Flask
from sqlalchemy.orm import Session

from webapp import clock, logs
from webapp.domain.certificates.eligibility import Purpose
from webapp.domain.certificates.modes import GenerationMode
from webapp.domain.identifiers import CourseId
from webapp.domain.queue import backoff
from webapp.domain.queue.requests import Submission
from webapp.models.base import unit_of_work
from webapp.ports import Ports, QueueRefused, QueueUnreachable, SignInRefused, TrackingLost
from webapp.services.badges import awarding
from webapp.services.bus import judging
from webapp.services.following.moves import Switches, switches_of
from webapp.services.generation import acts, examples
from webapp.services.generation.orders import by_schedule
from webapp.services.messages import outbox, submissions
from webapp.services.messages.outbox import Channel, Entry
from webapp.services.notices import mailing, mentions
from webapp.setting_values import topic_of
from webapp.settings import Settings
from webapp.tasks.badges import awarding_by_schedule, hold_back_badge, issue_badge
from webapp.tasks.bus import telling
from webapp.tasks.mails import Post, send_mail

log = structlog.get_logger(__name__)
MAILS = frozenset({Channel.MAIL, Channel.MENTION})
MOST_IN_TURN = 50
NO_QUEUE = "no queue configured"
MOST_FAULTS = 3
"""So often in a row XQueue, or the badge server, may fail; what else waits is then put off unasked, until the next run."""
_chance = random.SystemRandom().random


@dataclass(slots=True)
class _Run:
    """One look through the outbox, and what it has met."""

    ports: Ports
    settings: Settings
    faults: int = 0
    """How often in a row XQueue could not be asked."""
    fault: str = ""
    mail_fault: str = ""
    """Why the mail server could not be asked."""
    badge_faults: int = 0
    """How often in a row the badge server could not be asked."""
    badge_fault: str = ""
    bus_fault: str = ""
    """Why no event got through."""
    tracking_fault: str = ""
    """Why no tracking event was taken."""


@dataclass(frozen=True, slots=True)
class _Way:
    """How entries of one channel leave, so many at once: one, where each is an affair of its own."""

    send: Callable[[_Run, Sequence[Entry]], None]
    at_most: int = 1
    in_order: bool = False
    """Those of one recipient leave in the order in which they were put in."""


class _Asking(Protocol):
    """For whom XQueue is asked: certificates, or examples."""

    def still_wanted(self, session: Session, entry: Entry, *, now: datetime) -> bool: ...

    def record_taken(self, session: Session, entry: Entry, *, now: datetime) -> None: ...

    def record_unreachable(
        self, session: Session, entry: Entry, problem: str, *, switches: Switches, now: datetime, chance: float
    ) -> None: ...

    def give_up(self, session: Session, entry: Entry, problem: str, *, switches: Switches, now: datetime) -> None: ...


def send_mails(app: Flask) -> int:
    """Send the mails whose time has come, and give how many were tried."""
    return send_due(app, channels=MAILS)


def send_events(app: Flask) -> int:
    """Send what is due for the bus's brokers, and give how many were tried."""
    return send_due(app, channels=_for_brokers(app.extensions["settings"]))


def send_others(app: Flask) -> int:
    """Send what is due beside mails and events: a mail server or a broker that hangs keeps back nothing else."""
    return send_due(app, channels=frozenset(Channel) - MAILS - _for_brokers(app.extensions["settings"]))


def send_due(app: Flask, *, early: timedelta = timedelta(0), channels: frozenset[Channel] = frozenset(Channel)) -> int:
    """Send every entry whose time has come, or comes so soon, and give how many were tried; never raises for a receiver.

    Channels take turns, so that a thousand learners to be judged do not keep back a job that support asked for; the
    brokers come when all else has left.
    """
    run = _Run(app.extensions["ports"], app.extensions["settings"])
    last = _for_brokers(run.settings)
    with app.app_context():
        return sum(_send_all(run, among, early) for among in (channels - last, channels & last))


def _send_all(run: _Run, channels: frozenset[Channel], early: timedelta) -> int:
    tried = 0
    while due := _due(early) & channels:
        in_turn = sum(_take_turn(run, channel, way, early) for channel, way in _WAYS.items() if channel in due)
        if not in_turn:
            break  # somebody else has taken it
        tried += in_turn
    return tried


def _take_turn(run: _Run, channel: Channel, way: _Way, early: timedelta) -> int:
    tried = 0
    while tried < MOST_IN_TURN and (entries := _take(channel, way, early)):
        tried += len(entries)
        try:
            with logs.about(_request_of(entries)):
                way.send(run, entries)
        except Exception:  # what cannot be dealt with must not keep back what comes after it
            log.exception("outbox.failed", channel=channel, entries=[entry.id for entry in entries])
    return tried


def _for_brokers(settings: Settings) -> frozenset[Channel]:
    """What is handed to the brokers of the bus: they may hang for as long as all else takes."""
    tracking = {Channel.TRACKING} if topic_of(settings.tracking) else set()
    return frozenset({Channel.BUS} | tracking)


def _request_of(entries: Sequence[Entry]) -> str:
    """Give the request that all of them were put in for; none where there are several."""
    requests = {entry.request_id for entry in entries}
    return requests.pop() if len(requests) == 1 else ""


def _due(early: timedelta) -> frozenset[str]:
    with unit_of_work() as session:
        return outbox.due_channels(session, now=clock.now(), early=early)


def _take(channel: Channel, way: _Way, early: timedelta) -> list[Entry]:
    with unit_of_work() as session:
        if way.in_order:
            return outbox.take_in_order(session, channel, now=clock.now(), at_most=way.at_most)
        return outbox.take_due(session, channel, now=clock.now(), early=early, at_most=way.at_most)


def _submit(asked_by: _Asking, run: _Run, entries: Sequence[Entry]) -> None:
    (entry,) = entries
    with unit_of_work() as session:
        wanted = asked_by.still_wanted(session, entry, now=clock.now())
    if not wanted:
        return
    refused, unreachable = _ask(run, entry)
    switches, now = switches_of(run.settings), clock.now()
    with unit_of_work() as session:
        if refused is not None:
            asked_by.give_up(session, entry, refused, switches=switches, now=now)
        elif unreachable is not None:
            asked_by.record_unreachable(session, entry, unreachable, switches=switches, now=now, chance=_chance())
        else:
            asked_by.record_taken(session, entry, now=clock.now())


def _ask(run: _Run, entry: Entry) -> tuple[str | None, str | None]:
    """Ask XQueue, and give why it said no, or why it could not be asked."""
    if run.ports.queue is None:
        return None, NO_QUEUE
    if run.faults >= MOST_FAULTS:
        return None, run.fault
    about = {"channel": entry.channel, "entry": entry.id, "certificate": entry.certificate_id, "tries": entry.tries}
    try:
        run.ports.queue.submit(Submission(entry.payload["header"], entry.payload["body"]))
    except QueueRefused as problem:
        log.warning("queue.refused", **about, content=str(problem))
        run.faults = 0
        return str(problem), None
    except SignInRefused as problem:  # so it is for every job: the others are put off without asking
        log.error("queue.sign_in_refused", **about, problem=str(problem))
        run.faults, run.fault = MOST_FAULTS, str(problem)
        return None, str(problem)
    except QueueUnreachable as problem:
        log.warning("queue.unreachable", **about, problem=str(problem))
        run.faults, run.fault = run.faults + 1, str(problem)
        return None, str(problem)
    except Exception as problem:  # a fault of ours: it shows on the row, and ends in six hours, as XQueue's do
        log.exception("queue.failed", **about)
        return None, f"an error of our own ({type(problem).__name__})"
    run.faults = 0
    return None, None


def _track(run: _Run, entries: Sequence[Entry]) -> None:
    if not run.tracking_fault:
        try:
            run.ports.tracking.write([entry.payload for entry in entries])
        except TrackingLost as problem:
            log.warning("tracking.unwritten", problem=str(problem))
            run.tracking_fault = str(problem)
    with unit_of_work() as session:
        if not run.tracking_fault:
            outbox.record_all_sent(session, entries, now=clock.now())
            return
        for entry in entries:
            outbox.try_again(session, entry, run.tracking_fault, now=clock.now(), chance=_chance())


def _generate(run: _Run, entries: Sequence[Entry]) -> None:
    """Judge whom an event was about; the entry and what comes of it are settled in one transaction."""
    (entry,) = entries
    try:
        with unit_of_work() as session:
            order = by_schedule(run.settings, GenerationMode.EVENT)
            purpose = Purpose(entry.payload.get("purpose", Purpose.GENERATE))
            course_id, learner_id = CourseId(entry.payload["course_id"]), entry.payload["learner_id"]
            if purpose is not Purpose.JUDGE_ANEW or judging.still_fails(session, learner_id, course_id):
                acts.generate_many(session, order, course_id, [learner_id], purpose)
            outbox.record_sent(session, entry, now=order.now)
    except Exception as problem:  # a fault of ours, or of the database: judged again later, for six hours
        log.exception("generation.failed", entry=entry.id, tries=entry.tries)
        _put_off(entry, f"an error of our own ({type(problem).__name__})")


def _award(run: _Run, entries: Sequence[Entry]) -> None:
    """Award a badge, or only note what became of it; the entry and what comes of it are settled in one transaction."""
    (entry,) = entries
    try:
        with unit_of_work() as session:
            if entry.certificate_id is not None:
                see_to = awarding.award if run.settings.badges else awarding.note_standing
                see_to(session, awarding_by_schedule(run.settings), entry.certificate_id)
            outbox.record_sent(session, entry, now=clock.now())
    except Exception as problem:  # a fault of ours, or of the database: tried again later, for six hours
        log.exception("badge.failed", entry=entry.id, tries=entry.tries)
        _put_off(entry, f"an error of our own ({type(problem).__name__})")


def _issue(run: _Run, entries: Sequence[Entry]) -> None:
    (entry,) = entries
    if not run.settings.badges:
        hold_back_badge(entry)
        return
    server, base_url = run.ports.badge_server, run.settings.base_url
    known = run.badge_fault if run.badge_faults >= MOST_FAULTS else ""
    fault = issue_badge(server, entry, base_url=base_url, fault=known, chance=_chance())
    if fault is not None:
        run.badge_faults, run.badge_fault = run.badge_faults + 1 if fault else 0, fault


def _mail(post: Post, run: _Run, entries: Sequence[Entry]) -> None:
    (entry,) = entries
    base_url, fault = run.settings.base_url, run.mail_fault
    run.mail_fault = send_mail(post, run.ports.mailer, entry, base_url=base_url, fault=fault, chance=_chance())


def _tell_bus(run: _Run, entries: Sequence[Entry]) -> None:
    run.bus_fault = telling.send_events(run.ports.stream, entries, fault=run.bus_fault, chance=_chance())


def _put_off(entry: Entry, problem: str) -> None:
    now = clock.now()
    with unit_of_work() as session:
        if last_word := backoff.last_word(problem, entry.created_at, now, tries=entry.tries, undone="done"):
            outbox.record_failure(session, entry, last_word, now=now)
        else:
            outbox.try_again(session, entry, problem, now=now, chance=_chance())


# Judging comes first, since what it leaves can then leave in the same turn; what may have to wait for XQueue comes late.
_WAYS = {
    Channel.GENERATION: _Way(_generate),
    Channel.BADGE: _Way(_award),
    Channel.TRACKING: _Way(_track, 500),
    Channel.XQUEUE: _Way(partial(_submit, submissions)),
    Channel.EXAMPLE: _Way(partial(_submit, examples)),
    Channel.BADGE_SERVER: _Way(_issue),
    Channel.MAIL: _Way(partial(_mail, mailing)),
    Channel.MENTION: _Way(partial(_mail, mentions)),
    Channel.BUS: _Way(_tell_bus, 500, in_order=True),
}
