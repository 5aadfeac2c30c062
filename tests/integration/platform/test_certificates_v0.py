"""What do other programs read of a learner's certificates, and of whose (C1, C2, domain note §8.4)?"""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests.factories.accounts import make_account
from tests.factories.candidates import HTML, LINK, PDF
from tests.factories.certificates import make_certificate, make_course, make_learner
from tests.factories.exceptions import make_invalidation
from tests.factories.platform_clients import FrontEnd, Service
from tests.factories.programs import make_token
from tests.integration.generation.desk import FILE, Desk
from tests.openapi import document_of
from webapp import clock
from webapp.domain.certificates.statuses import Status
from webapp.domain.roles import Role, Scope
from webapp.models.certificates import GeneratedCertificate

BASE = "/api/certificates/v0/certificates"
CONFIGURED: dict[str, Any] = {"certificate": {"title": None, "signatories": []}}
READS: dict[str, Any] = {"is_restricted": True, "scopes": ["certificates:read"]}


def hold(
    session: Session, course_id: str = HTML, status: Status = Status.DOWNLOADABLE, **course: object
) -> GeneratedCertificate:
    make_course(session, course_id, display_name="Web", **{**CONFIGURED, **course})
    return make_certificate(
        session, "ada", course_id, status=status, key="", verify_uuid=LINK if course_id == HTML else ""
    )


def codes(answer: TestResponse) -> tuple[int, Any]:
    return answer.status_code, answer.get_json()


class TestGivenWhatALearnerHolds:
    def test_the_list_is_a_plain_array_with_every_name(self, app: Flask, desk: Desk, session: Session) -> None:
        hold(session)
        session.commit()

        answer = Service(app, "ada").get(f"{BASE}/ada/")

        assert answer.get_json() == [
            {
                "username": "ada",
                "course_id": HTML,
                "course_display_name": "Web",
                "course_organization": "edX",
                "certificate_type": "honor",
                "created_date": "2026-11-21T11:59:00Z",
                "modified_date": "2026-11-21T11:59:00Z",
                "status": "downloadable",
                "is_passing": True,
                "download_url": f"http://desk.test/certificates/{LINK}",
                "grade": "",
                "uuid": LINK,
            }
        ]

    def test_one_of_them_has_less(self, app: Flask, desk: Desk, session: Session) -> None:
        hold(session)
        session.commit()

        answer = FrontEnd(app, "ada").get(f"{BASE}/ada/courses/{HTML}/")

        assert codes(answer) == (
            200,
            {
                "username": "ada",
                "course_id": HTML,
                "certificate_type": "honor",
                "created_date": "2026-11-21T11:59:00Z",
                "status": "downloadable",
                "is_passing": True,
                "download_url": f"http://desk.test/certificates/{LINK}",
                "grade": "",
            },
        )

    @pytest.mark.parametrize(
        ("status", "course", "listed", "shown"),
        [
            (Status.GENERATING, {}, True, (200, None)),
            (Status.NOT_PASSING, {}, False, (200, None)),
            (Status.AUDIT_PASSING, {}, False, (404, "no_certificate_for_user")),
            (Status.DOWNLOADABLE, {"certificate": None}, False, (404, "no_certificate_configuration_for_course")),
            (Status.DOWNLOADABLE, {"later": True}, False, (404, "no_certificate_for_user")),
            (Status.DOWNLOADABLE, {"later": True, "self_paced": True}, True, (200, None)),
            (Status.NOT_PASSING, {"later": True}, False, (200, None)),
        ],
    )
    @pytest.mark.any_database
    def test_it_counts_where_it_can_be_viewed(
        self,
        app: Flask,
        desk: Desk,
        session: Session,
        status: Status,
        course: dict[str, Any],
        listed: bool,
        shown: tuple[int, str | None],
    ) -> None:
        dates: dict[str, Any] = (
            {"certificate_available_date": clock.now() + timedelta(days=1)} if course.get("later") else {}
        )
        hold(session, status=status, **{name: value for name, value in course.items() if name != "later"}, **dates)
        session.commit()
        ada = Service(app, "ada")

        one = ada.get(f"{BASE}/ada/courses/{HTML}/")

        assert bool(ada.get(f"{BASE}/ada/").get_json()) is listed
        assert (one.status_code, one.get_json().get("error_code")) == shown

    @pytest.mark.parametrize(
        ("status", "shown"),
        [
            (Status.DOWNLOADABLE, (404, "no_certificate_for_user")),
            (Status.GENERATING, (404, "no_certificate_for_user")),
            (Status.UNAVAILABLE, (200, None)),
        ],
    )
    def test_what_is_invalidated_is_not_passed_whatever_the_platform_told_since(
        self, app: Flask, desk: Desk, session: Session, status: Status, shown: tuple[int, str | None]
    ) -> None:
        make_invalidation(session, hold(session, status=status))
        session.commit()
        ada = Service(app, "ada")

        one = ada.get(f"{BASE}/ada/courses/{HTML}/")

        assert ada.get(f"{BASE}/ada/").get_json() == []
        assert (one.status_code, one.get_json().get("error_code")) == shown

    def test_an_invalidation_that_has_ended_takes_nothing_away(self, app: Flask, desk: Desk, session: Session) -> None:
        make_invalidation(session, hold(session), active=False)
        session.commit()
        ada = Service(app, "ada")

        assert len(ada.get(f"{BASE}/ada/").get_json()) == 1
        assert ada.get(f"{BASE}/ada/courses/{HTML}/").status_code == 200

    @pytest.mark.any_database
    def test_a_pdf_needs_no_page(self, app: Flask, desk: Desk) -> None:
        with desk.work() as session:
            hold(session, PDF, certificate=None)
        desk.give_file("ada", PDF)

        answer = Service(app, "ada").get(f"{BASE}/ada/courses/{PDF}/")

        assert (answer.status_code, answer.get_json()["download_url"]) == (200, FILE)

    @pytest.mark.any_database
    def test_nothing_is_an_empty_array_and_a_code(self, app: Flask, desk: Desk) -> None:
        staff = Service(app, "worker", administrator=True)

        assert codes(staff.get(f"{BASE}/nobody/")) == (200, [])
        assert codes(staff.get(f"{BASE}/nobody/courses/{HTML}/")) == (404, {"error_code": "no_certificate_for_user"})
        assert codes(staff.get(f"{BASE}/nobody/courses/none/")) == (404, {"error_code": "course_id_not_valid"})
        assert staff.get(f"{BASE}/a%00b/").get_json() == []

    @pytest.mark.any_database
    def test_who_is_asked_for_by_mail_address_is_not_found_and_the_document_says_so(
        self, app: Flask, desk: Desk, session: Session
    ) -> None:
        hold(session)
        session.commit()

        answer = Service(app, "worker", administrator=True).get(f"{BASE}/ada@example.org/")

        (told, *_) = document_of(app).find("GET", f"{BASE}/ada/")["parameters"]
        assert answer.get_json() == []
        assert (told["name"], told["description"]) == ("username", "The learner's user name, letter for letter.")


