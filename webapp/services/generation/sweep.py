"""Which certificates have waited too long for the queue's answer, and what becomes of them (decisions 22, 40)?"""

import json
from collections import Counter
from datetime import timedelta
from itertools import takewhile
from typing import Any

import structlog
from sqlalchemy import RowMapping, Select, select
from sqlalchemy.orm import Session

from webapp.domain.certificates import effects
from webapp.domain.certificates.effects import Fields
from webapp.domain.certificates.eligibility import Purpose, decide
from webapp.domain.certificates.facts import Facts
from webapp.domain.certificates.pdf_templates import choose_template
from webapp.domain.certificates.statuses import IN_FLIGHT, Status
from webapp.domain.certificates.transitions import Cause, Move
from webapp.domain.identifiers import CourseId
from webapp.domain.queue.requests import Submission, certificate_submission, grade_label, removal_submission
from webapp.models.base import Transactions
from webapp.models.certificates import CertificateTransition, GeneratedCertificate
from webapp.models.messages import Outbox
from webapp.services.generation import facts, making
from webapp.services.generation.making import Change
from webapp.services.generation.orders import Order
from webapp.services.messages import outbox, submissions
from webapp.services.messages.outbox import Channel

log = structlog.get_logger(__name__)
MOST_RESUBMISSIONS = 3
UNANSWERED = "XQueue took the {job} and never answered, nor when it was sent {times} times more."
SWITCHED_OFF = "XQueue took the removal and never answered; CERTDESK_QUEUE_REMOVES is off by now."


def settle_stuck(
    begin: Transactions, order: Order, *, stuck_after: timedelta, removes: bool = False
) -> Counter[Status]:
    """Settle the hundred oldest that are stuck, each in a transaction of its own, and count the statuses they have now.

    `error` was given up, any other is waited for anew. The same order finds others when it is asked again.
    `removes` says whether the queue may be asked to remove files (decision 43).
    """
    with begin() as session:
        stuck = find_stuck(session, order, stuck_after=stuck_after)
    settled: Counter[Status] = Counter()
    for learner_id, course_id, certificate_id in stuck:
        try:
            with begin() as session:
                status = sweep_one(session, order, learner_id, course_id, stuck_after=stuck_after, removes=removes)
        except Exception:  # one that cannot be dealt with must not keep back those after it
            log.exception("sweep.failed", certificate=certificate_id)
            continue
        if status is not None:
            settled[status] += 1
    return settled


def find_stuck(
    session: Session, order: Order, *, stuck_after: timedelta, at_most: int = 100
) -> list[tuple[int, CourseId, int]]:
    """Give learner, course run and number of certificates whose answer is overdue, oldest first.

    A row whose submission has not left yet is not stuck (decision 39). Asking again for a removal that is not ours
    would kill an agent that was not changed for it.
    """
    overdue = (
        select(GeneratedCertificate.learner_id, GeneratedCertificate.course_id, GeneratedCertificate.id)
        .where(submissions.is_stuck(order.now - stuck_after))
        .order_by(GeneratedCertificate.submitted_at, GeneratedCertificate.id)
        .limit(at_most)
    )
    rows = session.execute(overdue).all()
    unsent = outbox.unsent_certificates(session, [row.id for row in rows])
    return [(row.learner_id, CourseId(row.course_id), row.id) for row in rows if row.id not in unsent]


def sweep_one(
    session: Session,
    order: Order,
    learner_id: int,
    course_id: CourseId,
    *,
    stuck_after: timedelta,
    removes: bool = False,
) -> Status | None:
    """Send a stuck job again under a new key, up to three times, then leave `error` with the reason; gives the status.

    None where the certificate is not stuck any more: its answer came meanwhile.
    """
    facts.lock(session, course_id, [learner_id])
    held = facts.read_held(session, course_id, [learner_id])
    row = held.get(learner_id)
    if row is None or row["submitted_at"] is None or row["submitted_at"] > order.now - stuck_after:
        return None
    if row["status"] not in IN_FLIGHT:
        return None
    times = _resubmissions(session, row["id"])
    given_up = _why_given_up(times, removal=row["status"] is Status.DELETING, removes=removes)
    if given_up is not None:
        certificate = session.get_one(GeneratedCertificate, row["id"])
        submissions.fail(session, certificate, given_up, actor=order.actor, switches=order.switches, now=order.now)
        return Status.ERROR
    course = facts.read_course(session, course_id, now=order.now, queue_configured=True)
    known = facts.read(session, course, [learner_id], held)[0]
    change = _resubmission(session, order, known, row)
    making.write(session, order, [change])
    return change.made.status


def _resubmission(session: Session, order: Order, known: Facts, row: RowMapping) -> Change:
    key, before = order.new_key(), making.fields_of(row)
    change = making.make_change(
        decide(known, Purpose.JUDGE_ANEW),
        row,
        effects.resubmitted(before, key=key),
        Move.RESUBMIT,
        cause=Cause.RESUBMITTED,
        action="certificate.resubmitted",
        reason=f"No answer since {before.submitted_at:%Y-%m-%d %H:%M} UTC.",
    )
    sent = session.scalar(_sent().where(Outbox.certificate_id == row["id"]).order_by(Outbox.id.desc()).limit(1))
    body = json.loads(sent["body"]) if sent else {}
    made_up = _removal if before.status is Status.DELETING else _submission
    submission = made_up(order, known, before, body, key)
    change.submission = {"key": key, "header": submission.header, "body": submission.body}
    change.made.queued = True
    return change


def _why_given_up(times: int, *, removal: bool, removes: bool) -> str | None:
    if removal and not removes:  # switched off since agents die on removals: one that killed an agent is not sent again
        return SWITCHED_OFF
    return UNANSWERED.format(job="removal" if removal else "job", times=times) if times >= MOST_RESUBMISSIONS else None


def _resubmissions(session: Session, certificate_id: int) -> int:
    """How often the newest job was sent again."""
    causes = session.scalars(
        select(CertificateTransition.cause)
        .where(CertificateTransition.certificate_id == certificate_id)
        .order_by(CertificateTransition.id.desc())
        .limit(MOST_RESUBMISSIONS)
    )
    return len(list(takewhile(lambda cause: cause == Cause.RESUBMITTED, causes)))


def _sent() -> Select[dict[str, Any]]:
    """What was sent to XQueue for certificates."""
    return select(Outbox.payload).where(Outbox.channel == Channel.XQUEUE.value)


def _submission(order: Order, known: Facts, fields: Fields, body: dict[str, Any], key: str) -> Submission:
    """The same job under a new key; what an imported row was sent with is not known, so that it is made up anew."""
    template = choose_template(known)[1] if known.mode is not None else ""
    return certificate_submission(
        key=key,
        username=known.username,
        course_id=known.course.course_id,
        course_name=body.get("course_name", known.course.title or known.course.course_id),
        name=body.get("name", fields.name or known.name),
        grade=body.get("grade", grade_label(known.letter)),
        template_pdf=body.get("template_pdf", template),
        designation=None,
        base_url=order.base_url,
        queue_name=order.queue_name or "",
    )


def _removal(order: Order, known: Facts, fields: Fields, body: dict[str, Any], key: str) -> Submission:
    return removal_submission(
        key=key,
        username=known.username,
        course_id=known.course.course_id,
        course_name=body["course_name"],
        name=fields.name,
        delete_download_uuid=fields.download_uuid,
        delete_verify_uuid=fields.verify_uuid,
        base_url=order.base_url,
        queue_name=order.queue_name or "",
    )
