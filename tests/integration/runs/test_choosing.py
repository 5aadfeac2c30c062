"""Can support choose certificates in their list, and have a run go over those, and nobody else (record 35)?"""

import re

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.factories.accounts import PASSWORD, make_account
from tests.integration.console.pages import words_of
from tests.integration.runs.carrying import RunDesk
from tests.integration.runs.chosen import OTHER, fill_two, rehearse
from tests.integration.runs.pages import acts_on
from tests.visitors import Visitor
from webapp.domain.roles import Role
from webapp.domain.runs import RunState
from webapp.models.certificates import GenerationRun
from webapp.models.desk.selections import SelectedCertificate
from webapp.models.learners import CourseRole

LIST = "/admin/certificates/"
TOKEN = re.compile(r'name="token" value="([^"]+)"')


def boxes(page: str) -> list[str]:
    return re.findall(r'name="rowid" value="(\d+)" form="choice"', page)


def choose(visitor: Visitor, query: str = "", **form: object) -> str:
    """Send the bar below the list, and give where it leads."""
    answer = visitor.client.post(
        f"{LIST}choose{query}",
        data={"csrf_token": visitor.token_on(LIST), "token": "t", "purpose": "regenerate", **form},
    )
    assert answer.status_code == 303, answer.text
    return answer.location


def runs_of(desk: RunDesk) -> list[GenerationRun]:
    found: list[GenerationRun] = desk.every(GenerationRun)
    return sorted(found, key=lambda run: run.id)


@pytest.fixture
def teacher(app: Flask, desk: RunDesk, session: Session) -> Visitor:
    """Somebody who reads the desk, and teaches one of the two course runs."""
    fill_two(desk)
    session.add(CourseRole(learner_id=1, course_id=OTHER, role="instructor"))
    make_account(session, "sam", Role.SUPPORT)  # whose number the runs of others have
    make_account(session, "tom", Role.VIEWER, learner_id=1)
    session.commit()
    visitor = Visitor(app)
    visitor.sign_in("tom", PASSWORD)
    return visitor


class TestGivenTheListOfCertificates:
    def test_support_finds_a_box_in_each_row_and_the_bar(self, desk: RunDesk, support: Visitor) -> None:
        numbers = fill_two(desk)

        page = support.get(f"{LIST}?status=error")

        assert sorted(map(int, boxes(page))) == sorted(numbers)[-50:]
        assert f'action="{LIST}choose?status=error"' in page
        assert "Choose all that match, on every page" in page

    def test_where_all_are_on_the_page_there_is_nothing_more_to_choose(self, desk: RunDesk, support: Visitor) -> None:
        fill_two(desk)

        page = support.get(f"{LIST}?course={OTHER.replace('+', '%2B')}")

        assert len(boxes(page)) == 30
        assert "everything" not in page

    @pytest.mark.any_database
    def test_viewers_find_neither(self, desk: RunDesk, viewer: Visitor) -> None:
        fill_two(desk)

        page = viewer.get(LIST)

        assert boxes(page) == []
        assert 'id="choice"' not in page

    @pytest.mark.any_database
    def test_whoever_only_teaches_elsewhere_finds_them_too(self, teacher: Visitor) -> None:
        assert len(boxes(teacher.get(LIST))) == 50

    def test_how_many_match_is_told_when_it_is_asked(self, desk: RunDesk, viewer: Visitor) -> None:
        fill_two(desk)

        told = viewer.client.get(f"{LIST}count?status=error&course={OTHER.replace('+', '%2B')}")

        assert told.get_json() == {"said": "All 30 that match are chosen.", "fits": True}

    @pytest.mark.any_database
    def test_a_filter_that_means_nothing_is_not_counted(self, support: Visitor) -> None:
        answers = [
            support.client.get(f"{LIST}count?status=nonsense").status_code,
            support.client.post(
                f"{LIST}choose?status=nonsense",
                data={"csrf_token": support.token_on(LIST), "purpose": "generate", "everything": "1"},
            ).status_code,
        ]

        assert answers == [400, 400]


class TestGivenSupportThatChooses:
    def test_the_ticked_ones_lead_to_the_page_of_a_dry_run(self, desk: RunDesk, support: Visitor) -> None:
        numbers = fill_two(desk)

        led = choose(support, rowid=[str(numbers[0]), str(numbers[45]), "nonsense"])

        (run,) = runs_of(desk)
        kept: list[SelectedCertificate] = desk.every(SelectedCertificate)
        assert led == f"/runs/{run.id}"
        assert (run.dry_run, run.total, run.chosen, run.asked_by) == (True, 2, "2 that were ticked", "sue")
        assert {row.certificate_id for row in kept} == {numbers[0], numbers[45]}

    def test_all_that_match_are_those_of_the_address(self, desk: RunDesk, support: Visitor) -> None:
        fill_two(desk)

        choose(support, f"?status=error&course={OTHER.replace('+', '%2B')}", everything="1", purpose="generate")

        (run,) = runs_of(desk)
        assert (run.total, run.purpose) == (30, "generate")
        assert run.chosen == f"Status: Error; Course: {OTHER}"

    @pytest.mark.any_database
    def test_nothing_leads_back_to_the_list_with_the_reason(self, desk: RunDesk, support: Visitor) -> None:
        fill_two(desk)

        led = choose(support, "?status=error")

        assert led == f"{LIST}?status=error"
        assert "No certificate is chosen." in support.get(led)
        assert runs_of(desk) == []

    @pytest.mark.any_database
    def test_the_same_form_twice_is_one_run_and_a_page_anew_another(self, desk: RunDesk, support: Visitor) -> None:
        fill_two(desk)

        led = [choose(support, everything="1", token=token) for token in ("a", "a", "b")]

        assert (led[0] == led[1], led[1] == led[2]) == (True, False)

    @pytest.mark.any_database
    def test_each_page_has_a_token_of_its_own(self, desk: RunDesk, support: Visitor) -> None:
        fill_two(desk)

        tokens = {TOKEN.findall(support.get(LIST))[0] for _ in range(2)}

        assert len(tokens) == 2

    @pytest.mark.any_database
    def test_another_act_than_those_of_runs_is_refused(self, desk: RunDesk, support: Visitor) -> None:
        fill_two(desk)

        answer = support.client.post(
            f"{LIST}choose", data={"csrf_token": support.token_on(LIST), "purpose": "delete", "everything": "1"}
        )

        assert answer.status_code == 400


