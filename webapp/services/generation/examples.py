"""How are example certificates asked for, and may learners generate their own yet (decision 42)?"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.domain.certificates.modes import Mode
from webapp.domain.certificates.pdf_templates import example_template
from webapp.domain.certificates.statuses import ExampleStatus
from webapp.domain.identifiers import CourseId
from webapp.domain.queue import backoff
from webapp.domain.queue.requests import example_submission
from webapp.errors import NoExamples
from webapp.models.examples import EXAMPLE_NAME, ExampleCertificate, ExampleCertificateSet
from webapp.ports import PageRenderer
from webapp.services import audit
from webapp.services.course_runs import unknown_course
from webapp.services.following.moves import Switches
from webapp.services.generation import facts, web_examples
from webapp.services.generation.orders import Order
from webapp.services.messages import outbox
from webapp.services.messages.outbox import Channel, Effect, Entry
from webapp.wording import phrase

SUPERSEDED = "The example does not wait for this job any more."


def create_set(
    session: Session, order: Order, course_id: CourseId, *, render: PageRenderer, html_view: Mapping[str, Any]
) -> ExampleCertificateSet:
    """Make one example of each mode that a course run offers, all of them or none: rendered on the spot, or by the queue.

    `html_view` is the payload of the governed kind, by which web certificates are rendered.
    Raises UnknownCourse, and NoExamples where there is nothing to make or nobody to ask.
    """
    course = facts.read_course(session, course_id, now=order.now, queue_configured=order.queue_configured)
    if not course.known:
        raise unknown_course(course_id)
    if not course.modes:
        raise NoExamples(phrase("The course offers no mode: import its course_mode records first."))
    if not course.html and not course.queue_configured:
        raise NoExamples(phrase("No queue configured: set CERTDESK_XQUEUE_URL."))
    made = ExampleCertificateSet(course_id=course_id, created_at=order.now, modified_at=order.now)
    session.add(made)
    session.flush()
    modes = [mode for mode, _ in course.modes]
    if course.html:
        web_examples.add_rendered(session, order, made, modes, render=render, html_view=html_view)
    else:
        _ask_queue(session, order, made, modes, course.title)
    return made


def list_latest(session: Session, course_id: CourseId) -> list[ExampleCertificate] | None:
    """Give the examples of the newest set, newest first; None where there was never one (domain note §1.5)."""
    newest = session.scalar(
        select(ExampleCertificateSet.id)
        .where(ExampleCertificateSet.course_id == course_id)
        .order_by(ExampleCertificateSet.created_at.desc(), ExampleCertificateSet.id.desc())
        .limit(1)
    )
    if newest is None:
        return None
    query = select(ExampleCertificate).where(ExampleCertificate.set_id == newest)
    return list(session.scalars(query.order_by(ExampleCertificate.id.desc())))


def as_object(example: ExampleCertificate) -> dict[str, Any]:
    """Give one example as programs read it: what is empty is left out (domain note §1.5)."""
    said: dict[str, Any] = {"description": example.description, "status": example.status.value}
    if example.error_reason:
        said["error_reason"] = example.error_reason
    if example.download_url:
        said["download_url"] = example.download_url
    return said


def still_wanted(session: Session, entry: Entry, *, now: datetime) -> bool:
    """Say whether the example waits for its answer; notes on the entry where it does not, or is gone."""
    if _waiting(session, entry) is not None:
        return True
    outbox.record_failure(session, entry, SUPERSEDED, now=now)
    return False


def give_up(session: Session, entry: Entry, problem: str, *, switches: Switches, now: datetime) -> None:
    """The queue will not make an example: it ends in `error` with the reason, and nothing follows from that."""
    example = _waiting(session, entry)
    if example is not None:
        example.status, example.error_reason, example.modified_at = ExampleStatus.ERROR, problem, now
    outbox.record_failure(session, entry, problem, now=now)


def record_unreachable(
    session: Session, entry: Entry, problem: str, *, switches: Switches, now: datetime, chance: float
) -> None:
    """The queue could not be asked: the example says why and goes on waiting, for six hours."""
    if last_word := backoff.last_word(problem, entry.created_at, now, tries=entry.tries):
        give_up(session, entry, last_word, switches=switches, now=now)
        return
    example = _waiting(session, entry)
    if example is not None:
        example.error_reason, example.modified_at = problem, now
    outbox.try_again(session, entry, problem, now=now, chance=chance)


def record_taken(session: Session, entry: Entry, *, now: datetime) -> None:
    """The queue has the job; what kept it waiting is over."""
    example = _waiting(session, entry)
    if example is not None and example.error_reason:
        example.error_reason, example.modified_at = None, now
    outbox.record_sent(session, entry, now=now)


def _ask_queue(session: Session, order: Order, made: ExampleCertificateSet, modes: Sequence[str], title: str) -> None:
    course_id = CourseId(made.course_id)
    examples = [_example(made, course_id, mode, order) for mode in modes]
    session.add_all(examples)
    session.flush()
    outbox.add(session, [_effect(order, course_id, title, example) for example in examples], now=order.now)
    details = audit.of_new({"course_id": course_id, "modes": list(modes)})
    audit.append(session, order.actor, "examples.asked", "example_set", str(made.id), now=order.now, details=details)


def _waiting(session: Session, entry: Entry) -> ExampleCertificate | None:
    return session.scalar(
        select(ExampleCertificate)
        .where(ExampleCertificate.uuid == entry.payload["uuid"], ExampleCertificate.status == ExampleStatus.STARTED)
        .with_for_update()
    )


def _example(made: ExampleCertificateSet, course_id: CourseId, mode: str, order: Order) -> ExampleCertificate:
    return ExampleCertificate(
        set_id=made.id,
        description=mode,
        uuid=order.new_uuid(),
        access_key=order.new_key(),
        full_name=EXAMPLE_NAME,
        template=example_template(course_id, verified=mode == Mode.VERIFIED),
        status=ExampleStatus.STARTED,
        created_at=order.now,
        modified_at=order.now,
    )


def _effect(order: Order, course_id: CourseId, title: str, example: ExampleCertificate) -> Effect:
    submission = example_submission(
        uuid=example.uuid,
        access_key=example.access_key,
        course_id=course_id,
        course_name=title,
        name=example.full_name,
        template_pdf=example.template,
        base_url=order.base_url,
        queue_name=order.queue_name or "",
    )
    payload = {"uuid": example.uuid, "header": submission.header, "body": submission.body}
    return Effect(Channel.EXAMPLE, payload, recipient=example.uuid)
