"""What comes of a certificate that a program has made, made anew or ended (interface §6)?"""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.factories.accounts import make_account
from tests.factories.candidates import FAILING, HTML, make_candidate, make_holder, make_run
from tests.factories.programs import Program, program_of
from webapp.domain.certificates.statuses import Status
from webapp.domain.roles import Role, Scope
from webapp.models.audit import AuditEvent
from webapp.models.certificates import GeneratedCertificate
from webapp.models.exceptions import Invalidation
from webapp.models.learners import Learner

ADA = {"username": "ada", "course_id": HTML}


@pytest.fixture
def program(app: Flask, session: Session) -> Program:
    """A program of support's, which may write certificates."""
    return program_of(app, session, make_account(session, "sam", Role.SUPPORT), [Scope.CERTIFICATES_WRITE])


def the_one(session: Session) -> GeneratedCertificate:
    """Give ada's certificate as it is now."""
    session.rollback()
    session.expire_all()
    one = GeneratedCertificate
    return session.scalars(select(one).join(one.learner).where(Learner.username == "ada", one.course_id == HTML)).one()


def modified(session: Session) -> list[object]:
    """Give what can be seen of every certificate's last change."""
    session.rollback()
    one = GeneratedCertificate
    return list(session.execute(select(one.id, one.modified_at, one.status).order_by(one.id)))


class TestGivenALearnerWhoHasPassed:
    def test_the_certificate_is_made_once_for_a_key(self, program: Program, session: Session) -> None:
        make_run(session)
        make_candidate(session)
        session.commit()
        wish = {**ADA, "generation_mode": "batch", "notes": "ticket 4711"}

        said = program.post("certificates/generate", wish, Idempotency_Key="one")
        again = program.post("certificates/generate", wish, Idempotency_Key="one")

        told = said.get_json()
        assert (told["status"], told["queued"], told["refused_by"]) == ("downloadable", False, None)
        assert {check["passed"] for check in told["trace"]} == {True}
        assert again.get_json() == told
        assert the_one(session).status is Status.DOWNLOADABLE
        events = session.scalars(select(AuditEvent).where(AuditEvent.kind == "certificate")).all()
        assert [(event.actor_name, event.reason) for event in events] == [("sam", "ticket 4711")]

    def test_one_who_failed_is_told_by_which_check(self, program: Program, session: Session) -> None:
        make_run(session)
        make_candidate(session, **FAILING)
        session.commit()

        told = program.post("certificates/generate", {**ADA, "username": "ada@example.org"}).get_json()

        assert (told["status"], told["queued"]) == ("notpassing", False)
        assert told["refused_by"] in [check["code"] for check in told["trace"] if not check["passed"]]


class TestGivenACertificate:
    def test_an_invalidated_one_is_made_anew_only_where_that_is_said(self, program: Program, session: Session) -> None:
        make_holder(session, invalidated=True)
        session.commit()

        refused = program.post("certificates/regenerate", ADA).get_json()
        made = program.post("certificates/regenerate", {**ADA, "end_invalidation": True}).get_json()

        assert refused["refused_by"] == "invalidated"
        assert (made["status"], made["refused_by"]) == ("downloadable", None)
        ended = select(func.count()).select_from(Invalidation).where(Invalidation.certificate_id == the_one(session).id)
        assert session.scalar(ended.where(Invalidation.active)) == 0

    def test_it_is_ended_with_a_note_alone(self, program: Program, session: Session) -> None:
        make_holder(session)
        session.commit()

        refused = program.post("certificates/delete", ADA)
        done = program.post("certificates/delete", {**ADA, "notes": "the learner asked for it"})

        assert (refused.status_code, refused.get_json()["code"]) == (422, "note_missing")
        assert (done.status_code, done.get_json()["status"]) == (200, "deleted")
        assert the_one(session).status is Status.DELETED


@pytest.mark.any_database
class TestGivenAWishThatCannotBe:
    @pytest.mark.parametrize("act", ["generate", "regenerate", "delete"])
    @pytest.mark.parametrize(
        ("more", "status", "code"),
        [
            ({"username": "nobody"}, 404, "unknown_learner"),
            ({"username": "\0"}, 404, "unknown_learner"),
            ({"course_id": "nonsense"}, 422, "invalid"),
            ({"generation_mode": "magic"}, 422, "invalid"),
            ({"grade": "x" * 256}, 422, "invalid"),
            ({"template": "\0"}, 422, "invalid"),
            ({"unknown": 1}, 422, "invalid"),
            ({"username": 1}, 422, "invalid"),
        ],
    )
    def test_it_is_refused_and_nothing_is_changed(
        self, program: Program, session: Session, act: str, more: dict[str, Any], status: int, code: str
    ) -> None:
        make_holder(session)
        session.commit()
        before = modified(session)

        said = program.post(f"certificates/{act}", {**ADA, "notes": "why", **more})

        assert (said.status_code, said.get_json()["code"]) == (status, code)
        assert modified(session) == before

    @pytest.mark.parametrize("act", ["generate", "delete"])
    @pytest.mark.parametrize("more", [{"end_invalidation": True}, {"grade": "B"}, {"template": "gold.pdf"}])
    def test_what_is_for_making_anew_is_for_nothing_else(
        self, program: Program, session: Session, act: str, more: dict[str, Any]
    ) -> None:
        make_candidate(session)
        session.commit()

        said = program.post(f"certificates/{act}", {**ADA, **more})

        assert (said.status_code, said.get_json()["errors"][0]["field"]) == (422, next(iter(more)))

    def test_a_grade_of_markup_alone_is_none(self, program: Program, session: Session) -> None:
        make_holder(session)
        session.commit()

        said = program.post("certificates/regenerate", {**ADA, "grade": "<b></b>"})

        assert (said.status_code, said.get_json()["errors"][0]["field"]) == (422, "grade")
