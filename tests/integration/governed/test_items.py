"""What does the page of a value show: what is live, how it came to be, how two versions differ, and the way back?"""

import json
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from tests.factories.certificates import make_course
from tests.factories.governance import REASON, Staff, make_wish, terms_of
from tests.fakes import NOON
from tests.integration.governed.desk import asked_for, filed, make_live, refusals
from tests.visitors import Visitor
from webapp.domain.approval.states import Action
from webapp.models.messages import UserAgentCount
from webapp.services.governance import changes, decisions

FIRST = {"enabled": True, "known_user_agents": ["edX-downloader", "Robot"]}
SECOND = {"enabled": True, "known_user_agents": ["edX-downloader", "Spider"]}
SET = {"self_generation_enabled": True, "use_updated": None}


class TestGivenAKindWithOneValue:
    def test_its_page_is_the_value(self, vera: Visitor) -> None:
        page = vera.get("/admin/crawlers/")

        assert "edX-downloader" in page
        assert "Nobody counts as a crawler." in page
        assert "Installation" in page

    def test_each_version_says_who_and_why(self, vera: Visitor, session: Session, staff: Staff) -> None:
        change = make_live(session, staff, "crawlers", "-", FIRST)

        page = vera.get("/admin/crawlers/")

        assert "Version 2, live" in page
        assert "Proposed by <bdi>eva</bdi>, approved by <bdi>amir</bdi>" in page
        assert REASON in page
        assert f'href="/changes/{change.id}"' in page

    def test_two_versions_are_compared_by_field_and_by_line(
        self, vera: Visitor, session: Session, staff: Staff
    ) -> None:
        make_live(session, staff, "crawlers", "-", FIRST)
        make_live(session, staff, "crawlers", "-", SECOND)

        page = vera.get("/admin/crawlers/?from=3&to=2")

        assert "Version 2 and version 3" in page
        assert ">known_user_agents<" in page
        assert '<span class="difference__sign">−</span>    &#34;Robot&#34;' in page
        assert '<span class="difference__sign">+</span>    &#34;Spider&#34;' in page

    @pytest.mark.any_database
    @pytest.mark.parametrize("query", ["?from=1", "?from=x&to=y", "?from=1&to=99", "?before=x", "?at=%00"])
    def test_an_address_that_means_nothing_shows_the_value(self, vera: Visitor, query: str) -> None:
        assert "What is live" in vera.get(f"/admin/crawlers/{query}")

    def test_it_is_given_as_json(self, vera: Visitor, session: Session, staff: Staff) -> None:
        make_live(session, staff, "crawlers", "-", FIRST)

        live, first = (vera.client.get(f"/admin/crawlers/json/{query}") for query in ("", "?version=1"))

        assert (json.loads(live.text), live.mimetype) == (FIRST, "application/json")
        assert json.loads(first.text)["enabled"] is False

    @pytest.mark.any_database
    @pytest.mark.parametrize("path", ["crawlers/json/?version=9", "course-settings/json/?id=course-v1:A%2BB%2BC"])
    def test_what_is_not_there_has_no_json(self, vera: Visitor, path: str) -> None:
        assert vera.client.get(f"/admin/{path}").status_code == 404

    def test_a_moment_of_the_past_shows_what_was_live(self, vera: Visitor, session: Session, staff: Staff) -> None:
        make_live(session, staff, "crawlers", "-", FIRST, now=NOON)
        make_live(session, staff, "crawlers", "-", SECOND, now=NOON + timedelta(hours=2))

        before = vera.get("/admin/crawlers/?at=2026-11-21T15:00:00%2B02:00")
        unescaped = vera.get("/admin/crawlers/?at=2026-11-21T15:00:00+02:00")
        after = vera.get("/admin/crawlers/?at=2026-11-21T14:00")

        assert "What was live" in before
        assert "Version 2</span>" in before
        assert "Version 2</span>" in unescaped
        assert "Version 3</span>" in after

    def test_a_long_history_is_told_in_parts(self, vera: Visitor, session: Session, staff: Staff) -> None:
        for number in range(51):
            make_live(session, staff, "crawlers", "-", FIRST if number % 2 else SECOND)

        page, older = vera.get("/admin/crawlers/"), vera.get("/admin/crawlers/?before=3")

        assert 'href="/admin/crawlers/?before=3"' in page
        assert ("Version 2</p>" in page, "Version 2</p>" in older, "Version 1</p>" in older) == (False, True, True)

    def test_before_the_beginning_there_was_nothing(self, vera: Visitor) -> None:
        assert "There was no value at that moment." in vera.get("/admin/crawlers/?at=2001-01-01T00:00Z")


