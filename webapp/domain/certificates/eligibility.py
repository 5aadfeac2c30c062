"""Who earns a certificate, and if not, why not? Every rule is one row, with the fact it saw and what can be done."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import NamedTuple

from webapp.domain.certificates.facts import Facts
from webapp.domain.certificates.modes import asks_id_verification, earns_certificate
from webapp.domain.certificates.statuses import IN_FLIGHT, Status, label_of
from webapp.domain.certificates.transitions import ADDABLE


class Path(StrEnum):
    """By which table a learner is judged (decision 37)."""

    ALLOWLIST = "allowlist"
    REGULAR = "regular"
    QUEUE = "queue"


class Purpose(StrEnum):
    """What the verdict is wanted for."""

    GENERATE = "generate"
    REGENERATE = "regenerate"
    JUDGE_ANEW = "judge_anew"


@dataclass(frozen=True, slots=True)
class Check:
    """One rule. `code` goes into the audit trail and the API, so it never changes."""

    code: str
    title: str
    """What is true where it passes."""
    passes: Callable[[Facts], bool]
    fact: Callable[[Facts], str]
    advice: str
    who: str


class Decision(NamedTuple):
    """The verdict on one learner in one course run, with every check that was made; a tuple, as the facts are."""

    facts: Facts
    path: Path
    purpose: Purpose
    passed: tuple[bool, ...]
    """What each check of the path and purpose said, in their order."""

    @property
    def trace(self) -> tuple[tuple[Check, bool], ...]:
        """Every check with what it said."""
        return tuple(zip(CHECKS[self.path, self.purpose], self.passed, strict=True))

    @property
    def refused_by(self) -> str | None:
        """The code of the first check that failed; None where the certificate is earned."""
        return None if self.earned else CHECKS[self.path, self.purpose][self.passed.index(False)].code

    @property
    def earned(self) -> bool:
        """True where nothing stands against the certificate."""
        return False not in self.passed

    @property
    def failed(self) -> tuple[str, ...]:
        """The codes of all checks that failed, in order."""
        return tuple(check.code for check, passed in self.trace if not passed)


def path_of(facts: Facts) -> Path:
    """Say by which table a learner is judged: the allowlist's, the regular one, or the queue's (decision 37)."""
    if facts.on_allowlist:
        return Path.ALLOWLIST
    return Path.REGULAR if facts.course.html and facts.course.updated_rules else Path.QUEUE


def decide(facts: Facts, purpose: Purpose = Purpose.GENERATE) -> Decision:
    """Judge one learner in one course run; makes every check, whichever fails first (decision 11)."""
    path = path_of(facts)
    return Decision(facts, path, purpose, tuple([passes(facts) for passes in _RULES[path, purpose]]))


def has_id_or_needs_none(facts: Facts) -> bool:
    """Say whether the identity stands in nobody's way: verified, or the mode does not ask for it (decision 12)."""
    return facts.mode is None or not facts.course.asks_id(facts.mode) or facts.id_verified


def _id_suffices_for_queue(facts: Facts) -> bool:
    """A paid mode without a verified identity becomes honor where that is offered (domain note §3.6, decision 37)."""
    if has_id_or_needs_none(facts) or facts.template:
        return True
    return facts.course.offers_honor and asks_id_verification(facts.mode or "")


def _can_be_delivered(facts: Facts) -> bool:
    return facts.course.html or facts.course.queue_configured


def _grade(facts: Facts) -> str:
    if facts.passed_by_staff:
        return f"Staff gave the grade {facts.forced_label}."
    if facts.percent is None:
        return "The platform has told no grade."
    label = f", {facts.letter}" if facts.letter else ""
    return f"Grade {(facts.percent * 100).normalize():f} %{label}: {'passing' if facts.passed else 'not passing'}."


def _enrollment(facts: Facts) -> str:
    if facts.mode is None:
        return "No enrollment is known."
    return f"Enrolled as {facts.mode}{'' if facts.active else ', no longer active'}."


def _identity(facts: Facts) -> str:
    if facts.mode is not None and not facts.course.asks_id(facts.mode):
        return f"The mode {facts.mode} asks for no ID verification."
    if not facts.id_status:
        return "The platform has told of no ID verification."
    if facts.id_status == "approved" and not facts.id_verified:
        return "The ID verification has expired."
    return f"ID verification: {facts.id_status}."


def _identity_for_queue(facts: Facts) -> str:
    fact = _identity(facts)
    if has_id_or_needs_none(facts) or not _id_suffices_for_queue(facts):
        return fact
    return f"{fact} {'A template was named.' if facts.template else 'An honor certificate is made instead.'}"


def _delivery(facts: Facts) -> str:
    if facts.course.html:
        return "The course issues web certificates."
    return f"The course issues PDFs; {'a' if facts.course.queue_configured else 'no'} queue is configured."


def _invalidation(facts: Facts) -> str:
    return f"Invalidated by {facts.invalidated_by}." if facts.invalidated else "No invalidation is active."


def _certificate(facts: Facts) -> str:
    if facts.status is None:
        return "There is no certificate yet."
    return f"The certificate's status is {label_of(facts.status)}."


