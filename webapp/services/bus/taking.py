"""How are events taken: each once, whatever their order, facts and what follows from them in one transaction (decision 44)?"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from webapp.domain.bus.letters import Taken, Why
from webapp.domain.bus.news import SOMEBODY, News
from webapp.models.learners import Learner
from webapp.models.messages import EventInbox
from webapp.services.bus import attempts, counting, erased, facts, judging, letters
from webapp.services.bus.judging import Terms
from webapp.services.bus.opened import Opened
from webapp.services.generation.orders import Order
from webapp.services.records.batch import Batch
from webapp.services.records.intake import wait_for_other_imports


def take(session: Session, order: Order, events: Sequence[Opened], *, terms: Terms, alone: bool = False) -> list[Taken]:
    """Take events that came in, and give what came of each; unless they are taken `alone`, what waited for them as well.

    Each id is taken once, and what is older than what a fact was last told by changes nothing. What cannot be taken
    becomes a dead letter.
    """
    wait_for_other_imports(session)
    fresh = _accept(session, events, now=order.now)
    numbers = [one.news.number for one in fresh if one.news and one.news.learner]
    waiting = [] if alone else letters.open_for(session, numbers)
    outcomes = dict(zip(map(id, fresh), _apply(session, order, [*fresh, *waiting], terms), strict=False))
    results = [outcomes.get(id(one), Taken.DUPLICATE) for one in events]
    counting.count(session, zip((one.event_type for one in events), results, strict=True), now=order.now)
    return results


def take_again(session: Session, order: Order, event: Opened, *, terms: Terms) -> tuple[Taken, str]:
    """Take an event from the dead letters, and give what came of it and why; raises what is wrong with it."""
    (resolved,) = _resolve(session, [event])
    (outcome,) = _apply(session, order, [event], terms)
    return outcome, resolved.fault


def take_waiting(session: Session, order: Order, *, terms: Terms, letter_id: int | None = None) -> int:
    """Take what waited for learners who have become known otherwise, and give how many; nobody else can say when they do.

    None of them waits any longer: what cannot be applied is for somebody to look at. With a `letter_id` that one alone.
    """
    wait_for_other_imports(session)
    waiting = letters.open_for_known(session, letter_id)
    _apply(session, order, waiting, terms)
    return len(waiting)


def _accept(session: Session, events: Sequence[Opened], *, now: datetime) -> list[Opened]:
    """Give the events whose id was never taken; whatever has none stands for itself."""
    rows = {
        one.event_id: {
            "event_id": one.event_id,
            "event_type": one.event_type,
            "occurred_at": one.occurred_at,
            "received_at": now,
        }
        for one in events
        if one.event_id
    }
    if not rows:
        return [*events]
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    query = dialect.insert(EventInbox).on_conflict_do_nothing().returning(EventInbox.event_id)
    new = set(session.scalars(query, [rows[key] for key in sorted(rows)]))
    fresh = []
    for one in events:
        if not one.event_id:
            fresh.append(one)
        elif one.event_id in new:
            new.discard(one.event_id)  # the first of several in one batch
            fresh.append(one)
    return fresh


def _apply(session: Session, order: Order, events: Sequence[Opened], terms: Terms) -> list[Taken]:
    """What tells of an erased learner counts as older than that, whenever it happened (record 37)."""
    passed_over = erased.find_about_erased(session, events)
    left = [one for one in events if id(one) not in passed_over]
    outcomes = dict(zip(map(id, left), _apply_told(session, order, left, terms), strict=True))
    gone = [one.letter_id for one in events if one.letter_id and id(one) in passed_over]
    letters.close_applied(session, gone, now=order.now)
    return [outcomes.get(id(one), Taken.OLDER) for one in events]


def _apply_told(session: Session, order: Order, events: Sequence[Opened], terms: Terms) -> list[Taken]:
    batch = Batch(session, order.actor, order.switches, order.now)
    resolved = _resolve(session, events)
    facts.load(batch, [one.news for one in resolved if one.news])
    told = sorted((one for one in resolved if one.news), key=lambda one: (one.occurred_at, one.event_id))
    outcomes: dict[int, Taken] = {}
    for one in told:  # whom they tell of, before what is told
        facts.introduce(batch, _news(one), one.occurred_at)
    heeded = []
    for one in told:
        newer = facts.apply(batch, _news(one), one.occurred_at)
        outcomes[id(one)] = Taken.APPLIED if newer else Taken.OLDER
        if newer:
            heeded.append(one)
    batch.write()
    attempts.write(session, batch, [(_news(one), one.occurred_at) for one in told if _news(one).attempt])
    judging.schedule(session, order, batch, [(_news(one), one.occurred_at) for one in heeded], terms)
    letters.close_applied(session, [one.letter_id for one in told if one.letter_id], now=order.now)
    letters.keep(session, [one for one in resolved if one.fault and not one.letter_id], now=order.now)
    for one in resolved:
        if one.letter_id and one.why is Why.FAILED:
            letters.give_up(session, one.letter_id, fault=one.fault)
    return [outcomes.get(id(one), _untold(one)) for one in resolved]


def _news(one: Opened) -> News:
    assert one.news is not None, "it was looked at"
    return one.news


def _untold(one: Opened) -> Taken:
    if one.why is Why.WAITING:
        return Taken.WAITING
    return Taken.DEAD if one.fault else Taken.UNKNOWN


def _resolve(session: Session, events: Sequence[Opened]) -> list[Opened]:
    """Put the user name to events that give a number alone; one whose number nobody told has to wait."""
    alone = {one.news.number for one in events if one.news and not one.news.learner and one.news.number is not None}
    names: dict[int, set[str]] = {}
    for number, username in session.execute(
        select(Learner.external_id, Learner.username).where(Learner.external_id.in_(alone))
    ):
        names.setdefault(number or 0, set()).add(username)
    for news in filter(None, (one.news for one in events)):
        if news.learner and news.number is not None and news.number in alone:
            names.setdefault(news.number, set()).add(news.learner.username)
    resolved = []
    for one in events:
        grade = one.news.grade if one.news else None
        if one.news is None or grade is None or grade.username != SOMEBODY:
            resolved.append(one)
            continue
        number = one.news.number or 0
        known = names.get(number, set())
        if len(known) == 1:
            (username,) = known
            news = replace(one.news, grade=replace(grade, username=username))
            resolved.append(replace(one, news=news))
            continue
        fault = f"several learners have the number {number}" if known else f"no learner has the number {number} yet"
        why, waits_for = (Why.FAILED, None) if known else (Why.WAITING, number)
        resolved.append(replace(one, news=None, why=why, fault=fault, waits_for=waits_for))
    return resolved