@pytest.mark.any_database
class TestGivenWhoAsks:
    @pytest.fixture(autouse=True)
    def _ada(self, desk: Desk, session: Session) -> None:
        hold(session)
        make_learner(session, "grace")
        session.commit()

    @pytest.mark.parametrize("path", ["", f"courses/{HTML}/"])
    def test_the_learner_and_staff_may(self, app: Flask, desk: Desk, path: str) -> None:
        with desk.work() as session:
            viewer = make_account(session, "vera", Role.VIEWER)
            token = make_token(session, viewer, [Scope.CERTIFICATES_READ])
        ours = FrontEnd(app, None)
        ours.headers["Authorization"] = f"Bearer {token}"
        staff = Service(app, "worker", scheme="Bearer", administrator=True)

        answers = [one.get(f"{BASE}/ada/{path}").status_code for one in (FrontEnd(app, "ada"), ours, staff)]

        assert answers == [200, 200, 200]

    @pytest.mark.parametrize("name", ["ada", "nobody"])
    @pytest.mark.parametrize("path", ["", f"courses/{HTML}/", "courses/none/"])
    def test_nobody_else_may_and_none_hears_who_there_is(self, app: Flask, name: str, path: str) -> None:
        strangers = [FrontEnd(app, None), Service(app, name, exp=1), Service(app, name, iss="https://evil.test")]
        other = Service(app, "grace").get(f"{BASE}/{name}/{path}")

        assert {one.get(f"{BASE}/{name}/{path}").status_code for one in strangers} == {401}
        assert (other.status_code, other.get_json()["detail"]) == (403, "These are another learner's certificates.")

    @pytest.mark.parametrize(
        ("claims", "status"),
        [
            ({**READS}, 200),
            ({**READS, "scopes": ["profile"]}, 403),
            ({"filters": ["user:me"]}, 403),
            ({**READS, "filters": ["content_org:edX"]}, 200),
            ({**READS, "filters": ["content_org:MITx"]}, 403),
            ({**READS, "filters": ["user:me"]}, 200),
        ],
    )
    def test_an_application_reads_as_far_as_its_scopes_and_filters(
        self, app: Flask, claims: dict[str, Any], status: int
    ) -> None:
        answer = Service(app, "ada", **claims).get(f"{BASE}/ada/courses/{HTML}/")

        assert answer.status_code == status

    def test_filters_narrow_staff_as_well(self, app: Flask) -> None:
        own = Service(app, "worker", administrator=True, **READS, filters=["user:me"])
        org = Service(app, "worker", administrator=True, **READS, filters=["content_org:MITx"])

        assert own.get(f"{BASE}/ada/").status_code == 403
        assert org.get(f"{BASE}/ada/").get_json() == []
