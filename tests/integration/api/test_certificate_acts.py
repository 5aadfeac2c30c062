"""What comes of a certificate that a program has made, made anew or ended (interface §6)?"""

import json
import threading
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.factories.accounts import make_account
from tests.factories.candidates import FAILING, HTML, PDF, make_candidate, make_holder, make_run
from tests.factories.programs import Program, program_of
from tests.integration.generation.desk import FILE_ID, Desk
from tests.openapi import document_of
from webapp.domain.certificates.statuses import Status
from webapp.domain.roles import Role, Scope
from webapp.models.audit import AuditEvent
from webapp.models.certificates import CertificateTransition, GeneratedCertificate
from webapp.models.exceptions import Invalidation
from webapp.models.learners import Learner

ADA = {"username": "ada", "course_id": HTML}


@pytest.fixture
def program(app: Flask, session: Session) -> Program:
    """A program of support's, which may write certificates."""
    return program_of(app, session, make_account(session, "sam", Role.SUPPORT), [Scope.CERTIFICATES_WRITE])


@pytest.fixture
def desk(app: Flask) -> Desk:
    """The application with an XQueue that takes everything."""
    desk = Desk(app)
    desk.sets(xqueue_url="http://xqueue.test", xqueue_username="lms", xqueue_password="lms-pass")
    return desk


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

    def test_the_rules_refuse_no_deletion(self, program: Program, session: Session) -> None:
        make_holder(session, **FAILING)
        session.commit()

        said = program.post("certificates/delete", {**ADA, "notes": "the learner asked for it"}).get_json()

        assert (said["status"], said["refused_by"]) == ("deleted", None)
        assert [check["code"] for check in said["trace"] if not check["passed"]] == ["not_passing"]

    def test_it_is_ended_with_a_note_alone(self, program: Program, session: Session) -> None:
        make_holder(session)
        session.commit()

        refused = program.post("certificates/delete", ADA)
        done = program.post("certificates/delete", {**ADA, "notes": "the learner asked for it"})

        assert (refused.status_code, refused.get_json()["code"]) == (422, "note_missing")
        assert (done.status_code, done.get_json()["status"]) == (200, "deleted")
        assert the_one(session).status is Status.DELETED


@pytest.mark.any_database
class TestGivenAPdfCourse:
    def test_a_wish_goes_to_the_queue_with_its_grade_and_template(
        self, program: Program, desk: Desk, session: Session
    ) -> None:
        make_holder(session, course_id=PDF, **FAILING)
        session.commit()
        wish = {**ADA, "course_id": PDF, "grade": "A+", "template": "special.pdf"}

        said = program.post("certificates/regenerate", wish).get_json()
        desk.send()

        (job,) = desk.queue.submissions
        body = json.loads(job.body)
        assert (said["status"], said["queued"]) == ("regenerating", True)
        assert (body["grade"], body["template_pdf"]) == ("A+", "special.pdf")

    def test_where_the_queue_removes_it_is_asked(self, program: Program, desk: Desk, session: Session) -> None:
        desk.sets(queue_removes=True)
        make_holder(session, course_id=PDF)
        session.commit()
        desk.give_file("ada", PDF)

        said = program.post("certificates/delete", {**ADA, "course_id": PDF, "notes": "broken"}).get_json()
        desk.send()

        (job,) = desk.queue.submissions
        assert (said["status"], said["queued"]) == ("deleting", True)
        assert json.loads(job.body)["delete_download_uuid"] == FILE_ID


class TestGivenTheSameAtTheSameMomentWithoutAKey:
    def test_one_certificate_is_issued_once(self, program: Program, session: Session) -> None:
        make_run(session)
        make_candidate(session)
        session.commit()
        together, statuses = threading.Barrier(4), []

        def ask() -> None:
            one = Program(program.app, program.headers)
            together.wait()
            statuses.append(one.post("certificates/generate", ADA).get_json()["status"])

        threads = [threading.Thread(target=ask) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        moves = select(func.count()).where(CertificateTransition.certificate_id == the_one(session).id)
        assert statuses == ["downloadable"] * 4
        assert session.scalar(moves) == 1


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
            ({"generation_mode": "event"}, 422, "invalid"),
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

    @pytest.mark.parametrize(
        ("act", "code"),
        [("generate", "unknown_course"), ("regenerate", "unknown_course"), ("delete", "no_certificate")],
    )
    def test_in_a_course_run_that_nobody_told_of_there_is_nothing(
        self, program: Program, session: Session, act: str, code: str
    ) -> None:
        make_holder(session)
        session.commit()
        before = modified(session)

        said = program.post(f"certificates/{act}", {**ADA, "course_id": "course-v1:No+Such+Run", "notes": "why"})

        assert (said.status_code, said.get_json()["code"]) == (404, code)
        document_of(program.app).check("POST", f"/api/v1/certificates/{act}", said)
        assert modified(session) == before

    def test_what_is_being_made_is_not_deleted(self, program: Program, session: Session) -> None:
        make_holder(session, Status.GENERATING, PDF)
        session.commit()

        said = program.post("certificates/delete", {**ADA, "course_id": PDF, "notes": "why"})

        assert (said.status_code, said.get_json()["code"]) == (409, "move_refused")

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
