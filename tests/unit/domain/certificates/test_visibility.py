"""What may a learner see of their certificate, and what does the grade report say of it?"""

from datetime import timedelta

import pytest

from tests.fakes import NOON
from webapp.domain.certificates.statuses import HIDDEN, Status
from webapp.domain.certificates.visibility import (
    IN_THE_MAKING,
    CertificateStatus,
    CourseDates,
    HeldCertificate,
    LearnerStatus,
    Publicity,
    certificate_status,
    is_passing,
    learner_status,
    may_certify,
    page_url,
    publicity,
    report_triple,
    stays_valid,
)

PAST, FUTURE = NOON - timedelta(seconds=1), NOON + timedelta(seconds=1)
DESK = "https://desk.test"
UUID = "0123456789abcdef0123456789abcdef"
FILE = "https://files.test/Certificate.pdf"
NOTHING = {
    "is_downloadable": False,
    "is_generating": False,
    "is_unverified": False,
    "download_url": None,
    "uuid": None,
}


class TestGivenTheDatesOfACourseRun:
    @pytest.mark.parametrize(
        ("dates", "shown"),
        [
            (CourseDates(self_paced=True), True),
            (CourseDates(self_paced=True, end=FUTURE), True),
            (CourseDates(self_paced=True, end=FUTURE, available_at=FUTURE), True),
            (CourseDates(available_at=PAST), True),
            (CourseDates(available_at=NOON), True),
            (CourseDates(available_at=FUTURE), False),
            (CourseDates(available_at=PAST, end=FUTURE), True),
            (CourseDates(available_at=FUTURE, end=PAST), False),
            (CourseDates(end=PAST), True),
            (CourseDates(end=NOON), True),
            (CourseDates(end=FUTURE), False),
            (CourseDates(), True),
        ],
        ids=repr,
    )
    def test_certificates_are_shown_as_they_say(self, dates: CourseDates, shown: bool) -> None:
        answer = may_certify(dates, NOON)

        assert answer is shown


class TestGivenWhatALearnerHolds:
    @pytest.mark.parametrize(
        ("held", "offers_honor", "told"),
        [
            (None, False, {"status": "unavailable", "mode": "honor", "uuid": None}),
            (None, True, {"status": "unavailable", "mode": "honor", "uuid": None}),
            (HeldCertificate(Status.AUDIT_PASSING, "audit", "0.9", UUID), False,
             {"status": "unavailable", "mode": "honor", "uuid": None}),
            (HeldCertificate(Status.AUDIT_NOT_PASSING, "audit", "0.1"), True,
             {"status": "unavailable", "mode": "honor", "uuid": None}),
            (HeldCertificate(Status.DOWNLOADABLE, "verified", "0.87", UUID, FILE), False,
             {"status": "downloadable", "mode": "verified", "uuid": UUID, "grade": "0.87", "download_url": FILE}),
            (HeldCertificate(Status.DOWNLOADABLE, "honor", "", UUID), True,
             {"status": "downloadable", "mode": "honor", "uuid": UUID, "download_url": ""}),
            (HeldCertificate(Status.ERROR, "verified", "0.87", UUID, FILE), True,
             {"status": "error", "mode": "verified", "uuid": UUID, "grade": "0.87"}),
            (HeldCertificate(Status.NOT_PASSING, "audit", "0.2"), False,
             {"status": "auditing", "mode": "audit", "uuid": None, "grade": "0.2"}),
            (HeldCertificate(Status.NOT_PASSING, "audit", "0.2"), True,
             {"status": "notpassing", "mode": "audit", "uuid": None, "grade": "0.2"}),
            (HeldCertificate(Status.NOT_PASSING, "verified"), False,
             {"status": "notpassing", "mode": "verified", "uuid": None}),
            (HeldCertificate(Status.DOWNLOADABLE, "audit", "0.9", UUID), False,
             {"status": "downloadable", "mode": "audit", "uuid": UUID, "grade": "0.9", "download_url": ""}),
        ],
        ids=repr,
    )  # fmt: skip
    def test_the_status_is_told_with_as_much_as_it_allows(
        self, held: HeldCertificate | None, offers_honor: bool, told: dict[str, object]
    ) -> None:
        known = certificate_status(held, offers_honor=offers_honor)

        assert known.as_object() == told

    @pytest.mark.parametrize("offers_honor", [True, False])
    @pytest.mark.parametrize("status", sorted(HIDDEN))
    def test_a_hidden_status_is_told_like_no_certificate(self, status: Status, offers_honor: bool) -> None:
        hidden = certificate_status(HeldCertificate(status, "audit", "0.9", UUID, FILE), offers_honor=offers_honor)

        assert hidden == certificate_status(None, offers_honor=offers_honor)

    @pytest.mark.parametrize("status", sorted(set(Status) - {Status.DOWNLOADABLE}))
    def test_an_address_is_told_of_an_issued_one_alone(self, status: Status) -> None:
        known = certificate_status(HeldCertificate(status, "honor", "0.9", UUID, FILE), offers_honor=True)

        assert "download_url" not in known.as_object()


