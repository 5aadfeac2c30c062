"""Does a form end in a change request that says what was typed, and say beforehand who will decide?"""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.factories.accounts import make_account
from tests.factories.certificates import DEMO_COURSE, make_course
from tests.factories.governance import REASON, Staff, make_change
from tests.integration.governed.conftest import signed_in
from tests.integration.governed.desk import PAGES, asked_for, filed, kept, make_live, propose, refusals
from tests.visitors import Visitor
from webapp.domain.approval.states import State
from webapp.domain.roles import Role
from webapp.models.messages import UserAgentCount

CRAWLERS = {"enabled": "y", "known_user_agents": "edX-downloader\nRobot, Spider"}
LIST = {"enabled": True, "known_user_agents": ["edX-downloader", "Robot", "Spider"]}
SINGLE: dict[str, tuple[dict[str, Any], object]] = {
    "crawlers": (CRAWLERS, LIST),
    "generation": ({"enabled": "y"}, {"enabled": True}),
    "html-view": (
        {"enabled": "y", "written_as": "fields", "kept": '{"default": {}}', "layer_honor-logo_alt": "Sea"},
        {"enabled": True, "configuration": {"default": {}, "honor": {"logo_alt": "Sea"}}},
    ),
}
COURSE = {"self_generation_enabled": "y", "use_updated": "off"}


class TestGivenAnEditor:
    @pytest.mark.parametrize("kind", SINGLE)
    def test_a_form_becomes_a_request(self, eva: Visitor, session: Session, kind: str) -> None:
        form, wanted = SINGLE[kind]

        answer = propose(eva, kind, {**form, "base_version": "1", "title": "A title"})

        change = filed(session)[0]
        assert (answer.status_code, change.state, asked_for(change)) == (303, State.PENDING, wanted)
        assert (change.author_name, change.title, change.reason, change.base_version) == ("eva", "A title", REASON, 1)

    def test_the_page_then_leads_to_it_and_shows_what_is_live_as_before(self, eva: Visitor, session: Session) -> None:
        answer = propose(eva, "crawlers", CRAWLERS)

        page, number = eva.get(answer.location), filed(session)[0].id
        assert f'<a href="/changes/{number}">Change request {number}</a> waits for approval' in page
        assert "Spider" not in page

    def test_the_settings_of_a_course_run_are_asked_for_by_its_key(self, eva: Visitor, session: Session) -> None:
        make_course(session)
        session.commit()

        answer = propose(eva, "course", {**COURSE, "key": DEMO_COURSE, "base_version": "0"}, door="new/")

        change = filed(session)[0]
        assert (answer.status_code, change.key) == (303, DEMO_COURSE)
        assert asked_for(change) == {"self_generation_enabled": True, "use_updated": False}
        assert DEMO_COURSE in eva.get(answer.location)

    def test_a_moment_is_in_utc_unless_it_says_otherwise(self, eva: Visitor, session: Session) -> None:
        soon = (datetime.now(UTC) + timedelta(days=10)).replace(microsecond=0, second=0, tzinfo=None)

        propose(eva, "crawlers", {**CRAWLERS, "apply_at": soon.isoformat(), "ask": "amir"})

        change = filed(session)[0]
        assert change.apply_at == soon.replace(tzinfo=UTC)
        assert change.asked_id is not None

    def test_the_form_says_who_decides(self, eva: Visitor) -> None:
        page = eva.get("/admin/generation/edit/")

        assert "2 approvals are needed, yours not counted" in page
        assert "May approve: <bdi>alice</bdi>, <bdi>amir</bdi>." in page

    def test_the_form_says_what_it_would_do_and_keeps_nothing(self, eva: Visitor, session: Session) -> None:
        session.add(UserAgentCount(day=datetime.now(UTC).date(), agent="Robot/1", visits=1))
        session.add(UserAgentCount(day=datetime.now(UTC).date(), agent="Mozilla/5", visits=99))
        session.commit()
        before = kept(session)

        answer = propose(eva, "crawlers", {**CRAWLERS, "step": "check"})

        assert answer.status_code == 200
        assert "will count as a crawler" in answer.text
        assert "takes 1.00% of the visits of the last eight days" in answer.text
        assert kept(session) == before

    def test_an_open_request_of_somebody_is_said_at_once(self, eva: Visitor, session: Session, staff: Staff) -> None:
        change = make_change(session, staff.editor)

        page, answer = eva.get("/admin/crawlers/edit/"), propose(eva, "crawlers", CRAWLERS)

        assert "<bdi>eva</bdi> has an open request on this" in page
        assert answer.status_code == 409
        assert f'<a href="/changes/{change.id}">Change request {change.id}</a> on this is open' in answer.text
        assert "Spider" in answer.text

    def test_a_caution_is_shown_with_a_tick_and_the_form_as_it_was(self, eva: Visitor, session: Session) -> None:
        session.add(UserAgentCount(day=datetime.now(UTC).date(), agent="Robot/1", visits=50))
        session.commit()

        asked = propose(eva, "crawlers", CRAWLERS)
        confirmed = propose(eva, "crawlers", {**CRAWLERS, "confirmed": "catches_many"})

        assert (asked.status_code, confirmed.status_code) == (422, 303)
        assert 'name="confirmed" value="catches_many"' in asked.text
        assert "100.00% of the recent visits" in asked.text
        assert "Robot, Spider" in asked.text
        assert filed(session)[0].confirmed == ["catches_many"]
        assert refusals(session) == [("eva", "crawlers", "-")]

    def test_what_is_live_already_is_no_change(self, eva: Visitor, session: Session) -> None:
        answer = propose(eva, "generation", {})

        assert answer.status_code == 422
        assert "nothing would change" in answer.text

    @pytest.mark.parametrize(
        ("field", "value", "said"),
        [
            ("reason", "too short", "at least 10 characters"),
            ("apply_at", "tomorrow", "is no moment such as"),
            ("apply_at", "2001-01-01T00:00", "within the next year"),
            ("ask", "vera", "nobody who can decide"),
            ("title", "x" * 201, "at most 200 characters"),
            ("base_version", "one", "number of a version"),
        ],
    )
    @pytest.mark.any_database
    def test_what_cannot_be_taken_is_said_and_recorded(
        self, eva: Visitor, session: Session, field: str, value: str, said: str
    ) -> None:
        before = kept(session)

        answer = propose(eva, "crawlers", {**CRAWLERS, field: value})

        assert answer.status_code == 422
        assert said in answer.text
        assert "Spider" in answer.text
        assert kept(session) == before
        assert refusals(session) == [("eva", "crawlers", "-")]


