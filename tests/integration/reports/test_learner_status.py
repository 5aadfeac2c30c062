"""Is a learner's status told as the old platform told it?"""

from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from tests.factories.certificates import DEMO_COURSE, make_certificate, make_course, make_learner, make_noise
from tests.fakes import NOON
from tests.integration.reports.places import HARD_COURSE, offer
from webapp.domain.certificates.statuses import Status
from webapp.domain.certificates.visibility import LearnerStatus
from webapp.domain.identifiers import CourseId
from webapp.errors import UnknownCourse, UnknownLearner
from webapp.services.certificates import learner_status as service

DESK = "https://desk.test"
UUID = "0123456789abcdef0123456789abcdef"
FILE = "https://files.test/Certificate.pdf"
LATER = NOON + timedelta(days=1)


def status_of(session: Session, course_id: str = DEMO_COURSE, *, username: str = "ada") -> LearnerStatus:
    return service.get_learner_status(session, username, CourseId(course_id), now=NOON, base_url=DESK)


def told_of(session: Session, course_id: str = DEMO_COURSE, *, username: str = "ada") -> dict[str, str | None]:
    return service.get_certificate_status(session, username, CourseId(course_id)).as_object()


class TestGivenAnIssuedCertificate:
    @pytest.mark.parametrize(
        ("file", "address", "pdf"), [("", f"{DESK}/certificates/{UUID}", False), (FILE, FILE, True)]
    )
    def test_the_learner_is_led_to_it(self, session: Session, file: str, address: str, pdf: bool) -> None:
        make_noise(session)
        make_certificate(session, "bob", status=Status.ERROR)
        make_certificate(session, status=Status.DOWNLOADABLE, verify_uuid=UUID, download_url=file)

        status = status_of(session)

        assert status == LearnerStatus(is_downloadable=True, download_url=address, uuid=UUID, is_pdf_certificate=pdf)

    @pytest.mark.parametrize(
        ("self_paced", "end", "available", "shown"),
        [
            (False, LATER, None, False),
            (False, None, LATER, False),
            (False, LATER, NOON, True),
            (True, LATER, LATER, True),
            (False, NOON, None, True),
        ],
    )
    def test_it_is_shown_when_the_course_runs_dates_allow(
        self, session: Session, self_paced: bool, end: datetime | None, available: datetime | None, shown: bool
    ) -> None:
        make_course(session, self_paced=self_paced, end=end, certificate_available_date=available)
        make_certificate(session, status=Status.DOWNLOADABLE, verify_uuid=UUID)

        status = status_of(session)

        assert (status.is_downloadable, status.earned_but_not_available) == (shown, not shown)
        assert (status.uuid is None) is not shown

    def test_the_longest_course_key_is_found(self, session: Session) -> None:
        make_certificate(session, course_id=HARD_COURSE, status=Status.DOWNLOADABLE, verify_uuid=UUID)

        status = status_of(session, HARD_COURSE)

        assert status.uuid == UUID


class TestGivenNoCertificate:
    def test_the_status_is_unavailable(self, session: Session) -> None:
        make_learner(session)
        make_course(session)
        make_certificate(session, "bob", status=Status.DOWNLOADABLE, verify_uuid=UUID)

        told = told_of(session)

        assert told == {"status": "unavailable", "mode": "honor", "uuid": None}
        assert status_of(session) == LearnerStatus()

    @pytest.mark.parametrize("username", ["nobody", "Ada", "", "a\x00", "\ud800"])
    def test_an_unknown_learner_is_refused(self, session: Session, username: str) -> None:
        make_certificate(session, status=Status.DOWNLOADABLE, verify_uuid=UUID)

        with pytest.raises(UnknownLearner):
            status_of(session, username=username)
        with pytest.raises(UnknownLearner):
            told_of(session, username=username)

    def test_an_unknown_course_run_has_no_dates_but_nothing_is_held_there(self, session: Session) -> None:
        make_learner(session)

        told = told_of(session, HARD_COURSE)

        assert told["status"] == "unavailable"
        with pytest.raises(UnknownCourse, match="There is no course run"):
            status_of(session, HARD_COURSE)


class TestGivenACertificateInAuditMode:
    @pytest.mark.parametrize(
        ("status", "offered", "told"),
        [
            (Status.NOT_PASSING, ("verified", "audit"), "auditing"),
            (Status.NOT_PASSING, ("honor", "audit"), "notpassing"),
            (Status.AUDIT_PASSING, ("honor", "audit"), "unavailable"),
            (Status.AUDIT_PASSING, ("audit",), "unavailable"),
            (Status.DOWNLOADABLE, ("audit",), "downloadable"),
        ],
    )
    def test_it_is_told_by_what_the_course_run_offers(
        self, session: Session, status: Status, offered: tuple[str, ...], told: str
    ) -> None:
        offer(session, "honor", course_id="course-v1:Other+Other+1")
        offer(session, *offered)
        make_certificate(session, mode="audit", status=status, grade="0.9")

        found = told_of(session)

        assert found["status"] == told
