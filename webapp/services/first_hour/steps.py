"""How far is an installation on its way to the first certificate? Each step is found in the database, never ticked off.

Only the first row of each kind is looked for, so that no question costs more on a full database than on an empty one.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from webapp.domain.actors import words_for
from webapp.domain.approval.states import Verdict
from webapp.domain.certificates.modes import Mode
from webapp.domain.certificates.statuses import Status
from webapp.domain.configs.kinds import SINGLE_KEY, Kind
from webapp.models.audit import AuditEvent, known_moment
from webapp.models.bus import EventCount
from webapp.models.certificates import GeneratedCertificate
from webapp.models.courses import CourseMode, CourseRun
from webapp.models.governance.changes import LIVE, ChangeRequest
from webapp.models.learners import CourseGrade, Enrollment, Learner
from webapp.services import audit
from webapp.services.configs import ledger
from webapp.wording import joined, phrase

BY_EVENTS = phrase("the platform’s events")


class Step(StrEnum):
    """One step, in the order in which they are taken."""

    FACTS = "facts"
    MODE = "mode"
    WORDS = "words"
    PASSED = "passed"
    ISSUED = "issued"


@dataclass(frozen=True, slots=True)
class Found:
    """How far one step is, and what it is recognised by: who did it, when, in which course run, for which learner."""

    step: Step
    done: bool = False
    at: datetime | None = None
    by: str = ""
    course_id: str = ""
    mode: str = ""
    learner: str = ""
    change_id: int | None = None
    """What made the certificates' words live, or is to."""


def find_first(session: Session) -> Found:
    """Give the first certificate that was issued, as far as there is one: the first of the first course run with any.

    By course run, since the index of certificates has the course run before the status.
    """
    certificate = GeneratedCertificate
    issued = exists().where(certificate.course_id == CourseRun.course_id, certificate.status == Status.DOWNLOADABLE)
    course_id = session.scalar(select(CourseRun.course_id).where(issued).limit(1))
    if course_id is None:
        return Found(Step.ISSUED)
    first = session.execute(
        select(Learner.username, certificate.issued_at)
        .join(Learner, Learner.id == certificate.learner_id)
        .where(certificate.course_id == course_id, certificate.status == Status.DOWNLOADABLE)
        .order_by(certificate.id)
        .limit(1)
    ).first()
    return Found(
        Step.ISSUED,
        done=True,
        at=first.issued_at if first else None,
        course_id=course_id,
        learner=first.username if first else "",
    )


def find_steps(session: Session, first: Found | None = None) -> list[Found]:
    """Give how far each step is, in their order; `first` is what `find_first` gave, where it was asked before."""
    return [
        _facts(session),
        _mode(session),
        _words(session),
        _passed(session),
        first or find_first(session),
    ]


def _facts(session: Session) -> Found:
    told = session.scalar(select(CourseRun.id).limit(1)), session.scalar(select(Learner.id).limit(1))
    if None in told:
        return Found(Step.FACTS)
    acts = select(AuditEvent).where(AuditEvent.action == "records.imported")
    for imported in audit.read_events(session, acts.order_by(AuditEvent.seq).limit(1)):
        return Found(Step.FACTS, done=True, at=known_moment(imported.at), by=words_for(imported.actor_name))
    flows = session.scalar(select(EventCount.event_type).limit(1)) is not None
    return Found(Step.FACTS, done=True, by=BY_EVENTS if flows else "")


def _mode(session: Session) -> Found:
    offered = session.execute(
        select(CourseMode.course_id, CourseMode.mode).where(CourseMode.mode != Mode.AUDIT, CourseMode.active).limit(1)
    ).first()
    return Found(Step.MODE) if offered is None else Found(Step.MODE, True, course_id=offered[0], mode=offered[1])


def _words(session: Session) -> Found:
    live = ledger.find_version(session, Kind.HTML_VIEW, SINGLE_KEY)
    payload = ledger.payload_of(live)
    if live is not None and payload and payload["enabled"]:
        approved = [one.account_name for one in live.change.decisions if _counts(one.verdict, one.taken_back_at)]
        by = words_for(live.change.author_name)
        if approved:
            by = phrase("{author}, approved by {names}", author=by, names=joined(approved))
        return Found(Step.WORDS, done=True, at=live.created_at, by=by, change_id=live.change_id)
    in_review = select(ChangeRequest.id, ChangeRequest.author_name).where(LIVE, ChangeRequest.kind == Kind.HTML_VIEW)
    waiting = session.execute(in_review.order_by(ChangeRequest.id).limit(1)).first()
    return Found(Step.WORDS) if waiting is None else Found(Step.WORDS, by=waiting[1], change_id=waiting[0])


def _counts(verdict: Verdict, taken_back_at: datetime | None) -> bool:
    return verdict is Verdict.APPROVE and taken_back_at is None


def _passed(session: Session) -> Found:
    found = session.execute(
        select(Learner.username, CourseGrade.course_id, CourseGrade.modified_at)
        .join(Learner, Learner.id == CourseGrade.learner_id)
        .where(
            CourseGrade.passed,
            exists().where(
                Enrollment.learner_id == CourseGrade.learner_id,
                Enrollment.course_id == CourseGrade.course_id,
                Enrollment.active,
                Enrollment.mode != Mode.AUDIT,
            ),
        )
        .limit(1)
    ).first()
    if found is None:
        return Found(Step.PASSED)
    return Found(Step.PASSED, True, at=found[2], learner=found[0], course_id=found[1])
