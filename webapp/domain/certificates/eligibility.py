"""Who earns a certificate, and if not, why not? Every rule is one row, with the fact it saw and what can be done."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import NamedTuple

from webapp.domain.certificates.facts import Facts
from webapp.domain.certificates.judging import seen
from webapp.domain.certificates.modes import asks_id_verification, earns_certificate
from webapp.domain.certificates.statuses import IN_FLIGHT, Status
from webapp.domain.certificates.transitions import ADDABLE
from webapp.wording import phrase


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


def _identity_for_queue(facts: Facts) -> str:
    fact = seen.identity(facts)
    if has_id_or_needs_none(facts) or not _id_suffices_for_queue(facts):
        return fact
    if facts.template:
        return phrase("{fact} A template was named.", fact=fact)
    return phrase("{fact} An honor certificate is made instead.", fact=fact)


COURSE_KNOWN = Check(
    "course_unknown",
    phrase("The course run is known"),
    lambda f: f.course.known,
    lambda f: f.course.title if f.course.known else phrase("The platform has told nothing of this course run."),
    phrase("Import the course's record, or check the course key."),
    phrase("Whoever runs the platform"),
)
NOT_CCX = Check(
    "ccx",
    phrase("The course run is no custom course (CCX)"),
    lambda f: not f.course.ccx,
    lambda f: phrase("A CCX copies another run.") if f.course.ccx else phrase("It is a course run of its own."),
    phrase("A CCX issues no certificates by itself; put the learner on the allowlist if they shall have one."),
    phrase("Support"),
)
NOT_BETA_TESTER = Check(
    "beta_tester",
    phrase("The learner is not a beta tester"),
    lambda f: not f.beta_tester,
    lambda f: phrase("Tests this course run.") if f.beta_tester else phrase("No beta tester of this course run."),
    phrase("End the beta tester's role on the platform, or use the allowlist."),
    phrase("Course staff"),
)
PASSED = Check(
    "not_passing",
    phrase("The grade is a passing one"),
    lambda f: f.passes,
    seen.grade,
    phrase("Await a passing grade, or use the allowlist."),
    phrase("The learner; support for the allowlist"),
)
VALID = Check(
    "invalidated",
    phrase("No invalidation is active"),
    lambda f: not f.invalidated,
    seen.invalidation,
    phrase("End the invalidation if it was a mistake."),
    phrase("Support"),
)
ENROLLED = Check(
    "not_enrolled",
    phrase("The learner is enrolled"),
    lambda f: f.mode is not None,
    seen.enrollment,
    phrase("Enroll the learner on the platform."),
    phrase("Course staff"),
)
MODE_EARNS = Check(
    "mode_not_eligible",
    phrase("The enrollment mode earns a certificate"),
    lambda f: f.mode is None or earns_certificate(f.mode),
    seen.enrollment,
    phrase("Audit never earns a certificate: change the enrollment to a mode that does."),
    phrase("The learner, by upgrading; course staff"),
)
ID_VERIFIED = Check(
    "id_not_verified",
    phrase("The identity is verified where the mode asks for it"),
    has_id_or_needs_none,
    seen.identity,
    phrase("Have the identity verified on the platform; the certificate follows."),
    phrase("The learner"),
)
ID_FOR_QUEUE = replace(ID_VERIFIED, passes=_id_suffices_for_queue, fact=_identity_for_queue)
NOT_ISSUED = Check(
    "already_issued",
    phrase("No certificate was issued yet"),
    lambda f: f.status is not Status.DOWNLOADABLE,
    seen.certificate,
    phrase("Nothing to do; regenerate it if it should be made anew."),
    phrase("Support"),
)
NOT_IN_FLIGHT = Check(
    "in_flight",
    phrase("No job is with the queue"),
    lambda f: f.status not in IN_FLIGHT,
    seen.certificate,
    phrase("Wait for the queue's answer; what stays without one is sent again by itself."),
    phrase("Nobody"),
)
OPEN_STATUS = Check(
    "closed_status",
    phrase("The status lets a certificate be made"),
    lambda f: f.status is None or f.status in ADDABLE or f.status is Status.DOWNLOADABLE or f.status in IN_FLIGHT,
    seen.certificate,
    phrase("This status comes from the old platform alone: regenerate the certificate."),
    phrase("Support"),
)
DELIVERABLE = Check(
    "no_delivery",
    phrase("The course can deliver: web page, or PDF with a queue"),
    _can_be_delivered,
    seen.delivery,
    phrase("No queue configured: set CERTDESK_XQUEUE_URL, or switch the course to web certificates."),
    phrase("Operators"),
)
ALLOWED = Check(
    "not_allowed",
    phrase("The learner may hold certificates"),
    lambda f: f.allowed,
    lambda f: (
        phrase("Nothing restricts the learner.")
        if f.allowed
        else phrase("The platform restricts the learner (allow_certificate).")
    ),
    phrase("The restriction is lifted on the platform alone."),
    phrase("Whoever runs the platform"),
)
NAMED = Check(
    "no_name",
    phrase("There is a name to put on the certificate"),
    lambda f: bool(f.name.strip()),
    lambda f: (
        phrase("The learner's profile has a name.")
        if f.name.strip()
        else phrase("The learner's profile is missing or has no name.")
    ),
    phrase("Complete the name in the learner's profile on the platform."),
    phrase("The learner"),
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
