"""What is known of a learner in a course run when their certificate is judged?"""

from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_DOWN, Decimal
from typing import NamedTuple

from webapp.domain.certificates.modes import Mode, asks_id_verification
from webapp.domain.certificates.statuses import Status
from webapp.domain.certificates.visibility import stays_valid
from webapp.domain.identifiers import CourseId
from webapp.domain.queue.requests import grade_label

APPROVED = "approved"
_THOUSANDTH = Decimal("0.001")


@dataclass(frozen=True, slots=True)
class CourseFacts:
    """A course run as its record says, at the moment of judging; `modes` maps each offered mode to "asks for ID"."""

    course_id: CourseId
    now: datetime
    known: bool = True
    title: str = ""
    ccx: bool = False
    html: bool = True
    """Certificates are web pages; else PDFs, which go through the queue."""
    updated_rules: bool = True
    """`use_updated`: the course is judged by the regular rules (decision 37)."""
    queue_configured: bool = False
    issues_badges: bool = False
    modes: tuple[tuple[str, bool], ...] = ()
    former_modes: tuple[tuple[str, bool], ...] = ()
    """Those that are not offered any more: who is enrolled in one is asked for what it has always asked for."""

    @property
    def offers_honor(self) -> bool:
        """Honor is the mode of those who paid but whose identity was never verified (domain note §3.6)."""
        return any(mode == Mode.HONOR for mode, _ in self.modes)

    def asks_id(self, mode: str) -> bool:
        """Say whether a mode needs a verified identity here (decision 12)."""
        for known, asks in (*self.modes, *self.former_modes):
            if known == mode:
                return asks
        return asks_id_verification(mode)


class Facts(NamedTuple):
    """One learner in one course run. None stands for what was never told; a tuple, since a bulk run reads 100,000 of them."""

    course: CourseFacts
    learner_id: int
    username: str
    name: str = ""
    allowed: bool = True
    """`allow_certificate` of the learner's record; false for those whom the law keeps from a certificate."""
    mode: str | None = None
    enrolled_at: datetime | None = None
    active: bool = True
    percent: Decimal | None = None
    letter: str = ""
    passed: bool = False
    graded_at: datetime | None = None
    id_status: str = ""
    id_expires_at: datetime | None = None
    id_at: datetime | None = None
    on_allowlist: bool = False
    allowlisted_by: str = ""
    allowlisted_at: datetime | None = None
    beta_tester: bool = False
    certificate_id: int | None = None
    status: Status | None = None
    """The status of the certificate there is; None where there is none."""
    status_at: datetime | None = None
    invalidated: bool = False
    invalidated_by: str = ""
    invalidated_at: datetime | None = None
    forced_label: str = ""
    """A grade label that staff gave; it counts as passing, and leaves the percent as it is (domain note §3.6)."""
    template: str = ""
    """A PDF template that staff named."""
    external_id: int | None = None
    """The learner's number on the platform."""
    learner_at: datetime | None = None
    """When the platform last told something new of the learner's record, as `course_at` and `role_at` of the others'."""
    course_at: datetime | None = None
    role_at: datetime | None = None
    came_from: Status | None = None
    """The last status before the certificate's making began, where it is being made or that failed (record 11)."""

    @property
    def valid(self) -> bool:
        """True for a certificate that is issued, or was and is only made anew; whatever an invalidation says."""
        return self.status is not None and stays_valid(self.status, self.came_from)

    @property
    def id_verified(self) -> bool:
        """True while an approval stands that has not run out."""
        return self.id_status == APPROVED and (self.id_expires_at is None or self.id_expires_at > self.course.now)

    @property
    def passes(self) -> bool:
        """True for a passing grade, and for whoever is passed by staff."""
        return self.passed or self.on_allowlist or self.passed_by_staff

    @property
    def passed_by_staff(self) -> bool:
        """True for a label that staff gave; one that says nothing without its markup is none (domain note §3.6)."""
        return grade_label(None, forced=self.forced_label) is not None


def grade_text(percent: Decimal | None) -> str:
    """Give a grade as a certificate keeps it: the fraction in at most five characters, never rounded up (decision 16)."""
    if percent is None:
        return ""
    text = format(percent.quantize(_THOUSANDTH, ROUND_DOWN), "f").rstrip("0")
    return f"{text}0" if text.endswith(".") else text
