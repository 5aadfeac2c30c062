"""What do two clicks do that come at the same moment?"""

import threading
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests.factories.accounts import PASSWORD
from tests.factories.candidates import FAILING, HTML, PDF, make_holder
from tests.integration.generation.desk import Desk
from tests.integration.learners.pages import NOTE, Form, SupportPage
from tests.visitors import Visitor
from webapp.domain.certificates.statuses import Status
from webapp.models.audit import AuditEvent
from webapp.models.certificates import CertificateTransition, GeneratedCertificate
from webapp.models.exceptions import AllowlistEntry, Invalidation
from webapp.models.learners import Learner
from webapp.services import audit

CLICKS = 4


def click_at_once(app: Flask, page: Callable[[SupportPage], Form], **typed: str) -> list[TestResponse]:
    """Let four people of support, each with a browser of their own, press the same button at the same moment."""
    people = [Visitor(app) for _ in range(CLICKS)]
    for one in people:
        one.sign_in("sam", PASSWORD)
    forms = [page(SupportPage(one)) for one in people]
    answers: list[TestResponse] = []
    together = threading.Barrier(CLICKS)

    def click(number: int) -> None:
        together.wait()
        answers.append(people[number].client.post(forms[number].action, data={**forms[number].fields, **typed}))

    threads = [threading.Thread(target=click, args=(number,)) for number in range(CLICKS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def count(session: Session, *conditions: object, of: type) -> int:
    session.rollback()
    return session.scalar(select(func.count()).select_from(of).where(*conditions)) or 0  # type: ignore[arg-type]  # conditions of any table


def of_ada(session: Session) -> list[Status]:
    session.rollback()
    ada = select(Learner.id).where(Learner.username == "ada").scalar_subquery()
    query = select(GeneratedCertificate.status).where(
        GeneratedCertificate.learner_id == ada, GeneratedCertificate.course_id.in_((HTML, PDF))
    )
    return list(session.scalars(query))


class TestGivenSeveralClicksAtTheSameMoment:
    def test_one_certificate_is_issued_once(self, app: Flask, support: SupportPage, session: Session) -> None:
        make_holder(session, None)
        session.commit()

        answers = click_at_once(app, lambda page: page.forms()["generate"])

        assert [answer.status_code for answer in answers] == [303] * CLICKS
        assert of_ada(session) == [Status.DOWNLOADABLE]
        assert count(session, of=CertificateTransition) == 1

    def test_one_job_goes_to_the_queue(self, app: Flask, support: SupportPage, desk: Desk, session: Session) -> None:
        make_holder(session, None, PDF)
        session.commit()

        click_at_once(app, lambda page: page.forms(f"/learners/ada/{PDF}")["generate"])
        desk.send()

        assert of_ada(session) == [Status.GENERATING]
        assert len(desk.queue.submissions) == 1

    def test_one_regeneration_of_a_pdf_is_asked_for(
        self, app: Flask, support: SupportPage, desk: Desk, session: Session
    ) -> None:
        make_holder(session, Status.DOWNLOADABLE, PDF)
        session.commit()

        click_at_once(app, lambda page: page.forms(f"/learners/ada/{PDF}")["regenerate"])
        desk.send()

        assert of_ada(session) == [Status.REGENERATING]
        assert len(desk.queue.submissions) == 1

    def test_a_learner_is_put_on_the_allowlist_once(self, app: Flask, support: SupportPage, session: Session) -> None:
        make_holder(session, None, **FAILING)
        session.commit()

        answers = click_at_once(app, lambda page: page.forms()["allow"], note=NOTE)

        assert [answer.status_code for answer in answers] == [303] * CLICKS
        assert count(session, AllowlistEntry.course_id == HTML, of=AllowlistEntry) == 1
        assert count(session, AuditEvent.action == "allowlist.added", of=AuditEvent) == 1

    @pytest.mark.parametrize("act", ["invalidate", "delete"])
    def test_a_certificate_is_taken_away_once(
        self, app: Flask, support: SupportPage, session: Session, act: str
    ) -> None:
        make_holder(session)
        session.commit()
        invalidations = count(session, of=Invalidation)

        click_at_once(app, lambda page: page.forms()[act], note=NOTE)

        assert count(session, of=CertificateTransition) == 1
        assert count(session, of=Invalidation) - invalidations == (act == "invalidate")

    def test_the_audits_chain_holds(self, app: Flask, support: SupportPage, session: Session) -> None:
        make_holder(session)
        session.commit()

        click_at_once(app, lambda page: page.forms()["regenerate"])

        session.rollback()
        assert audit.verify(session).ok
        assert count(session, AuditEvent.action == "certificate.regenerated", of=AuditEvent) == CLICKS