class TestGivenAStatus:
    @pytest.mark.parametrize(
        ("status", "shown", "changed"),
        [
            (Status.UNAVAILABLE, True, {}),
            (Status.GENERATING, True, {"is_generating": True}),
            (Status.GENERATING, False, {"is_generating": True, "earned_but_not_available": True}),
            (Status.REGENERATING, True, {"is_generating": True}),
            (Status.REGENERATING, False, {"is_generating": True}),
            (Status.DELETING, True, {}),
            (Status.DELETED, True, {}),
            (Status.DOWNLOADABLE, False, {"earned_but_not_available": True}),
            (Status.ERROR, True, {"is_generating": True}),
            (Status.ERROR, False, {"is_generating": True}),
            (Status.NOT_PASSING, True, {}),
            (Status.NOT_PASSING, False, {}),
            (Status.RESTRICTED, True, {}),
            (Status.AUDITING, False, {}),
            (Status.AUDIT_PASSING, True, {}),
            (Status.AUDIT_NOT_PASSING, True, {}),
            (Status.HONOR_PASSING, False, {}),
            (Status.UNVERIFIED, True, {"is_unverified": True}),
            (Status.UNVERIFIED, False, {"is_unverified": True}),
            (Status.INVALIDATED, True, {}),
            (Status.REQUESTING, True, {}),
        ],
    )
    def test_the_learner_is_told_what_they_can_do(
        self, status: Status, shown: bool, changed: dict[str, object]
    ) -> None:
        known = CertificateStatus(status, "honor", UUID, "0.9")

        told = learner_status(known, shown=shown, base_url=DESK)

        assert told.as_object() == {**NOTHING, **changed}

    @pytest.mark.parametrize(
        ("uuid", "file", "address", "pdf"),
        [
            (UUID, "", f"{DESK}/certificates/{UUID}", False),
            (UUID, FILE, FILE, True),
            (None, FILE, FILE, True),
            (None, "", None, False),
        ],
    )
    def test_an_issued_one_is_led_to(self, uuid: str | None, file: str, address: str | None, pdf: bool) -> None:
        known = CertificateStatus(Status.DOWNLOADABLE, "honor", uuid, "0.9", file)

        told = learner_status(known, shown=True, base_url=DESK)

        assert told == LearnerStatus(is_downloadable=True, download_url=address, uuid=uuid, is_pdf_certificate=pdf)
        assert told.as_object() == {
            **NOTHING,
            "is_downloadable": True,
            "download_url": address,
            "uuid": uuid,
            "is_pdf_certificate": pdf,
        }


@pytest.mark.parametrize("status", Status)
def test_programs_are_told_that_it_passed_by_its_status_unless_it_is_void(status: Status) -> None:
    passed = status in (Status.DOWNLOADABLE, Status.GENERATING)

    assert (is_passing(status, invalidated=False), is_passing(status, invalidated=True)) == (passed, False)


