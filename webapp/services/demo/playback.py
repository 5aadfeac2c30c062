"""How do the demonstration's stories come to pass, one after another as they would in life?"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from random import Random

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from webapp.domain.actors import QUEUE_NAME, Actor
from webapp.domain.certificates.modes import Mode
from webapp.domain.certificates.statuses import IN_FLIGHT, ExampleStatus, Status
from webapp.domain.certificates.transitions import Cause
from webapp.domain.queue.deliveries import Endpoint, Outcome
from webapp.models.certificates import CertificateTransition, GeneratedCertificate
from webapp.models.examples import ExampleCertificate, ExampleCertificateSet
from webapp.models.learners import Learner
from webapp.models.messages import CallbackInbox
from webapp.services.certificates import callbacks
from webapp.services.demo import answers
from webapp.services.demo.facts import COURSES
from webapp.services.demo.steps import Answer, Example, Move, Says, Story, Stray
from webapp.services.demo.stories import EXAMPLES, STORIES, STRAYS, SUPPORT
from webapp.services.following import milestones
from webapp.services.following.moves import Switches, moved_of
from webapp.services.messages import inbox
from webapp.services.messages.inbox import Delivery, Verdict

SEED = 7_242
KEPT = timedelta(days=29)
"""Older deliveries would have been purged from the inbox by now (decision 6)."""
QUEUE_ADDRESS = "203.0.113.24"
DELIVERY_TIME = timedelta(seconds=40)
LOOKED_AT_AFTER = timedelta(hours=2)

_HTML = {course.course_id for course in COURSES if course.html}
_DONE = {Says.DONE, Says.RIVAL}


@dataclass(slots=True)
class _Held:
    """What has become of one story so far."""

    story: Story
    certificate: GeneratedCertificate | None = None
    answered: Delivery | None = None


class Playback:
    """Plays every story in the order of time, so that numbers rise with the days; answers go through the real rules."""

    def __init__(self, session: Session, learners: dict[str, Learner], switches: Switches, *, now: datetime) -> None:
        """Begin with nothing played; the same random ids come out every time."""
        self._session = session
        self._learners = learners
        self._switches = replace(switches, new_event_id=None)  # the bus is told of nothing that never happened
        self._now = now
        self._random = Random(SEED)
        self.certificates: dict[tuple[str, str], GeneratedCertificate] = {}

    def play(self) -> None:
        """Let everything happen, the oldest first."""
        acts: list[tuple[timedelta, Callable[[datetime], None]]] = []
        for story in STORIES:
            held = _Held(story)
            acts += [(step.ago, partial(self._happen, held, step)) for step in story.steps]
        acts += [(ago, partial(self._try, course_id, examples)) for course_id, ago, examples in EXAMPLES]
        acts += [(stray.ago, partial(self._knock, stray)) for stray in STRAYS]
        for ago, act in sorted(acts, key=lambda each: each[0], reverse=True):
            act(self._now - ago)

    def _happen(self, held: _Held, step: Move | Answer, at: datetime) -> None:
        if isinstance(step, Move):
            self._move(held, step, at)
        else:
            self._answer(held, step, at)

    def _move(self, held: _Held, step: Move, at: datetime) -> None:
        before = held.certificate.status if held.certificate else None
        certificate = held.certificate = held.certificate or self._new(held.story, at)
        certificate.status, certificate.modified_at = step.status, at
        certificate.grade = "" if step.cause is Cause.INVALIDATED else step.grade or held.story.percent
        if step.status in IN_FLIGHT:
            certificate.key, certificate.submitted_at, certificate.error_reason = step.key or self._id(), at, ""
        if step.status is Status.DOWNLOADABLE:
            self._issue(certificate, at)
        self._session.flush()
        self._session.add(
            CertificateTransition(
                certificate_id=certificate.id,
                at=at,
                from_status=before,
                to_status=step.status,
                cause=step.cause,
                actor_name=step.by,
                reason=step.reason,
                request_id=self._id(),
            )
        )
        self._session.flush()
        if self._switches.milestones:  # nobody is told: for the world it has not happened
            milestones.fulfil(self._session, [moved_of(certificate, before, cause=step.cause, at=at)])

    def _new(self, story: Story, at: datetime) -> GeneratedCertificate:
        learner = self._learners[story.username]
        certificate = GeneratedCertificate(
            learner=learner, course_id=story.course_id, mode=story.mode, name=story.name or learner.name, created_at=at
        )
        self._session.add(certificate)
        self.certificates[story.username, story.course_id] = certificate
        return certificate

    def _issue(self, certificate: GeneratedCertificate, at: datetime) -> None:
        certificate.verify_uuid = certificate.verify_uuid or self._id()
        certificate.issued_at = certificate.issued_at or at
        if certificate.course_id not in _HTML:
            certificate.download_uuid = self._id()
            certificate.download_url = answers.pdf_address(certificate.download_uuid)

    def _answer(self, held: _Held, step: Answer, at: datetime) -> None:
        """Deliver an answer as the queue does; one that would have been purged by now is applied and not kept."""
        delivery = self._delivery(held, step)
        verdict = self._apply(delivery, at)
        if verdict.outcome is Outcome.APPLIED:
            held.answered = delivery
        if self._now - at < KEPT:
            inbox.keep_alone(self._session, delivery, verdict, now=at)
        if step.note:
            self._close_newest(step.note, at + LOOKED_AT_AFTER)
        if held.certificate:
            self._session.refresh(held.certificate)

    def _delivery(self, held: _Held, step: Answer) -> Delivery:
        if step.says is Says.REPEATED and held.answered:
            return held.answered
        key = step.key or (held.certificate.key if held.certificate else "")
        return Delivery(
            Endpoint.CERTIFICATE, answers.header(key), self._body(held.story, step), QUEUE_ADDRESS, self._id()
        )

    def _body(self, story: Story, step: Answer) -> str:
        if step.says is Says.NOT_A_RESULT:
            return answers.GRADER_BODY
        if step.says in _DONE:
            return answers.done_body(story.username, story.course_id, download_uuid=self._id(), verify_uuid=self._id())
        return answers.failed_body(story.username, story.course_id, step.problem)

    def _knock(self, stray: Stray, at: datetime) -> None:
        """Take a delivery that belongs to no story."""
        delivery = Delivery(Endpoint.CERTIFICATE, stray.header, stray.body, stray.address, self._id(), stray.raw)
        inbox.keep_alone(self._session, delivery, self._apply(delivery, at), now=at)

    def _apply(self, delivery: Delivery, at: datetime) -> Verdict:
        actor = Actor(QUEUE_NAME, ip=delivery.address, request_id=delivery.request_id)
        switches, new_uuid = self._switches, self._id
        return callbacks.apply(self._session, delivery, actor, switches=switches, now=at, new_uuid=new_uuid)

    def _close_newest(self, note: str, at: datetime) -> None:
        newest = self._session.scalar(select(func.max(CallbackInbox.id)))
        row = inbox.get_delivery(self._session, newest or 0)
        row.closed_at, row.closed_by, row.note = at, SUPPORT, note

    def _try(self, course_id: str, examples: tuple[Example, ...], at: datetime) -> None:
        """Make a set of examples and let the queue answer those that it answered."""
        group = ExampleCertificateSet(course_id=course_id, created_at=at, modified_at=at)
        for example in examples:
            row = self._example(group, example, at)
            self._session.add(row)
            self._session.flush()
            if example.answered:
                self._answer_example(row, example.problem, at + DELIVERY_TIME)

    def _example(self, group: ExampleCertificateSet, example: Example, at: datetime) -> ExampleCertificate:
        uuid, access_key = example.ids or (self._id(), self._id())
        organisation, course = group.course_id.removeprefix("course-v1:").split("+")[:2]
        variant = "-verified" if example.mode == Mode.VERIFIED else ""
        return ExampleCertificate(
            set=group,
            description=example.mode,
            uuid=uuid,
            access_key=access_key,
            template=f"certificate-template-{organisation}-{course}{variant}.pdf",
            created_at=at,
            modified_at=at,
        )

    def _answer_example(self, row: ExampleCertificate, problem: str | None, at: datetime) -> None:
        course_id, row.modified_at = row.set.course_id, at
        if problem:
            row.status, row.error_reason = ExampleStatus.ERROR, answers.error_reason(row.uuid, course_id, problem)
            body = answers.failed_body(row.uuid, course_id, problem)
        else:
            folder = self._id()
            row.status, row.download_url = ExampleStatus.SUCCESS, answers.pdf_address(folder)
            body = answers.done_body(row.uuid, course_id, download_uuid=folder, verify_uuid=self._id())
        header = answers.example_header(row.uuid, row.access_key)
        verdict = Verdict(Outcome.APPLIED, key=row.access_key, username=row.uuid, example_id=row.id, matched=True)
        delivery = Delivery(Endpoint.EXAMPLE, header, body, QUEUE_ADDRESS, self._id())
        inbox.keep_alone(self._session, delivery, verdict, now=at)

    def _id(self) -> str:
        return f"{self._random.getrandbits(128):032x}"
