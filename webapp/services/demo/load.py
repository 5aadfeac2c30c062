"""How do the demonstration's tables become rows?"""

from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.domain.actors import MACHINE_NAME, Actor
from webapp.domain.certificates.modes import asks_id_verification
from webapp.domain.certificates.statuses import Status
from webapp.domain.identifiers import folded
from webapp.domain.learners.name_words import words_of
from webapp.errors import DemoRefused
from webapp.models.accounts import Account
from webapp.models.certificates import DateOverride, GeneratedCertificate
from webapp.models.courses import CourseMode, CourseRun
from webapp.models.exceptions import AllowlistEntry, Invalidation
from webapp.models.learners import CourseGrade, CourseRole, Enrollment, IdVerification, Learner, LearnerNameWord
from webapp.services import audit
from webapp.services.demo.facts import COURSES, LEARNERS, ROLES, WITHOUT_CERTIFICATE, Course, LearnerFacts
from webapp.services.demo.people import Person, create_accounts, list_people
from webapp.services.demo.playback import Playback
from webapp.services.demo.proposals import Installation, propose_changes
from webapp.services.demo.stories import ALLOWLIST, DATE_OVERRIDES, INVALIDATIONS, STORIES, SUPPORT
from webapp.services.following.moves import EVERYTHING_USUAL, Switches
from webapp.services.messages import outbox
from webapp.services.messages.outbox import Channel, Effect

PASS_MARK = Decimal("0.6")
LETTERS = ((Decimal("0.9"), "A"), (Decimal("0.75"), "B"), (PASS_MARK, "C"))
FIRST_EXTERNAL_ID = 1_001
ENROLLED_BEFORE = timedelta(days=70)
"""How long before loading everybody was enrolled at the latest."""
VERIFIED_FOR = timedelta(days=500)


def load(session: Session, installation: Installation, *, now: datetime) -> list[Person]:
    """Fill a database without learners and give who can sign in; raises DemoRefused, AccountExists."""
    if _any_learner(session):
        raise DemoRefused("There are learners already; demonstration data goes into an empty database only.")
    counts = tell(session, switches=installation.switches, now=now)
    actor = Actor(MACHINE_NAME)
    create_accounts(session, actor, now=now)
    propose_changes(session, installation, now=now)
    outbox.add(session, _badges_due(session), now=now)
    audit.append(session, actor, "demo.loaded", "demo", "-", now=now, details=counts)
    return list_people()


def tell(session: Session, *, switches: Switches = EVERYTHING_USUAL, now: datetime) -> dict[str, int]:
    """Add the learners and courses, let every story happen, and give how many of each there are."""
    _add_courses(session, now)
    learners = _add_learners(session, now)
    _add_places(session, learners, now)
    playback = Playback(session, learners, switches, now=now)
    playback.play()
    _add_exceptions(session, learners, playback, now)
    session.flush()
    return {"learners": len(learners), "courses": len(COURSES), "certificates": len(playback.certificates)}


def is_empty(session: Session) -> bool:
    """Say whether nobody has used this database yet: it has neither a learner nor an account."""
    return not _any_learner(session) and session.scalar(select(Account.id).limit(1)) is None


def _badges_due(session: Session) -> list[Effect]:
    """Ask for the badges of what was issued, as issuing does: whoever sends the outbox awards them."""
    query = (
        select(GeneratedCertificate.id)
        .join(CourseRun, CourseRun.course_id == GeneratedCertificate.course_id)
        .where(GeneratedCertificate.status == Status.DOWNLOADABLE, CourseRun.issue_badges)
        .order_by(GeneratedCertificate.id)
    )
    return [Effect(Channel.BADGE, {}, number) for number in session.scalars(query)]


def _any_learner(session: Session) -> bool:
    return session.scalar(select(Learner.id).limit(1)) is not None


def _add_courses(session: Session, now: datetime) -> None:
    for course in COURSES:
        session.add(_course(course, now))
        session.add_all(
            CourseMode(course_id=course.course_id, mode=mode, requires_id_verification=asks_id_verification(mode))
            for mode in course.modes
        )