COURSE_KNOWN = Check(
    "course_unknown",
    "The course run is known",
    lambda f: f.course.known,
    lambda f: f.course.title if f.course.known else "The platform has told nothing of this course run.",
    "Import the course's record, or check the course key.",
    "Whoever runs the platform",
)
NOT_CCX = Check(
    "ccx",
    "The course run is no custom course (CCX)",
    lambda f: not f.course.ccx,
    lambda f: "A CCX copies another run." if f.course.ccx else "It is a course run of its own.",
    "A CCX issues no certificates by itself; put the learner on the allowlist if they shall have one.",
    "Support",
)
NOT_BETA_TESTER = Check(
    "beta_tester",
    "The learner is not a beta tester",
    lambda f: not f.beta_tester,
    lambda f: "Tests this course run." if f.beta_tester else "No beta tester of this course run.",
    "End the beta tester's role on the platform, or use the allowlist.",
    "Course staff",
)
PASSED = Check(
    "not_passing",
    "The grade is a passing one",
    lambda f: f.passes,
    _grade,
    "Await a passing grade, or use the allowlist.",
    "The learner; support for the allowlist",
)
VALID = Check(
    "invalidated",
    "No invalidation is active",
    lambda f: not f.invalidated,
    _invalidation,
    "End the invalidation if it was a mistake.",
    "Support",
)
ENROLLED = Check(
    "not_enrolled",
    "The learner is enrolled",
    lambda f: f.mode is not None,
    _enrollment,
    "Enroll the learner on the platform.",
    "Course staff",
)
MODE_EARNS = Check(
    "mode_not_eligible",
    "The enrollment mode earns a certificate",
    lambda f: f.mode is None or earns_certificate(f.mode),
    _enrollment,
    "Audit never earns a certificate: change the enrollment to a mode that does.",
    "The learner, by upgrading; course staff",
)
ID_VERIFIED = Check(
    "id_not_verified",
    "The identity is verified where the mode asks for it",
    has_id_or_needs_none,
    _identity,
    "Have the identity verified on the platform; the certificate follows.",
    "The learner",
)
ID_FOR_QUEUE = replace(ID_VERIFIED, passes=_id_suffices_for_queue, fact=_identity_for_queue)
NOT_ISSUED = Check(
    "already_issued",
    "No certificate was issued yet",
    lambda f: f.status is not Status.DOWNLOADABLE,
    _certificate,
    "Nothing to do; regenerate it if it should be made anew.",
    "Support",
)
NOT_IN_FLIGHT = Check(
    "in_flight",
    "No job is with the queue",
    lambda f: f.status not in IN_FLIGHT,
    _certificate,
    "Wait for the queue's answer; what stays without one is sent again by itself.",
    "Nobody",
)
OPEN_STATUS = Check(
    "closed_status",
    "The status lets a certificate be made",
    lambda f: f.status is None or f.status in ADDABLE or f.status is Status.DOWNLOADABLE or f.status in IN_FLIGHT,
    _certificate,
    "This status comes from the old platform alone: regenerate the certificate.",
    "Support",
)
DELIVERABLE = Check(
    "no_delivery",
    "The course can deliver: web page, or PDF with a queue",
    _can_be_delivered,
    _delivery,
    "No queue configured: set CERTDESK_XQUEUE_URL, or switch the course to web certificates.",
    "Operators",
)
ALLOWED = Check(
    "not_allowed",
    "The learner may hold certificates",
    lambda f: f.allowed,
    lambda f: (
        "Nothing restricts the learner." if f.allowed else "The platform restricts the learner (allow_certificate)."
    ),
    "The restriction is lifted on the platform alone.",
    "Whoever runs the platform",
)
NAMED = Check(
    "no_name",
    "There is a name to put on the certificate",
    lambda f: bool(f.name.strip()),
    lambda f: (
        "The learner's profile has a name." if f.name.strip() else "The learner's profile is missing or has no name."
    ),
    "Complete the name in the learner's profile on the platform.",
    "The learner",
)

_STANDING = (NOT_ISSUED, NOT_IN_FLIGHT, OPEN_STATUS)  # C5, and what decision 8 adds to it
_COMMON = (VALID, ENROLLED, MODE_EARNS, ID_VERIFIED, *_STANDING, DELIVERABLE, NAMED, ALLOWED)
_ORDERED: dict[Path, tuple[Check, ...]] = {
    Path.ALLOWLIST: (COURSE_KNOWN, *_COMMON),
    Path.REGULAR: (COURSE_KNOWN, NOT_CCX, NOT_BETA_TESTER, PASSED, *_COMMON),
    Path.QUEUE: (
        COURSE_KNOWN,
        NOT_CCX,
        NOT_BETA_TESTER,
        *_STANDING,
        VALID,
        ENROLLED,
        DELIVERABLE,
        NAMED,
        MODE_EARNS,
        PASSED,
        ALLOWED,
        ID_FOR_QUEUE,
    ),
}
_LEFT_OUT: dict[Purpose, tuple[Check, ...]] = {
    Purpose.GENERATE: (),
    Purpose.REGENERATE: (NOT_ISSUED, OPEN_STATUS),  # every check but C5 (decision 50); never while a job is out (9)
    Purpose.JUDGE_ANEW: _STANDING,
}
CHECKS: dict[tuple[Path, Purpose], tuple[Check, ...]] = {
    (path, purpose): tuple(check for check in checks if check not in left_out)
    for path, checks in _ORDERED.items()
    for purpose, left_out in _LEFT_OUT.items()
}
"""Which checks are made, in which order (domain note §3.2, §3.3, §3.6)."""
_RULES = {key: tuple(check.passes for check in checks) for key, checks in CHECKS.items()}
