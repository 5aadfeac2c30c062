"""Do the pages of the staff tell what waits for whom, what is owed, and that changes are frozen?"""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories.governance import Staff, make_change, make_wish, terms_of
from tests.integration.changes.conftest import SignIn
from tests.integration.changes.pages import told
from tests.integration.lists.statements import asked_of_sqlite
from webapp import clock
from webapp.models.audit import AuditEvent
from webapp.services.governance import changes, decisions

WHY = "Exams are on until Friday."


def in_hours(hours: int) -> str:
    return f"{clock.now() + timedelta(hours=hours):%Y-%m-%dT%H:%M}"


def make_emergency(session: Session, staff: Staff, hours_ago: int) -> int:
    terms = terms_of(staff.admin, now=clock.now() - timedelta(hours=hours_ago))
    wish = make_wish(reason="The robots are upon us, now.", title="Stop the robots")
    change = decisions.propose_in_emergency(session, terms, wish, typed_key="-")
    session.commit()
    return change.id


class TestGivenAFreeze:
    def test_an_admin_freezes_and_every_page_says_so(self, session: Session, staff: Staff, signed_in: SignIn) -> None:
        adam, vera = signed_in("adam"), signed_in("vera")

        answer = adam.post("/changes/freeze", {"until": in_hours(5), "reason": WHY}, of="/changes")

        assert answer.status_code == 303
        pages = [told(vera.client.get(path)) for path in ("/", "/changes", "/admin/certificates/", "/runs")]
        assert [
            page for page in pages if "Changes are frozen until" not in page or f"by adam : {WHY}" not in page
        ] == []

    def test_approving_is_refused_in_words_until_it_is_ended(
        self, session: Session, staff: Staff, signed_in: SignIn
    ) -> None:
        change = make_change(session, staff.editor)
        adam, amir = signed_in("adam"), signed_in("amir")
        adam.post("/changes/freeze", {"until": in_hours(5), "reason": WHY}, of="/changes")

        frozen = amir.get(f"/changes/{change.id}")
        adam.post("/changes/thaw", of="/changes")
        thawed = amir.get(f"/changes/{change.id}")

        assert "changes are frozen" in frozen
        assert f'action="/changes/{change.id}/approve"' not in frozen
        assert f'action="/changes/{change.id}/approve"' in thawed
        assert "Changes are frozen" not in thawed

    @pytest.mark.any_database
    @pytest.mark.parametrize(
        ("fields", "words"),
        [
            ({"until": "", "reason": WHY}, "Say until when nothing shall go live."),
            ({"until": "soon", "reason": WHY}, "Type the moment as"),
            ({"until": "2001-01-01T00:00", "reason": WHY}, "A freeze ends within 31 days"),
            ({"until": "2999-01-01T00:00", "reason": WHY}, "A freeze ends within 31 days"),
            ({"until": in_hours(5), "reason": "exams"}, "at least 10 characters"),
        ],
    )
    def test_what_cannot_be_is_said_and_stays_typed(
        self, session: Session, signed_in: SignIn, fields: dict[str, str], words: str
    ) -> None:
        answer = signed_in("adam").post("/changes/freeze", fields, of="/changes")

        session.rollback()
        last = session.scalars(select(AuditEvent).order_by(AuditEvent.seq.desc()).limit(1)).one()
        assert answer.status_code == 422
        assert words in told(answer)
        assert f'value="{fields["reason"]}"' in answer.text
        assert last.action == "change.refused"

    @pytest.mark.any_database
    def test_nobody_else_has_the_form(self, signed_in: SignIn) -> None:
        amir = signed_in("amir")

        assert 'action="/changes/freeze"' not in amir.get("/changes")
        assert amir.post("/changes/freeze", {"until": in_hours(1), "reason": WHY}, of="/changes").status_code == 403


class TestGivenAnEmergency:
    @pytest.mark.parametrize(("hours_ago", "red"), [(23, False), (25, True)])
    def test_after_a_day_every_page_asks_for_its_review(
        self, session: Session, staff: Staff, signed_in: SignIn, hours_ago: int, red: bool
    ) -> None:
        number = make_emergency(session, staff, hours_ago)

        page = signed_in("vera").get("/admin/courses/")

        assert (f'href="/changes/{number}"' in page) is red

    def test_it_is_on_the_home_page_of_whoever_may_look_at_it(
        self, session: Session, staff: Staff, signed_in: SignIn
    ) -> None:
        make_emergency(session, staff, 2)

        pages = {name: signed_in(name).get("/") for name in ("amir", "adam", "eva", "vera")}

        assert {name: "Review owed</h2>" in page for name, page in pages.items()} == {
            "amir": True,
            "adam": True,
            "eva": False,
            "vera": False,
        }
        assert "Stop the robots" in pages["eva"]  # among what was made live last
        assert "Stop the robots" not in pages["vera"]


class TestGivenWhatWaits:
    def test_an_approver_sees_how_many_and_what_they_are_asked_for_first(
        self, session: Session, staff: Staff, signed_in: SignIn
    ) -> None:
        make_change(session, staff.editor, make_wish(title="First filed"))
        wish = make_wish("generation", payload={"enabled": True}, ask="amir", title="Asked of amir")
        make_change(session, staff.editor, wish)

        page = signed_in("amir").get("/")

        assert '2<span class="visually-hidden"> waiting for you</span>' in page
        assert page.index("Asked of amir") < page.index("First filed")
        assert "Asked of you" in page

    def test_what_they_approved_or_wrote_on_waits_no_more(
        self, session: Session, staff: Staff, signed_in: SignIn
    ) -> None:
        change = make_change(session, staff.editor, make_wish("generation", payload={"enabled": True}))
        decisions.approve(session, terms_of(staff.approver), change.id)
        session.commit()

        amir, alice = signed_in("amir").get("/"), signed_in("alice").get("/")

        assert "waiting for you</span>" not in amir
        assert '1<span class="visually-hidden"> waiting for you</span>' in alice

    def test_an_editor_sees_their_own(self, session: Session, staff: Staff, signed_in: SignIn) -> None:
        change = make_change(session, staff.editor)
        eva = signed_in("eva")

        before = eva.get("/")
        changes.withdraw(session, terms_of(staff.editor), change.id)
        session.commit()
        after = eva.get("/")

        assert ("Yours in review" in before, "Yours in review" in after) == (True, False)

    @pytest.mark.any_database
    def test_a_page_asks_one_small_question_for_all_of_it(
        self, app: Flask, session: Session, staff: Staff, signed_in: SignIn
    ) -> None:
        make_change(session, staff.editor)
        amir = signed_in("amir")

        with asked_of_sqlite(app) as statements:
            amir.get("/runs")

        assert sum("change_request" in statement for statement in statements) == 1

    def test_what_is_stale_or_about_their_own_roles_waits_for_others(
        self, session: Session, staff: Staff, signed_in: SignIn
    ) -> None:
        make_change(session, staff.editor)
        make_emergency(session, staff, 1)
        make_change(session, staff.admin, make_wish("access", "amir", {"roles": ["viewer", "approver"]}))

        amir, alice = signed_in("amir").get("/"), signed_in("alice").get("/")

        assert "waiting for you</span>" not in amir
        assert '1<span class="visually-hidden"> waiting for you</span>' in alice
