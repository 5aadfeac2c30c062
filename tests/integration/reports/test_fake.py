"""Does a fake certificate look like a real one, and is it known as a fake to the desk alone?"""

from datetime import timedelta
from itertools import count

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories.certificates import DEMO_COURSE, make_certificate, make_course, make_learner, make_noise
from tests.fakes import NOON
from tests.integration.reports.places import HARD_COURSE
from webapp.domain.actors import Actor
from webapp.domain.certificates.modes import Mode
from webapp.domain.certificates.statuses import IN_FLIGHT, Status
from webapp.domain.identifiers import CourseId
from webapp.errors import DemoRefused, UnknownCourse, UnknownLearner, WebappError
from webapp.models.audit import AuditEvent
from webapp.models.certificates import CertificateTransition, GeneratedCertificate
from webapp.services import audit
from webapp.services.certificates.timeline import timeline_of
from webapp.services.demo.fake import Fake, fake_certificate
from webapp.services.demo.load import tell

SAM = Actor("sam", request_id="request-1")
CALCULUS = "course-v1:Certdesk+Calculus+2026"
HARBOUR = "course-v1:Certdesk+Harbour+2026"
_numbers = count(1)


def new_id() -> str:
    return f"{next(_numbers):032x}"


def make_fake(
    session: Session,
    username: str = "ada",
    course_id: str = DEMO_COURSE,
    *,
    mode: Mode = Mode.HONOR,
    status: Status = Status.DOWNLOADABLE,
    grade: str = "",
    forced: bool = True,
) -> GeneratedCertificate:
    fake = Fake(username, CourseId(course_id), mode, status, grade)
    made = fake_certificate(session, SAM, fake, now=NOON, new_id=new_id, forced=forced)
    session.commit()
    session.refresh(made)
    return made


def moves(session: Session, made: GeneratedCertificate) -> list[tuple[Status | None, Status, str, str, str]]:
    query = select(CertificateTransition).where(CertificateTransition.certificate_id == made.id)
    return [
        (row.from_status, row.to_status, row.cause, row.actor_name, row.request_id)
        for row in session.scalars(query.order_by(CertificateTransition.id))
    ]


def events(session: Session) -> list[AuditEvent]:
    query = select(AuditEvent).where(AuditEvent.action == "certificate.faked")
    return list(session.scalars(query.order_by(AuditEvent.seq)))


@pytest.fixture
def desk(session: Session) -> Session:
    """A desk with learners and course runs of its own."""
    make_noise(session)
    for username in ("ada", "bob"):
        make_learner(session, username)
    make_course(session)
    make_course(session, CALCULUS, html_certificates=False)
    make_course(session, HARD_COURSE)
    session.commit()
    return session


class TestGivenALearnerWithoutACertificate:
    @pytest.mark.parametrize("status", Status)
    def test_one_is_made_with_its_move_and_its_event(self, desk: Session, status: Status) -> None:
        made = make_fake(desk, mode=Mode.VERIFIED, status=status, grade="0.87")

        assert (made.status, made.mode, made.grade, made.name) == (status, "verified", "0.87", "Ada Lovelace")
        assert (made.created_at, made.modified_at) == (NOON, NOON)
        assert moves(desk, made) == [(None, status, "faked", "sam", "request-1")]
        assert [(event.key, event.actor_name) for event in events(desk)] == [(str(made.id), "sam")]
        assert audit.verify(desk).ok

    @pytest.mark.parametrize("status", Status)
    def test_it_has_what_belongs_to_its_status(self, desk: Session, status: Status) -> None:
        made = make_fake(desk, status=status)

        issued, waits = status is Status.DOWNLOADABLE, status in IN_FLIGHT
        assert (len(made.verify_uuid), made.issued_at) == ((32, NOON) if issued else (0, None))
        assert (len(made.key), made.submitted_at) == ((32, NOON) if waits else (0, None))

    def test_a_file_is_given_where_the_course_run_delivers_files(self, desk: Session) -> None:
        page, file = make_fake(desk), make_fake(desk, course_id=CALCULUS)

        assert (page.download_uuid, page.download_url) == ("", "")
        assert len(file.download_uuid) == 32
        assert file.download_uuid in file.download_url

    def test_no_two_share_an_id(self, desk: Session) -> None:
        made = [make_fake(desk, username, CALCULUS) for username in ("ada", "bob")]

        ids = {certificate.verify_uuid for certificate in made} | {certificate.download_uuid for certificate in made}
        assert len(ids) == 4

    def test_the_longest_course_key_is_taken(self, desk: Session) -> None:
        made = make_fake(desk, course_id=HARD_COURSE)

        assert made.course_id == HARD_COURSE

    def test_the_timeline_tells_it_in_words(self, desk: Session) -> None:
        made = make_fake(desk)

        titles = {(entry.title, entry.text) for entry in timeline_of(desk, made.id)}

        assert titles == {
            ("New → Issued", "Made up for a trial"),
            ("Certificate made up for a trial", None),
            ("Course run passed", "Made up for a trial"),
        }


