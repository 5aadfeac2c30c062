"""Do programs declare certificates void, and take that back, as the desk does?"""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories.candidates import HTML
from tests.factories.programs import Program
from webapp.models.audit import AuditEvent
from webapp.models.certificates import GeneratedCertificate
from webapp.models.exceptions import Invalidation

pytestmark = pytest.mark.usefixtures("enrolled")
CYD = {"username": "cyd", "course_id": HTML}


def status_of(session: Session, number: int) -> str:
    """Give the status of a certificate as it is now."""
    session.rollback()
    return session.scalars(select(GeneratedCertificate.status).where(GeneratedCertificate.id == number)).one().value


class TestGivenAnIssuedCertificate:
    def test_it_is_declared_void(self, support: Program, session: Session) -> None:
        answer = support.post("invalidations", {**CYD, "notes": "copied"})

        said = answer.get_json()
        assert (answer.status_code, said["username"], said["notes"], said["invalidated_by"], said["active"]) == (
            201,
            "cyd",
            "copied",
            "sam",
            True,
        )
        assert support.get(answer.headers["Location"]).get_json() == said
        assert status_of(session, said["certificate_id"]) == "unavailable"
        assert session.scalars(select(AuditEvent.reason).where(AuditEvent.reason == "copied")).all() == ["copied"]

    def test_ending_it_changes_nothing_else(self, support: Program, session: Session) -> None:
        made = support.post("invalidations", CYD).get_json()

        ended = support.post(f"invalidations/{made['id']}/end", {"notes": "a mistake"}).get_json()

        assert (ended["active"], ended["ended_at"] is None) == (False, False)
        assert status_of(session, made["certificate_id"]) == "unavailable"
        assert support.get("invalidations").get_json()["results"] == []
        assert support.get("invalidations?active=false&username=CYD").get_json()["results"] == [ended]

    @pytest.mark.any_database
    def test_ending_an_old_one_leaves_a_new_one_alone(self, support: Program, session: Session) -> None:
        old = support.post("invalidations", CYD).get_json()["id"]
        support.post(f"invalidations/{old}/end")
        held = session.scalars(select(GeneratedCertificate)).one()
        session.add(
            Invalidation(
                certificate_id=held.id,
                invalidated_by="sam",
                active=True,
                created_at=held.created_at,
                modified_at=held.created_at,
            )
        )
        session.commit()

        answer = support.post(f"invalidations/{old}/end")

        assert (answer.status_code, answer.get_json()["code"]) == (409, "not_invalidated")
        assert len(support.get("invalidations").get_json()["results"]) == 1


@pytest.mark.any_database
class TestGivenWhatCannotBe:
    @pytest.mark.parametrize(
        ("body", "status", "code"),
        [
            ({"username": "nobody", "course_id": HTML}, 404, "unknown_learner"),
            ({"username": "ada", "course_id": HTML}, 404, "no_certificate"),
            (CYD, 409, "already_invalidated"),
            ({**CYD, "course_id": 7}, 422, "invalid"),
        ],
    )
    def test_it_is_a_problem_and_changes_nothing(
        self, support: Program, session: Session, body: object, status: int, code: str
    ) -> None:
        support.post("invalidations", CYD)

        answer = support.post("invalidations", body)

        assert (answer.status_code, answer.get_json()["code"]) == (status, code)
        assert len(session.scalars(select(Invalidation)).all()) == 1

    def test_the_allowlist_excludes_it(self, support: Program) -> None:
        support.post("allowlist", CYD)

        answer = support.post("invalidations", CYD)

        assert (answer.status_code, answer.get_json()["code"]) == (409, "on_allowlist")

    def test_no_invalidation_is_404(self, support: Program) -> None:
        answers = [support.get("invalidations/999999"), support.post("invalidations/999999/end")]

        assert [answer.status_code for answer in answers] == [404, 404]
