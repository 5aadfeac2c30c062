"""How do events leave for the bus: those of one course run in their order, each at least once?"""

import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

import structlog

from webapp import clock
from webapp.domain.bus.wire import CloudEvent
from webapp.models.base import unit_of_work
from webapp.ports import EventStream
from webapp.services.following import bus
from webapp.services.messages import outbox
from webapp.services.messages.outbox import Entry

log = structlog.get_logger(__name__)
NO_BUS = "no Kafka configured"
GONE = "There is no such certificate any more."
HELD_BACK = "An earlier event of the course run has to leave first."
LONGEST_S = 25.0
"""So long events go on being sent; with the last of them it stays well below outbox.SENT_WITHIN."""

_Queue = deque[tuple[Entry, CloudEvent]]


@dataclass(slots=True)
class _Sent:
    """What became of entries."""

    arrived: list[Entry] = field(default_factory=list)
    refused: list[tuple[Entry, str]] = field(default_factory=list)
    held: list[tuple[list[Entry], str]] = field(default_factory=list)
    """Those of one course run that could not be sent, the first for the reason and the others for its sake."""
    left: list[Entry] = field(default_factory=list)
    """Those for which there was no time."""


def send_events(
    stream: EventStream | None, entries: Sequence[Entry], *, fault: str, chance: float, longest_s: float = LONGEST_S
) -> str:
    """Send what entries stand for, and give what is wrong with the brokers; empty where nothing is.

    With a `fault` that they had a moment ago they are not asked: they take long to fail. An event counts as sent
    once a broker has acknowledged it, never before; one whose settling was cut off is sent once more, under the same id.
    """
    with unit_of_work() as session:
        events = bus.complete(session, entries)
    sent = _Sent(refused=[(entry, GONE) for entry, event in zip(entries, events, strict=True) if event is None])
    queues: dict[str, _Queue] = {}
    for entry, event in zip(entries, events, strict=True):
        if event is not None:
            queues.setdefault(event.key, deque()).append((entry, event))
    if stream is None:
        fault = NO_BUS
    elif not fault:
        fault = _send_in_rounds(stream, queues, sent, longest_s)
    for queue in queues.values():
        if fault:
            sent.held.append(([entry for entry, _ in queue], fault))
        else:
            sent.left += [entry for entry, _ in queue]
    _settle(sent, chance)
    return fault


def _send_in_rounds(stream: EventStream, queues: dict[str, _Queue], sent: _Sent, longest_s: float) -> str:
    """Send the first of each course run, then the second of each, and so on; give the reason where nothing gets through."""
    until = time.monotonic() + longest_s
    while queues and time.monotonic() < until:
        heads = [(key, *queue[0]) for key, queue in queues.items()]
        results = stream.send([event for _, _, event in heads])
        faults = [problem.reason for problem in results if problem is not None and not problem.for_good]
        if len(faults) == len(heads):
            return faults[0]
        for (key, entry, _), problem in zip(heads, results, strict=True):
            if problem is not None and not problem.for_good:
                sent.held.append(([later for later, _ in queues.pop(key)], problem.reason))
                continue
            if problem is None:
                sent.arrived.append(entry)
            else:
                sent.refused.append((entry, problem.reason))
            queues[key].popleft()
            if not queues[key]:
                del queues[key]
    return ""


def _settle(sent: _Sent, chance: float) -> None:
    now = clock.now()
    with unit_of_work() as session:
        outbox.record_all_sent(session, sent.arrived, now=now)
        for entry, reason in sent.refused:
            log.warning("bus.refused", entry=entry.id, certificate=entry.certificate_id, problem=reason)
            outbox.record_failure(session, entry, reason, now=now)
        for (first, *others), reason in sent.held:
            log.warning("bus.unsent", entry=first.id, tries=first.tries, behind=len(others), problem=reason)
            again_at = outbox.try_again(session, first, reason, now=now, chance=chance)
            outbox.put_off_all(session, others, HELD_BACK, until=again_at)
        outbox.put_off_all(session, sent.left, "", until=now)