class TestGivenALearnerInTheGradeReport:
    @pytest.mark.parametrize(
        ("allowlisted", "graded", "allowed", "eligible"),
        [
            (False, False, False, "N"),
            (False, False, True, "N"),
            (False, True, False, "N"),
            (False, True, True, "Y"),
            (True, False, False, "N"),
            (True, False, True, "Y"),
            (True, True, False, "N"),
            (True, True, True, "Y"),
        ],
    )
    def test_eligible_is_who_is_graded_or_allowlisted_and_allowed(
        self, allowlisted: bool, graded: bool, allowed: bool, eligible: str
    ) -> None:
        triple = report_triple(allowlisted=allowlisted, graded=graded, allow_certificate=allowed, held=None)

        assert triple.as_object() == {"eligible": eligible, "delivered": "N", "type": "N/A"}

    @pytest.mark.parametrize("status", Status)
    def test_delivered_is_what_is_issued_with_its_mode(self, status: Status) -> None:
        held = HeldCertificate(status, "verified")

        triple = report_triple(allowlisted=False, graded=False, allow_certificate=True, held=held)

        issued = status is Status.DOWNLOADABLE
        assert (triple.delivered, triple.mode) == (issued, "verified" if issued else None)
        assert triple.as_object()["delivered"] == ("Y" if issued else "N")
        assert triple.as_object()["type"] == ("verified" if issued else "N/A")


class TestGivenTheWorld:
    @pytest.mark.parametrize("status", Status)
    @pytest.mark.parametrize("came_from", [None, Status.NOT_PASSING])
    @pytest.mark.parametrize("invalidated", [True, False])
    @pytest.mark.parametrize("dates", [CourseDates(end=PAST), CourseDates(end=FUTURE)], ids=["past", "future"])
    def test_it_sees_what_is_valid_the_end_of_what_was_and_nothing_of_audits(
        self, status: Status, came_from: Status | None, invalidated: bool, dates: CourseDates
    ) -> None:
        seen = publicity(status, came_from=came_from, invalidated=invalidated, dates=dates, now=NOON)

        valid = status is Status.DOWNLOADABLE and not invalidated
        assert seen is (
            Publicity.UNSEEN
            if status in HIDDEN or (valid and dates.end == FUTURE)
            else Publicity.SHOWN
            if valid
            else Publicity.GONE
        )

    @pytest.mark.parametrize("status", sorted(IN_THE_MAKING))
    @pytest.mark.parametrize(
        ("came_from", "invalidated", "dates", "seen"),
        [
            (Status.DOWNLOADABLE, False, CourseDates(end=PAST), Publicity.SHOWN),
            (Status.DOWNLOADABLE, False, CourseDates(end=FUTURE), Publicity.UNSEEN),
            (Status.DOWNLOADABLE, True, CourseDates(end=PAST), Publicity.GONE),
            *(
                (other, False, CourseDates(end=PAST), Publicity.GONE)
                for other in (None, *sorted(set(Status) - {Status.DOWNLOADABLE} - IN_THE_MAKING))
            ),
        ],
    )
    def test_what_is_made_anew_is_seen_where_it_was_issued_and_not_taken_away(
        self, status: Status, came_from: Status | None, invalidated: bool, dates: CourseDates, seen: Publicity
    ) -> None:
        answer = publicity(status, came_from=came_from, invalidated=invalidated, dates=dates, now=NOON)

        assert answer is seen

    @pytest.mark.parametrize("status", sorted(set(Status) - {Status.DOWNLOADABLE} - IN_THE_MAKING))
    def test_what_is_not_made_anew_is_never_seen_for_what_it_was(self, status: Status) -> None:
        stands = stays_valid(status, Status.DOWNLOADABLE)

        assert stands is False

    def test_an_address_ends_with_the_public_id(self) -> None:
        assert page_url(DESK, UUID) == f"https://desk.test/certificates/{UUID}"