@pytest.mark.any_database
class TestGivenThePageOfSuchARun:
    def test_it_says_what_was_chosen_and_what_would_come_of_it(self, desk: RunDesk, support: Visitor) -> None:
        fill_two(desk)
        dry = rehearse(desk)

        page = words_of(support.get(f"/runs/{dry}"))

        assert "Regenerate chosen certificates" in page
        assert "60 of 60 certificates" in page
        assert "Nothing was changed yet" in page
        assert re.search(r"Course runs</dt>\s*<dd>2", page)

    def test_done_for_real_it_leads_to_the_run_that_does_it(self, desk: RunDesk, support: Visitor) -> None:
        fill_two(desk)
        dry = rehearse(desk)

        answer = support.post(f"/runs/{dry}/for-real", of=f"/runs/{dry}")
        again = support.post(f"/runs/{dry}/for-real", of=f"/runs/{dry}")

        real = runs_of(desk)[-1]
        assert (answer.location, again.location) == (f"/runs/{real.id}", f"/runs/{real.id}")
        assert (real.dry_run, real.total) == (False, 60)
        page = support.get(f"/runs/{dry}")
        assert f'href="/runs/{real.id}"' in page
        assert "for-real" not in page

    def test_the_file_names_each_certificate(self, desk: RunDesk, support: Visitor) -> None:
        fill_two(desk)
        dry = rehearse(desk)

        file = support.client.get(f"/runs/{dry}/results").text.splitlines()

        assert file[0] == "username,course_id,status_before,status_after,refused_by,queued"
        assert len(file) == 61
        assert file[-1].startswith(f"crowd000030,{OTHER},error,")

    def test_the_list_of_runs_says_what_it_is_over(self, desk: RunDesk, viewer: Visitor) -> None:
        fill_two(desk)
        rehearse(desk)

        page = words_of(viewer.get("/runs"))

        assert "Regenerate chosen certificates" in page
        assert "Status: Error" in page

    def test_viewers_do_nothing_with_it(self, desk: RunDesk, viewer: Visitor) -> None:
        fill_two(desk)
        dry = rehearse(desk)

        page = viewer.get(f"/runs/{dry}")
        sent = [
            viewer.post(f"/runs/{dry}/{act}", of="/").status_code for act in ("for-real", "pause", "resume", "cancel")
        ]

        assert acts_on(page) == set()
        assert sent == [403] * 4


@pytest.mark.any_database
class TestGivenSomebodyWhoTeaches:
    def test_what_is_of_their_course_run_goes_all_the_way(self, desk: RunDesk, teacher: Visitor) -> None:
        led = choose(teacher, f"?course={OTHER.replace('+', '%2B')}", everything="1")
        desk.finish(runs_of(desk)[0].id)

        answer = teacher.post(f"{led}/for-real", of=led)
        paused = teacher.post(f"{answer.location}/pause", of=led)

        real = runs_of(desk)[-1]
        assert (paused.status_code, real.state, real.total) == (303, RunState.PAUSED, 30)
        assert acts_on(teacher.get(f"/runs/{real.id}")) == {"resume", "cancel"}

    def test_what_is_of_others_is_refused(self, desk: RunDesk, teacher: Visitor) -> None:
        answer = teacher.client.post(
            f"{LIST}choose", data={"csrf_token": teacher.token_on("/"), "purpose": "generate", "everything": "1"}
        )

        assert answer.status_code == 403
        assert "30 of the chosen certificates are of course runs that you do not teach." in answer.text
        assert runs_of(desk) == []

    def test_a_run_that_somebody_else_asked_for_is_not_theirs(self, desk: RunDesk, teacher: Visitor) -> None:
        begun = desk.start(course_id=OTHER)

        answer = teacher.post(f"/runs/{begun}/pause", of="/")

        assert answer.status_code == 403


@pytest.mark.any_database
class TestGivenSomebodyWhoTeachesNothing:
    def test_choosing_is_refused(self, desk: RunDesk, viewer: Visitor) -> None:
        numbers = fill_two(desk)

        answer = viewer.client.post(
            f"{LIST}choose",
            data={"csrf_token": viewer.token_on("/"), "purpose": "generate", "rowid": str(numbers[0])},
        )

        assert answer.status_code == 403
