"""Does each list that the desk alone has leave it as its filters leave it, and without what lets somebody in?"""

import csv
import io
import json
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories.accounts import PASSWORD, make_account
from tests.factories.certificates import DEMO_COURSE, make_certificate, make_example
from tests.factories.exceptions import make_invalidation
from tests.factories.letters import make_letter
from tests.factories.messages import make_delivery
from tests.fakes import NOON
from tests.visitors import Visitor
from webapp.domain.badges.states import BadgeState
from webapp.domain.bus.letters import Why
from webapp.domain.certificates.statuses import ExampleStatus, Status
from webapp.domain.queue.deliveries import Outcome
from webapp.domain.roles import Role
from webapp.models.audit import AuditEvent
from webapp.models.badges import BadgeAward
from webapp.models.certificates import GeneratedCertificate
from webapp.models.courses import CourseRun
from webapp.services.audit import details_of
from webapp.services.exports import desk
from webapp.services.exports.sources import PAGE

OTHER = "course-v1:edX+Other+1"
KEPT = {"learners", "courses", "examples", "badges", "inbox", "dead-letters", "accounts"}


def make_award(session: Session, certificate: GeneratedCertificate, number: int) -> BadgeAward:
    """Let the certificate's learner have its badge."""
    award = BadgeAward(
        learner_id=certificate.learner_id,
        course_id=certificate.course_id,
        certificate_id=certificate.id,
        mode="honor",
        class_slug="slug",
        state=BadgeState.AWARDED,
        assertion_id=f"{number:032x}",
        salt="5" * 32,
        status_number=131_072 + number,
        created_at=NOON,
        awarded_at=NOON,
    )
    session.add(award)
    return award


@pytest.fixture
def desk_of(staff: Visitor, session: Session) -> Visitor:
    """Support that is admin too, before two rows or more of everything."""
    for number, course_id in enumerate((DEMO_COURSE, OTHER)):
        held = make_certificate(session, "ada", course_id, key="", status=Status.DOWNLOADABLE)
        make_award(session, held, number)
    make_invalidation(session, held)
    make_example(session, "u1", "secret-1", status=ExampleStatus.ERROR)
    make_example(session, "u2", "secret-2", course_id=OTHER, status=ExampleStatus.SUCCESS)
    make_delivery(session, Outcome.UNKNOWN_KEY, key="secret-3", content="=1+1", course_id=OTHER)
    make_delivery(session, Outcome.APPLIED, matched=True)
    make_letter(session, Why.FAILED, value=b"secret-4", told={"name": "secret-5"})
    make_letter(session, Why.WAITING, waits_for=7)
    make_account(session, "zed", Role.AUDITOR)
    session.commit()
    return staff


def lines(visitor: Visitor, path: str) -> list[dict[str, Any]]:
    """Give the rows of a desk's file of JSON Lines."""
    answer = visitor.client.get(path)
    assert (answer.status_code, answer.mimetype) == (200, "application/jsonl"), answer.text
    return [*map(json.loads, answer.text.splitlines())]


class TestGivenAListOfTheDeskAlone:
    @pytest.mark.parametrize(
        ("name", "query", "column", "found"),
        [
            ("courses", "", "course_id", [OTHER, DEMO_COURSE]),
            ("courses", "?q=course-v1:edX%2BOther", "course_id", [OTHER]),
            ("examples", "", "status", ["success", "error"]),
            ("examples", "?course=course-v1:edX%2BOther%2B1", "course_id", [OTHER]),
            ("examples", "?status=error", "course_id", [DEMO_COURSE]),
            ("badges", "", "revoked", [True, False]),
            ("badges", "?q=ada&course=course-v1:edX%2BOther%2B1", "username", ["ada"]),
            ("inbox", "", "outcome", ["applied", "unknown_key"]),
            ("inbox", "?waiting=1", "outcome", ["unknown_key"]),
            ("dead-letters", "", "waits_for", [7, None]),
            ("dead-letters", "?why=failed", "why", ["failed"]),
            ("accounts", "", "username", ["zed", "sam"]),
            ("accounts", "?role=auditor", "roles", [["auditor"]]),
            ("accounts", "?disabled=1", "username", []),
        ],
    )
    def test_its_filters_and_its_search_count(
        self, desk_of: Visitor, session: Session, name: str, query: str, column: str, found: list[Any]
    ) -> None:
        rows = lines(desk_of, f"/admin/{name}/export.jsonl{query}")

        assert [row[column] for row in rows] == found
        session.rollback()
        event = session.scalars(select(AuditEvent).order_by(AuditEvent.seq.desc()).limit(1)).one()
        assert (event.action, event.key) == ("list.export_ended", name)
        assert details_of(event) == {"rows": len(found), "complete": True}

    @pytest.mark.any_database
    def test_its_csv_has_the_same_columns_and_no_formula(self, desk_of: Visitor) -> None:
        for name in sorted(KEPT):
            answer = desk_of.client.get(f"/admin/{name}/export.csv")
            head, *_ = csv.reader(io.StringIO(answer.text))

            assert answer.headers["Content-Disposition"] == f"attachment; filename={name}.csv"
            assert head == list(lines(desk_of, f"/admin/{name}/export.jsonl")[0])
        assert ",'=1+1," in desk_of.client.get("/admin/inbox/export.csv").text

    @pytest.mark.any_database
    def test_nothing_in_it_lets_somebody_in(self, desk_of: Visitor) -> None:
        files = [desk_of.client.get(f"/admin/{name}/export.jsonl").text for name in sorted(KEPT)]

        for secret in ("secret-", "argon2", "5" * 32):
            assert not [text for text in files if secret in text]

    @pytest.mark.any_database
    def test_its_page_leads_to_it_with_its_filters(self, desk_of: Visitor) -> None:
        page = desk_of.get("/admin/inbox/?outcome=applied")

        assert "/admin/inbox/export.csv?outcome=applied" in page

    @pytest.mark.any_database
    def test_the_accounts_are_for_who_manages_them(self, desk_of: Visitor, session: Session) -> None:
        make_account(session, "vera", Role.VIEWER, Role.AUDITOR)
        session.commit()
        viewer = Visitor(desk_of.client.application)
        viewer.sign_in("vera", PASSWORD)

        assert viewer.client.get("/admin/accounts/export.csv").status_code == 403
        assert viewer.client.get("/admin/badges/export.csv").status_code == 200

    @pytest.mark.any_database
    def test_a_long_one_is_read_in_pages(self, session: Session) -> None:
        session.add_all(
            CourseRun(course_id=f"course-v1:Many+N{n}+1", course_id_folded=f"course-v1:many+n{n}+1")
            for n in range(PAGE + 1)
        )
        session.commit()

        assert len({row["course_id"] for row in desk.courses([]).rows(session)}) == PAGE + 1
