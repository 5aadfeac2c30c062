"""What decides over the certificates of a course run, where is that written, and what stands in their way?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import literal, select, union_all
from sqlalchemy.orm import Session

from webapp.domain.certificates.modes import earns_certificate
from webapp.domain.certificates.statuses import ExampleStatus, Status
from webapp.domain.configs import courses
from webapp.domain.configs.kinds import SINGLE_KEY, Kind
from webapp.domain.identifiers import CourseId
from webapp.models.certificates import GeneratedCertificate, GenerationRun
from webapp.models.courses import CourseMode, CourseRun
from webapp.models.examples import ExampleCertificate
from webapp.models.governance.changes import ChangeRequest
from webapp.models.learners import CourseRole, Learner
from webapp.services.bus import held_back
from webapp.services.configs import history, ledger
from webapp.services.generation import examples, runs
from webapp.services.platform.course_staff import TEACHES

MOST_STAFF = 50


@dataclass(frozen=True, slots=True)
class OfferedMode:
    """One mode in which a course run is offered."""

    mode: str
    earns: bool
    """A certificate can be earned in it (decision 15)."""
    asks_id: bool


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody with a part in a course run."""

    username: str
    name: str
    role: str


@dataclass(frozen=True, slots=True)
class Settled:
    """What configuration says of a course run; a version 0 is one that there never was."""

    course_version: int
    """Of the course run's own settings; 0 where nothing is live."""
    self_generation: bool
    """The course run's own switch."""
    use_updated: bool | None
    """None: as the course record says."""
    site_version: int
    site_switch: bool
    """The switch of all course runs; both have to be on (domain note §1.6)."""
    own_words: bool
    """The HTML view has words of its own for the course run."""
    open_change: ChangeRequest | None
    """A change of the course run's settings that is not decided yet."""

    @property
    def offered(self) -> bool:
        """Learners may ask for their certificates themselves."""
        return self.self_generation and self.site_switch


@dataclass(frozen=True, slots=True)
class Standing:
    """All that a course run's page begins with."""

    course: CourseRun
    modes: Sequence[OfferedMode]
    settled: Settled
    examples: Sequence[ExampleCertificate] | None
    """Of the newest set; None where there never was one."""
    team: Sequence[Member]
    """Staff and instructors; MOST_STAFF (50) at most."""
    open_run: GenerationRun | None
    """The run that is under way or paused; a dry run stands in nobody's way."""
    held_back: int
    """Learners who passed before we listened, and wait for a run (decision 44)."""

    @property
    def offered(self) -> Sequence[str]:
        """The modes in which the course run is offered."""
        return [one.mode for one in self.modes]

    @property
    def earning(self) -> Sequence[str]:
        """The modes in which a certificate can be earned."""
        return [one.mode for one in self.modes if one.earns]

    @property
    def examples_failed(self) -> Sequence[ExampleCertificate]:
        """Those of the newest examples that failed."""
        return [one for one in self.examples or () if one.status is ExampleStatus.ERROR]

    @property
    def examples_wait(self) -> bool:
        """Some of the newest examples have no answer yet."""
        return any(one.status is ExampleStatus.STARTED for one in self.examples or ())

    @property
    def examples_needed(self) -> bool:
        """Self-generation cannot be opened before the newest examples have succeeded (decision 42)."""
        allowed = courses.may_open(self.examples or (), html=self.course.html_certificates)
        return not allowed and not self.settled.self_generation


def read(session: Session, course: CourseRun) -> Standing:
    """Read how a course run stands, in a dozen small questions."""
    course_id = CourseId(course.course_id)
    return Standing(
        course=course,
        modes=_modes(session, course_id),
        settled=_settled(session, course_id),
        examples=examples.list_latest(session, course_id),
        team=_team(session, course_id),
        open_run=runs.find_open_run(session, course_id),
        held_back=held_back.count_in(session, course_id),
    )


def statuses_in(session: Session, course_id: CourseId) -> Sequence[Status]:
    """Give the statuses that certificates of a course run have: looked up one by one along an index, and none counted."""
    held = GeneratedCertificate
    tries = [
        select(literal(status.value)).where(
            select(held.id).where(held.course_id == course_id, held.status == status).exists()
        )
        for status in Status
    ]
    return [Status(value) for value in session.scalars(union_all(*tries))]


def made_at(found: Sequence[ExampleCertificate] | None) -> datetime | None:
    """Give when a set of examples was made; None for none."""
    return min((one.created_at for one in found or ()), default=None)


def _modes(session: Session, course_id: CourseId) -> Sequence[OfferedMode]:
    query = select(CourseMode.mode, CourseMode.requires_id_verification)
    query = query.where(CourseMode.course_id == course_id, CourseMode.active).order_by(CourseMode.mode)
    return [OfferedMode(mode, earns_certificate(mode), asks) for mode, asks in session.execute(query)]


def _settled(session: Session, course_id: CourseId) -> Settled:
    own = ledger.find_version(session, Kind.COURSE, course_id)
    site = ledger.find_version(session, Kind.GENERATION, SINGLE_KEY)
    view = ledger.live_payload(session, Kind.HTML_VIEW)
    chosen, switch = ledger.payload_of(own), ledger.payload_of(site)
    return Settled(
        course_version=own.version if own is not None and chosen is not None else 0,
        self_generation=bool(chosen and chosen["self_generation_enabled"]),
        use_updated=chosen["use_updated"] if chosen else None,
        site_version=site.version if site is not None and switch is not None else 0,
        site_switch=bool(switch and switch["enabled"]),
        own_words=bool(view and view["enabled"] and course_id in view["configuration"].get("courses", {})),
        open_change=history.find_open_changes(session, Kind.COURSE, [course_id]).get(course_id),
    )


def _team(session: Session, course_id: CourseId) -> Sequence[Member]:
    query = (
        select(Learner.username, Learner.name, CourseRole.role)
        .join(CourseRole, CourseRole.learner_id == Learner.id)
        .where(CourseRole.course_id == course_id, TEACHES)
        .order_by(CourseRole.role, Learner.username)
        .limit(MOST_STAFF)
    )
    return [Member(*row) for row in session.execute(query)]
