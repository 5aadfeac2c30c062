"""What if the live value has moved since the form was opened? Nothing is overwritten, and nothing typed is lost."""

import re
from html import unescape

import pytest
from sqlalchemy.orm import Session

from tests.factories.certificates import DEMO_COURSE, make_course
from tests.factories.governance import REASON, Staff, make_wish, terms_of
from tests.integration.governed.desk import asked_for, filed, make_live, propose
from tests.visitors import Visitor
from webapp.domain.approval.states import Action
from webapp.services.governance import changes, decisions

OTHERS = {"enabled": True, "known_user_agents": ["edX-downloader", "Theirs"]}
MINE = {
    "known_user_agents": "edX-downloader\nMine",
    "base_version": "1",
    "title": "Mine",
    "reason": "My own good reason.",
}


def hidden(page: str, name: str) -> str:
    found = re.search(rf'type="hidden" name="{name}" value="([^"]*)"', page)
    assert found is not None
    return unescape(found[1])


def carried(page: str) -> dict[str, str]:
    return {name: hidden(page, name) for name in ("title", "reason", "base_version", "proposed", "seen")}


class TestGivenAFieldThatBothChanged:
    @pytest.fixture
    def page(self, eva: Visitor, session: Session, staff: Staff) -> str:
        make_live(session, staff, "crawlers", "-", OTHERS)
        answer = propose(eva, "crawlers", MINE)
        assert answer.status_code == 409
        return answer.text

    def test_three_versions_stand_side_by_side_and_nothing_is_filed(self, page: str, session: Session) -> None:
        assert "You began with version 1; version 2 is live now" in page
        assert "Theirs" in page
        assert "Mine" in page
        assert 'name="choice:known_user_agents" value="live"' in page
        assert "What is live: you left it alone" in page
        assert len(filed(session)) == 1

    def test_a_choice_brings_it_into_the_form_with_all_that_was_typed(
        self, page: str, eva: Visitor, session: Session
    ) -> None:
        form = {**carried(page), "step": "merge", "choice:known_user_agents": "proposed"}

        merged = propose(eva, "crawlers", form)

        assert merged.status_code == 200
        assert "Brought together with version 2" in merged.text
        assert "edX-downloader\nMine</textarea>" in merged.text.replace("\r", "")
        assert "My own good reason." in merged.text
        assert 'name="base_version" type="hidden" value="2"' in merged.text
        assert 'checked id="enabled"' in merged.text
        assert len(filed(session)) == 1

    def test_without_a_choice_it_is_asked_again(self, page: str, eva: Visitor) -> None:
        again = propose(eva, "crawlers", {**carried(page), "step": "merge"})

        assert again.status_code == 409
        assert "Choose for each field that both sides changed." in again.text

    def test_where_it_moves_once_more_it_is_shown_once_more(
        self, page: str, eva: Visitor, session: Session, staff: Staff
    ) -> None:
        make_live(session, staff, "crawlers", "-", {"enabled": True, "known_user_agents": ["Third"]})

        again = propose(eva, "crawlers", {**carried(page), "step": "merge", "choice:known_user_agents": "proposed"})

        assert again.status_code == 409
        assert "version 3 is live now" in again.text

    @pytest.mark.any_database
    @pytest.mark.parametrize("proposed", ["", "{", "[]", '{"enabled": 1}', "[" * 100_000])
    def test_what_was_mangled_is_refused(self, page: str, eva: Visitor, session: Session, proposed: str) -> None:
        answer = propose(eva, "crawlers", {**carried(page), "step": "merge", "proposed": proposed})

        assert answer.status_code == 422
        assert len(filed(session)) == 1


class TestGivenAValueThatCannotBe:
    def test_that_is_said_before_any_choice(self, eva: Visitor, session: Session, staff: Staff) -> None:
        make_live(session, staff, "crawlers", "-", OTHERS)

        answer = propose(eva, "crawlers", {**MINE, "known_user_agents": "Mine\nMine"})

        assert answer.status_code == 422
        assert "stands in the list twice" in answer.text


class TestGivenFieldsThatNobodyElseChanged:
    def test_the_form_has_both_changes(self, eva: Visitor, session: Session, staff: Staff) -> None:
        make_course(session)
        session.commit()
        make_live(session, staff, "course", DEMO_COURSE, {"self_generation_enabled": True, "use_updated": None})
        make_live(session, staff, "course", DEMO_COURSE, {"self_generation_enabled": False, "use_updated": None})
        mine = {"self_generation_enabled": "y", "use_updated": "on", "base_version": "1"}

        page = propose(eva, "course", mine, key=DEMO_COURSE).text
        merged = propose(eva, "course", {**carried(page), "step": "merge"}, key=DEMO_COURSE)

        assert merged.status_code == 200
        assert re.search(r'checked id="use_updated-1"', merged.text)
        assert not re.search(r'checked id="self_generation_enabled"', merged.text)


class TestGivenALiveValueThatSaysTheSameAsBefore:
    def test_the_request_is_filed_on_the_newest_version(self, eva: Visitor, session: Session, staff: Staff) -> None:
        make_live(session, staff, "crawlers", "-", OTHERS)
        make_live(session, staff, "crawlers", "-", {"enabled": False, "known_user_agents": ["edX-downloader"]})

        answer = propose(eva, "crawlers", MINE)

        assert (answer.status_code, filed(session)[-1].base_version) == (303, 3)


class TestGivenAValueThatWasDeleted:
    def test_mine_sets_it_anew(self, eva: Visitor, session: Session, staff: Staff) -> None:
        make_course(session)
        session.commit()
        make_live(session, staff, "course", DEMO_COURSE, {"self_generation_enabled": True, "use_updated": None})
        wish = make_wish("course", DEMO_COURSE, action=Action.DELETE)
        gone = changes.propose_change(session, terms_of(staff.editor), wish)
        decisions.approve(session, terms_of(staff.approver), gone.id)
        session.commit()
        mine = {"self_generation_enabled": "y", "use_updated": "on", "base_version": "1"}

        page = propose(eva, "course", mine, key=DEMO_COURSE).text
        merged = propose(eva, "course", {**carried(page), "step": "merge"}, key=DEMO_COURSE)
        answer = propose(eva, "course", {**mine, "base_version": "2", "reason": REASON}, key=DEMO_COURSE)

        assert "It deleted the value; yours would set it anew." in page
        assert merged.status_code == 200
        assert answer.status_code == 303
        assert asked_for(filed(session)[-1]) == {"self_generation_enabled": True, "use_updated": True}
