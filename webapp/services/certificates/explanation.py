"""Why does a learner have a certificate in a course run, or why not, and who can do what about it?"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.domain.certificates import eligibility
from webapp.domain.certificates.eligibility import Check, Decision, Purpose, decide
from webapp.domain.certificates.facts import Facts
from webapp.domain.identifiers import CourseId
from webapp.models.certificates import GeneratedCertificate
from webapp.models.messages import Outbox
from webapp.services import places
from webapp.services.certificates import listing, timeline
from webapp.services.certificates.timeline import Entry
from webapp.services.generation import facts
from webapp.services.generation.making import Made
from webapp.wording import phrase

_SOURCES: dict[str, tuple[str, Callable[[Facts], datetime | None]]] = {
    eligibility.PASSED.code: (phrase("Grade, from the platform"), lambda f: f.graded_at),
    eligibility.VALID.code: (phrase("Invalidations"), lambda f: f.invalidated_at),
    eligibility.ENROLLED.code: (phrase("Enrollment, from the platform"), lambda f: f.enrolled_at),
    eligibility.MODE_EARNS.code: (phrase("Enrollment, from the platform"), lambda f: f.enrolled_at),
    eligibility.ID_VERIFIED.code: (phrase("ID verification, from the platform"), lambda f: f.id_at),
    eligibility.NOT_ISSUED.code: (phrase("Certificate"), lambda f: f.status_at),
    eligibility.NOT_IN_FLIGHT.code: (phrase("Certificate"), lambda f: f.status_at),
    eligibility.OPEN_STATUS.code: (phrase("Certificate"), lambda f: f.status_at),
    eligibility.NOT_BETA_TESTER.code: (phrase("Course roles, from the platform"), lambda f: f.role_at),
    eligibility.ALLOWED.code: (phrase("Learner's record, from the platform"), lambda f: f.learner_at),
    eligibility.NAMED.code: (phrase("Learner's record, from the platform"), lambda f: f.learner_at),
    eligibility.COURSE_KNOWN.code: (phrase("Course record, from the platform"), lambda f: f.course_at),
    eligibility.NOT_CCX.code: (phrase("Course key"), lambda f: None),
    eligibility.DELIVERABLE.code: (phrase("Course record and settings"), lambda f: f.course_at),
}


@dataclass(frozen=True, slots=True)
class Seen:
    """One check as people read it: what it asked, what it saw, since when and from where, and what can be done."""

    check: Check
    passed: bool
    fact: str
    source: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Waiting:
    """A job that has not left yet, or failed to."""

    channel: str
    tries: int
    next_try_at: datetime
    last_problem: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """All that is known of why a learner has, or has not, a certificate."""

    decision: Decision
    checks: list[Seen]
    certificate: GeneratedCertificate | None
    valid: bool
    """The certificate is issued, or was and is only made anew; whatever an invalidation says."""
    timeline: list[Entry]
    waiting: list[Waiting]

    @property
    def facts(self) -> Facts:
        """What was judged."""
        return self.decision.facts

    @property
    def counts(self) -> bool:
        """Say whether whoever looks at the certificate is shown it, as far as its course run shows any."""
        return self.valid and not self.facts.invalidated


def explain(
    session: Session, username: str, course_id: CourseId, *, now: datetime, queue_configured: bool
) -> Explanation:
    """Judge a learner as generation would, change nothing, and say all that was seen; raises UnknownLearner."""
    learner_id = places.get_learner(session, username, erased_too=True).id
    course = facts.read_course(session, course_id, now=now, queue_configured=queue_configured)
    known, row = facts.read_one(session, course, learner_id)
    decision = decide(known, Purpose.GENERATE)
    certificate = session.get(GeneratedCertificate, row["id"]) if row else None
    return Explanation(
        decision,
        [see(check, passed, known) for check, passed in decision.trace],
        certificate,
        known.valid,
        timeline.timeline_of_learner(session, username, course_id, certificate_id=known.certificate_id),
        _waiting(session, row["id"]) if row else [],
    )


def see(check: Check, passed: bool, known: Facts) -> Seen:  # noqa: FBT001 - as the trace has it
    """Put a check into words."""
    source, at = _SOURCES[check.code]
    return Seen(check, passed, check.fact(known), source, at(known))


def as_object(explanation: Explanation, base_url: str) -> dict[str, Any]:
    """Give the verdict, its checks and what there is to see of the certificate as the object of interface §6."""
    decision, certificate = explanation.decision, explanation.certificate
    return {
        "decision": {
            "earned": decision.earned,
            "refused_by": decision.refused_by,
            "rules": decision.path.value,
            "status": decision.facts.status.value if decision.facts.status else None,
        },
        "checks": checks_as_objects(decision),
        "certificate": (
            listing.as_object(certificate, base_url, invalidated=explanation.facts.invalidated) if certificate else None
        ),
        "timeline": [timeline.as_object(entry) for entry in explanation.timeline],
    }


def made_as_object(made: Made) -> dict[str, Any]:
    """Give what came of an act as the object of interface §6; `trace` is what `checks` is in an explanation."""
    return {
        "status": made.status.value if made.status else None,
        "queued": made.queued,
        "refused_by": made.decision.refused_by,
        "trace": checks_as_objects(made.decision),
    }


def checks_as_objects(decision: Decision) -> list[dict[str, Any]]:
    """Give every check that was made, in its order, as programs read it; advice stands where it failed."""
    return [
        {
            "code": check.code,
            "passed": passed,
            "fact": check.fact(decision.facts),
            "advice": None if passed else check.advice,
        }
        for check, passed in decision.trace
    ]


def _waiting(session: Session, certificate_id: int) -> list[Waiting]:
    rows = session.execute(
        select(Outbox.channel, Outbox.tries, Outbox.next_try_at, Outbox.last_problem)
        .where(Outbox.certificate_id == certificate_id, Outbox.sent_at.is_(None), Outbox.failed_at.is_(None))
        .order_by(Outbox.id)
    )
    return [Waiting(*row) for row in rows]