class TestGivenALearnerWithACertificate:
    def test_it_is_overwritten_but_for_its_public_id(self, desk: Session) -> None:
        held = make_certificate(
            desk, status=Status.ERROR, verify_uuid="a" * 32, error_reason="no font", mode="verified", grade="0.5"
        )
        desk.commit()

        made = make_fake(desk)

        assert made.id == held.id
        assert (made.status, made.mode, made.grade, made.error_reason) == (Status.DOWNLOADABLE, "honor", "", "")
        assert (made.verify_uuid, made.modified_at) == ("a" * 32, NOON)
        assert moves(desk, made) == [(Status.ERROR, Status.DOWNLOADABLE, "faked", "sam", "request-1")]

    def test_the_event_says_what_became_otherwise_and_no_key(self, desk: Session) -> None:
        make_certificate(desk, status=Status.ERROR, key="")
        desk.commit()

        make_fake(desk, status=Status.GENERATING, grade="0.9")

        details = audit.details_of(events(desk)[0])
        assert details["forced"] is True
        assert details["before"]["status"] == "error"
        assert details["after"]["status"] == "generating"
        assert details["after"]["key"] == "hidden"

    def test_the_same_again_changes_nothing(self, desk: Session) -> None:
        first = make_fake(desk, course_id=CALCULUS)
        known = (first.verify_uuid, first.download_uuid, first.download_url, first.issued_at)

        again = make_fake(desk, course_id=CALCULUS)

        assert (again.verify_uuid, again.download_uuid, again.download_url, again.issued_at) == known
        assert len(moves(desk, again)) == len(events(desk)) == 1

    def test_another_grade_is_no_move(self, desk: Session) -> None:
        make_fake(desk)

        made = make_fake(desk, grade="0.9")

        assert made.grade == "0.9"
        assert (len(moves(desk, made)), len(events(desk))) == (1, 2)

    def test_the_day_of_issue_stays(self, desk: Session) -> None:
        early = NOON - timedelta(days=9)
        make_certificate(desk, status=Status.UNAVAILABLE, issued_at=early)
        desk.commit()

        made = make_fake(desk)

        assert made.issued_at == early


class TestGivenNoDemonstration:
    @pytest.mark.parametrize(
        ("username", "course_id", "problem"),
        [
            ("ada", DEMO_COURSE, DemoRefused),
            ("ada", CALCULUS, DemoRefused),
            ("nobody", DEMO_COURSE, UnknownLearner),
            ("a\x00", DEMO_COURSE, UnknownLearner),
            ("ada", "course-v1:No+Such+Course", UnknownCourse),
        ],
    )
    def test_nothing_is_made_unless_forced(
        self, desk: Session, username: str, course_id: str, problem: type[WebappError]
    ) -> None:
        with pytest.raises(problem):
            make_fake(desk, username, course_id, forced=False)

        assert desk.scalars(select(GeneratedCertificate).where(GeneratedCertificate.course_id == course_id)).all() == []
        assert events(desk) == []

    @pytest.mark.parametrize(
        ("username", "course_id", "problem"),
        [("nobody", DEMO_COURSE, UnknownLearner), ("ada", "course-v1:No+Such+Course", UnknownCourse)],
    )
    def test_force_makes_nobody(self, desk: Session, username: str, course_id: str, problem: type[WebappError]) -> None:
        with pytest.raises(problem):
            make_fake(desk, username, course_id, forced=True)


class TestGivenTheDemonstration:
    @pytest.fixture
    def demonstration(self, session: Session) -> Session:
        """A database into which the demonstration was loaded, and somebody real after it."""
        tell(session, now=NOON)
        audit.append(session, SAM, "demo.loaded", "demo", "-", now=NOON)
        make_learner(session, "realname")
        make_course(session)
        session.commit()
        return session

    def test_its_learners_need_no_force(self, demonstration: Session) -> None:
        made = make_fake(demonstration, "nina", HARBOUR, forced=False)

        assert made.status is Status.DOWNLOADABLE
        assert audit.details_of(events(demonstration)[0])["forced"] is False

    @pytest.mark.parametrize(("username", "course_id"), [("realname", HARBOUR), ("nina", DEMO_COURSE)])
    def test_anybody_else_does(self, demonstration: Session, username: str, course_id: str) -> None:
        with pytest.raises(DemoRefused):
            make_fake(demonstration, username, course_id, forced=False)
