"""What is told of moves on the event bus: put down in the move's transaction, completed when it leaves (decisions 31, 45)?"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.domain.bus import lifecycle
from webapp.domain.bus.lifecycle import Happening, Person
from webapp.domain.bus.wire import CloudEvent
from webapp.models.certificates import GeneratedCertificate
from webapp.models.courses import CourseRun
from webapp.models.learners import Learner
from webapp.services.following.moves import Moved, Switches
from webapp.services.messages.outbox import Channel, Effect, Entry


def effects(switches: Switches, moves: Sequence[Moved]) -> list[Effect]:
    """Give the events of moves, in their order; none where there is no bus. What names a person is read when they leave."""
    new_event_id = switches.new_event_id
    if new_event_id is None:
        return []
    return [
        Effect(
            Channel.BUS,
            lifecycle.kept(
                happening,
                event_id=new_event_id(),
                before=moved.before,
                after=moved.status,
                mode=moved.mode,
                grade=moved.grade,
                download_url=moved.download_url,
                at=moved.at,
            ),
            moved.certificate_id,
            moved.course_id,
        )
        for moved in moves
        for happening in lifecycle.happenings(moved.before, moved.status)
    ]


def changed(switches: Switches, held: GeneratedCertificate, *, at: datetime) -> list[Effect]:
    """Give the event of a change that moved nothing, such as of the day that is shown (domain note §1.14)."""
    if switches.new_event_id is None:
        return []
    payload = lifecycle.kept(
        Happening.CHANGED,
        event_id=switches.new_event_id(),
        before=held.status,
        after=held.status,
        mode=held.mode,
        grade=held.grade,
        download_url=held.download_url,
        at=at,
    )
    return [Effect(Channel.BUS, payload, held.id, held.course_id)]


def complete(session: Session, entries: Sequence[Entry]) -> list[CloudEvent | None]:
    """Give the events that entries stand for, as they are told now; None where there is no such certificate any more."""
    numbers = {entry.certificate_id for entry in entries}
    query = (
        select(
            GeneratedCertificate.id,
            Learner.external_id,
            Learner.username,
            Learner.email,
            Learner.name,
            GeneratedCertificate.name,
            CourseRun.display_name,
            CourseRun.start,
            CourseRun.end,
        )
        .join(Learner, Learner.id == GeneratedCertificate.learner_id)
        .outerjoin(CourseRun, CourseRun.course_id == GeneratedCertificate.course_id)
        .where(GeneratedCertificate.id.in_(numbers))
    )
    people = {
        number: Person(external_id, username, email, name, on_certificate, course_name or "", start, end)
        for number, external_id, username, email, name, on_certificate, course_name, start, end in session.execute(
            query
        )
    }
    return [
        lifecycle.told(entry.payload, entry.recipient, people[entry.certificate_id])
        if entry.certificate_id in people
        else None
        for entry in entries
    ]