def _course(course: Course, now: datetime) -> CourseRun:
    name, title = course.signatory
    available = course.available_days
    signatory = {"name": name, "title": title, "organization": course.organisation}
    return CourseRun(
        course_id=course.course_id,
        course_id_folded=folded(course.course_id),
        display_name=course.name,
        display_name_folded=folded(course.name),
        html_certificates=course.html,
        use_updated=course.html,
        issue_badges=course.badges,
        self_paced=course.end_days is None,
        start=now + timedelta(days=course.start_days),
        end=None if course.end_days is None else now + timedelta(days=course.end_days),
        certificate_available_date=None if available is None else now + timedelta(days=available),
        certificate={"title": None, "signatories": [signatory]},
    )


def _add_learners(session: Session, now: datetime) -> dict[str, Learner]:
    learners = {facts.username: _learner(facts, number) for number, facts in enumerate(LEARNERS, FIRST_EXTERNAL_ID)}
    session.add_all(learners.values())
    session.add_all(
        LearnerNameWord(learner=learner, word=word) for learner in learners.values() for word in words_of(learner.name)
    )
    session.add_all(
        IdVerification(
            learner=learners[facts.username],
            status=facts.verification,
            expires_at=now + (-timedelta(days=20) if facts.verification == "expired" else VERIFIED_FOR),
            modified_at=now - ENROLLED_BEFORE,
        )
        for facts in LEARNERS
        if facts.verification
    )
    session.flush()
    return learners


def _learner(facts: LearnerFacts, external_id: int) -> Learner:
    email = f"{facts.username.lower()}@example.org"
    return Learner(
        username=facts.username,
        email=email,
        name=facts.name,
        allow_certificate=facts.allowed,
        external_id=external_id,
        username_folded=folded(facts.username),
        email_folded=folded(email),
    )


def _add_places(session: Session, learners: dict[str, Learner], now: datetime) -> None:
    """Enrol learners where they hold something and where they do not, with the grade they have."""
    for story in STORIES:
        at = now - max(ENROLLED_BEFORE, max(step.ago for step in story.steps) + timedelta(days=30))
        _add_place(session, learners[story.username], story.course_id, story.mode, story.percent, at)
    for place in WITHOUT_CERTIFICATE:
        learner, at = learners[place.username], now - ENROLLED_BEFORE
        _add_place(session, learner, place.course_id, place.mode, place.percent, at, active=place.active)
    session.add_all(
        CourseRole(learner=learners[username], course_id=course_id, role=role) for username, course_id, role in ROLES
    )


def _add_place(
    session: Session, learner: Learner, course_id: str, mode: str, percent: str, at: datetime, *, active: bool = True
) -> None:
    session.add(Enrollment(learner=learner, course_id=course_id, mode=mode, active=active, modified_at=at))
    if not percent:
        return
    fraction = Decimal(percent)
    letter = next((letter for mark, letter in LETTERS if fraction >= mark), "")
    session.add(
        CourseGrade(
            learner=learner,
            course_id=course_id,
            percent=fraction,
            letter=letter,
            passed=fraction >= PASS_MARK,
            modified_at=at + timedelta(days=29),
        )
    )


def _add_exceptions(session: Session, learners: dict[str, Learner], playback: Playback, now: datetime) -> None:
    for username, course_id, ago, notes in ALLOWLIST:
        session.add(
            AllowlistEntry(
                learner=learners[username],
                course_id=course_id,
                allowlisted=True,
                notes=notes,
                created_by=SUPPORT,
                created_at=now - ago,
                modified_at=now - ago,
            )
        )
    for username, course_id, ago, notes, ended in INVALIDATIONS:
        session.add(
            Invalidation(
                certificate=playback.certificates[username, course_id],
                invalidated_by=SUPPORT,
                notes=notes,
                active=ended is None,
                created_at=now - ago,
                modified_at=now - (ended or ago),
            )
        )
    for username, course_id, ago, to_day, reason in DATE_OVERRIDES:
        session.add(
            DateOverride(
                certificate=playback.certificates[username, course_id],
                date=now - to_day,
                reason=reason,
                overridden_by=SUPPORT,
                created_at=now - ago,
                modified_at=now - ago,
            )
        )
