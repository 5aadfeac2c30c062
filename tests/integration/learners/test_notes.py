"""Can staff leave notes for each other about a learner, and is nobody else told?"""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests.factories.accounts import PASSWORD, make_account
from tests.factories.candidates import HTML, make_holder
from tests.fakes import FakeMailer
from tests.integration.generation.desk import Desk
from tests.integration.learners.pages import ADDRESS, SupportPage
from tests.visitors import Visitor
from webapp.domain.certificates.statuses import Status
from webapp.domain.roles import Role
from webapp.domain.support.notes import WITHDRAWN_WITHIN
from webapp.models.support import LearnerNote, Mention
from webapp.ports import Ports

SAID = "Rang at noon; <b>@vera</b> knows the exam office. שלום"


@pytest.fixture(autouse=True)
def people(session: Session, support: SupportPage) -> None:
    """Ada, who failed, and a colleague who only reads."""
    make_holder(session, status=Status.NOT_PASSING)
    make_account(session, "vera", Role.VIEWER)
    session.commit()


def say(page: SupportPage, text: str = SAID) -> TestResponse:
    return page.visitor.client.post("/notes", data={**page.form_to("/notes").fields, "text": text})


def act(page: SupportPage, session: Session, what: str, **typed: str) -> str:
    address, token = f"/notes/{kept(session)[-1].id}/{what}", page.form_to("/notes").fields["csrf_token"]
    answer = page.visitor.client.post(address, data={"csrf_token": token, **typed})
    return page.text() if answer.status_code == 303 else str(answer.status_code)


def kept(session: Session) -> list[LearnerNote]:
    session.rollback()
    session.expire_all()
    return list(session.scalars(select(LearnerNote).order_by(LearnerNote.id)))


class TestGivenANoteThatNamesAColleague:
    def test_it_stands_on_the_page_and_in_the_timeline_and_the_colleague_is_told(
        self, app: Flask, desk: Desk, support: SupportPage, session: Session
    ) -> None:
        old, mailer = app.extensions["ports"], FakeMailer()
        app.extensions["ports"] = Ports(old.attempts, desk.courier, desk.tracking, desk.queue, mailer=mailer)

        answer = say(support)
        say(support)  # the button was pressed twice
        desk.send()
        vera = Visitor(app)
        vera.sign_in("vera", PASSWORD)
        notices = vera.get("/notices")
        page = support.text()
        vera.get(ADDRESS)

        assert answer.status_code == 303
        assert [note.text for note in kept(session)] == [SAID]
        assert page.count("Rang at noon; <b>@vera</b> knows") == 2
        assert "Notes that name you" in notices
        assert "1 not read" in notices
        assert "Rang at noon; &lt;b&gt;@vera&lt;/b&gt;" in notices
        assert "not read" not in vera.get("/")
        assert session.scalars(select(Mention.mailed_at)).one() is not None
        (mail,) = mailer.mails
        assert mail.address == "vera@example.org"
        assert f"/notes/{kept(session)[0].id}\n" in mail.text
        assert not [word for word in ("ada", "Ada", "Rang") if word in mail.text.replace("Certdesk", "")]

    def test_a_name_that_nobody_has_is_told(self, support: SupportPage) -> None:
        say(support, "@vera and @nobody, and @none.")
        both = support.text()
        say(support, "@nobody")

        assert "Noted. vera will be told. Nobody of the staff is called nobody, none." in both
        assert "Noted. Nobody was named, so nobody is told. Nobody of the staff is called nobody." in support.text()

    def test_what_the_audit_keeps_has_no_words_of_it(self, desk: Desk, support: SupportPage, session: Session) -> None:
        say(support)

        (told,) = [event for event in desk.told() if event.action == "note.written"]

        assert (told.actor, told.reason, told.details["mentioned"]) == ("sam", "", ["vera"])
        assert "Rang" not in str(told.details)


@pytest.mark.any_database
class TestGivenANoteThatWasWrong:
    def test_its_author_takes_it_back_within_minutes(self, support: SupportPage, session: Session) -> None:
        say(support)

        page = act(support, session, "withdraw")

        assert "The note is withdrawn" in page
        assert "Rang at noon" not in page
        assert kept(session)[0].text == ""

    def test_later_it_can_only_be_struck_and_stays(self, support: SupportPage, session: Session) -> None:
        say(support)
        kept(session)[0].at -= WITHDRAWN_WITHIN + timedelta(seconds=1)
        session.commit()

        refused = act(support, session, "withdraw")
        page = act(support, session, "strike", why="Somebody else was meant.")
        act(support, session, "strike", why="Again.")

        assert "Nothing was changed. Only its author can withdraw a note, and only for 10 minutes." in refused
        assert "Struck by sam" in page
        assert "Somebody else was meant." in page
        assert [note.text for note in kept(session)] == [SAID]

    def test_a_reader_can_neither_withdraw_nor_strike_anothers(
        self, app: Flask, support: SupportPage, session: Session
    ) -> None:
        vera = Visitor(app)
        vera.sign_in("vera", PASSWORD)
        viewer = SupportPage(vera)
        say(support)

        withdrawing = act(viewer, session, "withdraw")
        striking = act(viewer, session, "strike", why="No.")

        assert "Nothing was changed" in withdrawing
        assert striking == "403"
        assert kept(session)[0].struck_at is None


@pytest.mark.any_database
class TestGivenTheLearner:
    def test_no_door_for_programs_or_the_learner_tells_a_note(
        self, app: Flask, support: SupportPage, session: Session
    ) -> None:
        say(support)

        told = support.visitor.client.get(f"/api/v1/learners/ada/courses/{HTML}/explanation")

        assert "Rang" not in told.text