class TestGivenACourseRun:
    @pytest.mark.parametrize("course_id", ["course-v1:Org+Course+Run", "Org/Course/2014_Fall"])
    def test_its_key_stands_in_addresses(self, eva: Visitor, session: Session, staff: Staff, course_id: str) -> None:
        make_course(session, course_id)
        session.commit()
        make_live(session, staff, "course", course_id, SET)

        listed = eva.get("/admin/course-settings/")
        page = eva.client.get("/admin/course-settings/details/", query_string={"id": course_id}).text
        typed = eva.client.get(f"/admin/course-settings/details/?id={course_id}")

        assert course_id in listed
        assert "What is live" in page
        assert typed.status_code == 200

    @pytest.mark.any_database
    @pytest.mark.parametrize("key", ["", "nonsense", "course-v1:No+Such+Run", "%00", "x" * 300])
    def test_one_that_nobody_knows_is_404(self, eva: Visitor, key: str) -> None:
        assert eva.client.get("/admin/course-settings/details/", query_string={"id": key}).status_code == 404

    def test_one_that_was_deleted_says_so(self, eva: Visitor, session: Session, staff: Staff) -> None:
        key = "course-v1:Org+Course+Run"
        make_course(session, key)
        session.commit()
        make_live(session, staff, "course", key, SET)
        gone = changes.propose_change(session, terms_of(staff.editor), make_wish("course", key, action=Action.DELETE))
        decisions.approve(session, terms_of(staff.approver), gone.id)
        session.commit()

        page = eva.client.get("/admin/course-settings/details/", query_string={"id": key}).text

        assert "Version 2 deleted the value" in page
        assert key not in eva.get("/admin/course-settings/")


class TestGivenAnEarlierVersion:
    def revert(self, visitor: Visitor, **form: str) -> str:
        answer = visitor.post("/admin/crawlers/revert/", {"id": "-", "version": "1", **form}, of="/admin/crawlers/")
        assert answer.status_code == 303
        return visitor.get(answer.location)

    def test_going_back_to_it_is_a_request(self, eva: Visitor, session: Session, staff: Staff) -> None:
        make_live(session, staff, "crawlers", "-", FIRST)

        page = self.revert(eva, reason=REASON)

        change = filed(session)[-1]
        assert f"Change request {change.id}</a> waits for approval" in page
        assert (change.reverts_version, change.base_version) == (1, 2)
        assert asked_for(change) == {"enabled": False, "known_user_agents": ["edX-downloader"]}

    def test_it_asks_why(self, eva: Visitor, session: Session, staff: Staff) -> None:
        make_live(session, staff, "crawlers", "-", FIRST)

        page = self.revert(eva, reason="because")

        assert "at least 10 characters" in page
        assert len(filed(session)) == 1
        assert refusals(session) == [("eva", "crawlers", "-")]

    @pytest.mark.any_database
    @pytest.mark.parametrize("version", ["0", "99", "", "x"])
    def test_one_that_is_not_there_is_refused(self, eva: Visitor, session: Session, version: str) -> None:
        page = self.revert(eva, version=version, reason=REASON)

        assert "has no version" in page
        assert filed(session) == []

    def test_where_it_has_to_be_confirmed_the_form_asks_for_that(
        self, eva: Visitor, session: Session, staff: Staff
    ) -> None:
        make_live(session, staff, "crawlers", "-", FIRST)
        make_live(session, staff, "crawlers", "-", SECOND)
        session.add(UserAgentCount(day=datetime.now(UTC).date(), agent="Robot/1", visits=50))
        session.commit()

        page = self.revert(eva, version="2", reason=REASON)

        assert "Confirm that on this form, which is filled with version 2." in page
        assert "Robot</textarea>" in page
        assert len(filed(session)) == 2

    def test_the_form_can_be_filled_with_it(self, eva: Visitor, session: Session, staff: Staff) -> None:
        make_live(session, staff, "crawlers", "-", FIRST)
        make_live(session, staff, "crawlers", "-", SECOND)

        page = eva.get("/admin/crawlers/edit/?version=2")

        assert "Robot</textarea>" in page
        assert 'name="base_version" type="hidden" value="3"' in page
