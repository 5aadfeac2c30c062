"""Which status does a refusal leave behind, and what of the certificate's other fields stays?"""

from collections.abc import Callable

from webapp.domain.certificates import eligibility as rules
from webapp.domain.certificates.eligibility import Decision, Path, Purpose
from webapp.domain.certificates.facts import Facts, grade_text
from webapp.domain.certificates.statuses import IN_FLIGHT, Status

Leaves = Status | Callable[[Facts], Status] | None


def _audit(facts: Facts) -> Status:
    return Status.AUDIT_PASSING if facts.passes else Status.AUDIT_NOT_PASSING


_NOTHING_LEFT: tuple[tuple[str, Leaves], ...] = (
    (rules.COURSE_KNOWN.code, None),
    (rules.NOT_CCX.code, None),
    (rules.NOT_BETA_TESTER.code, None),
    (rules.ENROLLED.code, None),
)
REFUSALS: dict[Path, tuple[tuple[str, Leaves], ...]] = {
    Path.ALLOWLIST: (
        *_NOTHING_LEFT,
        (rules.VALID.code, Status.UNAVAILABLE),
        (rules.MODE_EARNS.code, _audit),
        (rules.DELIVERABLE.code, None),
        (rules.ID_VERIFIED.code, Status.UNVERIFIED),
        (rules.ALLOWED.code, Status.RESTRICTED),
    ),
    Path.REGULAR: (
        *_NOTHING_LEFT,
        (rules.VALID.code, Status.UNAVAILABLE),
        (rules.MODE_EARNS.code, _audit),
        (rules.ID_VERIFIED.code, Status.UNVERIFIED),
        (rules.PASSED.code, Status.NOT_PASSING),
        (rules.ALLOWED.code, Status.RESTRICTED),
    ),
    Path.QUEUE: (
        *_NOTHING_LEFT,
        (rules.OPEN_STATUS.code, None),
        (rules.VALID.code, Status.UNAVAILABLE),
        (rules.MODE_EARNS.code, _audit),
        (rules.PASSED.code, Status.NOT_PASSING),
        (rules.ALLOWED.code, Status.RESTRICTED),
        (rules.ID_FOR_QUEUE.code, Status.UNVERIFIED),
    ),
}
"""The first check of the list that failed says what is left (domain note §3.4, §3.6, decisions 11, 13, 38).

None leaves the row as it is, and so does a check that is not in the list. An invalidation comes before the audit
mode, so that a later judgement does not hide what was invalidated.
"""


def status_left_by(decision: Decision) -> Status | None:
    """Give the status that a refusal leaves behind; None where the row stays as it is, or the certificate is earned.

    A valid certificate without an active invalidation is never downgraded (S4), nor where it failed to be made anew
    (record 11), and a job with the queue is awaited, unless the learner was judged anew (decision 50); a deletion is
    awaited always (decision 43).
    """
    if _stands(decision):
        return None
    facts, failed = decision.facts, decision.failed
    leaves = next((leaves for code, leaves in REFUSALS[decision.path] if code in failed), None)
    return leaves(facts) if callable(leaves) else leaves


def grade_left_by(status: Status, facts: Facts) -> str:
    """Give the grade that a row in a refusal's status carries: blank where it was invalidated (decisions 10, 38)."""
    return "" if status is Status.UNAVAILABLE else grade_text(facts.percent)


def _stands(decision: Decision) -> bool:
    facts = decision.facts
    if decision.purpose is Purpose.JUDGE_ANEW:
        return facts.status is Status.DELETING
    return facts.status in IN_FLIGHT or (facts.valid and not facts.invalidated)
