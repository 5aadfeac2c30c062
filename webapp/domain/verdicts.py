"""What is the verdict on a learner's certificate, and for which reasons?"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from webapp.domain.certificates import eligibility as rules
from webapp.domain.certificates.eligibility import Check, Decision
from webapp.domain.certificates.facts import APPROVED, Facts
from webapp.domain.certificates.statuses import IN_FLIGHT, Status, label_of
from webapp.wording import phrase


class Standing(StrEnum):
    """How a learner stands to the certificate, in one word."""

    ISSUED = "issued"
    MAKING = "making"
    DELETING = "deleting"
    FAILED = "failed"
    DELETED = "deleted"
    EARNED = "earned"
    """Nothing stands against it, and nobody has made it yet."""
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a learner stands, and every check that stands against the certificate, the weightiest first."""

    standing: Standing
    against: tuple[Check, ...]
    reasons: tuple[str, ...]
    """For each check that stands against it, what follows "because", without a full stop."""


WAITS = frozenset({rules.NOT_ISSUED.code, rules.NOT_IN_FLIGHT.code})
"""Checks that fail because there is a certificate, or nearly: no reason for there being none."""

BECAUSE: dict[str, Callable[[Facts], str]] = {
    rules.COURSE_KNOWN.code: lambda f: phrase("the platform has told nothing of this course run"),
    rules.NOT_CCX.code: lambda f: phrase("the course run is a custom course (CCX), which issues none by itself"),
    rules.NOT_BETA_TESTER.code: lambda f: phrase("beta testers of the course run are passed over"),
    rules.PASSED.code: lambda f: (
        phrase("the platform has told no grade") if f.percent is None else phrase("the grade is not a passing one")
    ),
    rules.VALID.code: lambda f: phrase("{who} has invalidated it", who=f.invalidated_by),
    rules.ENROLLED.code: lambda f: phrase("the platform has told of no enrollment"),
    rules.MODE_EARNS.code: lambda f: phrase("the enrollment mode {mode} earns none", mode=f.mode),
    rules.ID_VERIFIED.code: lambda f: (
        phrase("the ID verification has expired") if f.id_status == APPROVED else phrase("the identity is not verified")
    ),
    rules.NOT_ISSUED.code: lambda f: phrase("a certificate was issued already"),
    rules.NOT_IN_FLIGHT.code: lambda f: phrase("a job is with the queue"),
    rules.OPEN_STATUS.code: lambda f: phrase(
        "the certificate's status, {status}, comes from the old platform", status=label_of(f.status or "")
    ),
    rules.DELIVERABLE.code: lambda f: phrase("the course run issues PDFs, and no queue is configured"),
    rules.NAMED.code: lambda f: phrase("the learner's profile has no name"),
    rules.ALLOWED.code: lambda f: phrase("the platform restricts the learner"),
}
"""What stands against a certificate, as people say it after "because"."""


def verdict_of(decision: Decision) -> Verdict:
    """Sum up a decision and the certificate that there is; an invalidation comes before every other reason (decision 11)."""
    facts = decision.facts
    failed = [check for check, passed in decision.trace if not passed and check.code not in WAITS]
    against = tuple(sorted(failed, key=lambda check: check.code != rules.VALID.code))
    reasons = tuple(BECAUSE[check.code](facts) for check in against)
    return Verdict(_standing(facts, refused=bool(against)), against, reasons)


def in_words(decision: Decision) -> tuple[str, ...]:
    """Give a reason for each check that failed, in their order: why an act was refused."""
    return tuple(BECAUSE[code](decision.facts) for code in decision.failed)


def _standing(facts: Facts, *, refused: bool) -> Standing:
    if facts.status is Status.DOWNLOADABLE and not facts.invalidated:
        return Standing.ISSUED
    if facts.status in IN_FLIGHT:
        return Standing.DELETING if facts.status is Status.DELETING else Standing.MAKING
    if facts.status is Status.ERROR:
        return Standing.FAILED
    if facts.status is Status.DELETED:
        return Standing.DELETED
    return Standing.REFUSED if refused else Standing.EARNED
