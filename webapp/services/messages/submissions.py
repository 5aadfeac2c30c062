"""What becomes of a job once XQueue was asked: taken, refused, or not to be reached (decisions 39, 40)?"""

from datetime import datetime

from sqlalchemy import ColumnElement, and_, or_, select, update
from sqlalchemy.orm import Session

from webapp.domain.actors import SCHEDULE_NAME, Actor
from webapp.domain.certificates.statuses import IN_FLIGHT, Status
from webapp.domain.certificates.transitions import Cause, Move, after_move
from webapp.domain.queue import backoff
from webapp.domain.queue.messages import cut
from webapp.models.certificates import WITH_QUEUE, CertificateTransition, GeneratedCertificate
from webapp.models.messages import Outbox
from webapp.services import audit
from webapp.services.following import bus
from webapp.services.following.moves import Switches, moved_of
from webapp.services.messages import outbox
from webapp.services.messages.outbox import Channel, Entry

SUPERSEDED = "The certificate does not wait for this job any more."


def is_stuck(taken_before: datetime) -> ColumnElement[bool]:
    """Say of a certificate, in a query, that XQueue took its job before a moment and never answered (decisions 22, 40).

    A removal that the old platform asked for is waited for, however long: its answer settles it (decision 43).
    """
    certificate = GeneratedCertificate
    ours = (
        select(Outbox.id)
        .where(
            Outbox.channel == Channel.XQUEUE.value,
            Outbox.certificate_id == certificate.id,
            Outbox.payload["key"].as_string() == certificate.key,
        )
        .exists()
    )
    return and_(WITH_QUEUE, certificate.submitted_at <= taken_before, or_(certificate.status != Status.DELETING, ours))


def still_wanted(session: Session, entry: Entry, *, now: datetime) -> bool:
    """Say whether the certificate waits for this very job; notes on the entry where it does not.

    An answer may have come though XQueue's word that it has the job was lost: then what kept the job waiting is over.
    """
    found = session.execute(
        select(GeneratedCertificate.key, GeneratedCertificate.status).where(
            GeneratedCertificate.id == entry.certificate_id
        )
    ).first()
    if found is not None and found.key == entry.payload["key"] and found.status in IN_FLIGHT:
        return True
    _change(session, entry, frozenset({Status.DOWNLOADABLE}), error_reason="")
    outbox.record_failure(session, entry, SUPERSEDED, now=now)
    return False


def record_taken(session: Session, entry: Entry, *, now: datetime) -> None:
    """XQueue has the job: from now on its answer is awaited. It may have come already."""
    _change(session, entry, IN_FLIGHT, submitted_at=now, error_reason="")
    outbox.record_sent(session, entry, now=now)


def record_unreachable(
    session: Session, entry: Entry, problem: str, *, switches: Switches, now: datetime, chance: float
) -> None:
    """XQueue could not be asked: the row says why and goes on waiting, or ends in `error` when it was tried for six hours."""
    if last_word := backoff.last_word(problem, entry.created_at, now, tries=entry.tries):
        give_up(session, entry, last_word, switches=switches, now=now)
        return
    _change(session, entry, IN_FLIGHT, error_reason=cut(problem))
    outbox.try_again(session, entry, problem, now=now, chance=chance)


def give_up(session: Session, entry: Entry, problem: str, *, switches: Switches, now: datetime) -> None:
    """The job will never be done: the certificate ends in `error` with the reason (decision 39)."""
    # The certificate first, as everybody locks it who comes to both; the audit's lock last.
    row = session.scalar(
        select(GeneratedCertificate).where(GeneratedCertificate.id == entry.certificate_id).with_for_update()
    )
    outbox.record_failure(session, entry, problem, now=now)
    if row is not None and row.key == entry.payload["key"]:
        actor = Actor(SCHEDULE_NAME, request_id=entry.request_id)
        fail(session, row, problem, actor=actor, switches=switches, now=now)


def fail(
    session: Session, row: GeneratedCertificate, problem: str, *, actor: Actor, switches: Switches, now: datetime
) -> None:
    """Bring a certificate that waits for the queue into `error`; the caller has locked it."""
    target = after_move(row.status, Move.GIVE_UP)
    if target is None:
        return
    reason, before = cut(problem), row.status
    was = row.error_reason
    row.status, row.error_reason, row.modified_at = target, reason, now
    session.add(
        CertificateTransition(
            certificate_id=row.id,
            at=now,
            from_status=before,
            to_status=target,
            cause=Cause.GIVEN_UP,
            actor_name=actor.name,
            reason=reason,
            request_id=actor.request_id,
        )
    )
    session.flush()
    outbox.add(session, bus.effects(switches, [moved_of(row, before, cause=Cause.GIVEN_UP, at=now)]), now=now)
    audit.append(
        session,
        actor,
        "certificate.given_up",
        "certificate",
        str(row.id),
        now=now,
        details={
            "before": {"status": before, "error_reason": was},
            "after": {"status": Status.ERROR, "error_reason": reason},
        },
        reason=reason,
    )


def _change(session: Session, entry: Entry, statuses: frozenset[Status], **values: object) -> None:
    """Write of the certificate while it is in one of the statuses, and by this very job."""
    session.execute(
        update(GeneratedCertificate)
        .where(
            GeneratedCertificate.id == entry.certificate_id,
            GeneratedCertificate.key == entry.payload["key"],
            GeneratedCertificate.status.in_(statuses),
        )
        .values(**values)
    )