class TestGivenAnAdmin:
    def test_roles_are_asked_for(self, adam: Visitor, session: Session) -> None:
        answer = propose(adam, "access", {"roles": ["viewer", "support"]}, key="VERA")

        change = filed(session)[0]
        assert (answer.status_code, change.key) == (303, "vera")
        assert asked_for(change) == {"roles": ["viewer", "support"]}

    @pytest.mark.parametrize("name", ["amir", "AMIR"])
    def test_whom_it_is_about_is_none_of_those_who_decide(self, adam: Visitor, name: str) -> None:
        page = adam.get(f"/admin/access/edit/?id={name}")
        typed = {"roles": ["approver", "viewer"], "key": name, "step": "check"}
        checked = propose(adam, "access", typed, door="new/").text
        asked = propose(adam, "access", {"roles": ["approver", "viewer"], "ask": "amir"}, key=name)

        assert ["May approve: <bdi>alice</bdi>." in one for one in (page, checked)] == [True, True]
        assert '<option value="amir">' not in page
        assert (asked.status_code, "It is about the roles of amir" in asked.text) == (422, True)

    def test_crawlers_are_an_editors_affair(self, adam: Visitor, session: Session) -> None:
        page, answer = adam.get("/admin/crawlers/"), propose(adam, "crawlers", CRAWLERS)

        assert "Only somebody with the role Editor can propose this change." in page
        assert answer.status_code == 403
        assert refusals(session) == [("adam", "crawlers", "-")]


class TestGivenAViewer:
    @pytest.mark.parametrize("kind", PAGES)
    def test_pages_are_read_and_no_form_is_opened(self, vera: Visitor, kind: str) -> None:
        page = vera.get(PAGES[kind])

        assert "can propose this change" in page
        assert vera.client.get(f"{PAGES[kind]}new/").status_code == 403


class TestGivenNobodyWhoCouldApprove:
    def test_it_is_said_before_the_form_is_sent(self, app: Flask, session: Session) -> None:
        make_account(session, "ed", Role.EDITOR, Role.APPROVER)
        session.commit()

        page = signed_in(app, "ed").get("/admin/crawlers/edit/")

        assert "Nobody can approve it as things are" in page


class TestGivenBadges:
    def test_the_default_is_one_of_those_with_an_image(
        self, eva: Visitor, session: Session, staff: Staff, icon: str
    ) -> None:
        make_live(session, staff, "badge", "honor", {"icon": icon})

        page = eva.get("/admin/badge-default/edit/")
        answer = propose(eva, "badge-default", {"mode": "honor"})

        assert 'value="honor"' in page
        assert 'value="verified"' not in page
        assert (answer.status_code, asked_for(filed(session)[-1])) == (303, {"mode": "honor"})
