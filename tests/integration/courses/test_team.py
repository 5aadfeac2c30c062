"""What may the team of a course run do on its page, and only there (interface §5, record 32)?"""

import re

import pytest
from sqlalchemy.orm import Session

from tests.factories.candidates import CCX, FAILING, HTML, make_candidate, make_run
from tests.fakes import NOON
from tests.integration.courses.conftest import Enter
from tests.integration.courses.pages import NOTE, CoursePage
from tests.integration.generation.desk import Desk
from webapp.domain.actors import Actor
from webapp.domain.certificates.eligibility import Purpose
from webapp.domain.roles import Role
from webapp.domain.runs import RunState
from webapp.models.certificates import GenerationRun
from webapp.models.learners import CourseRole
from webapp.services.generation import runs

FILES = ("figures", "learners", "allowlist", "invalidations")
ACTS = ("allow", "invalidate", "disallow", "end-invalidation", "run", "examples", "switch", "withdraw", "mails")


@pytest.fixture
def team(enter: Enter, session: Session) -> CoursePage:
    """Somebody who teaches the course run, with an account and no role of the desk."""
    make_run(session)
    make_run(session, CCX)
    teacher = make_candidate(session, "tom", name="Tom Teacher")
    session.add(CourseRole(learner_id=teacher.id, course_id=HTML, role="instructor"))
    make_candidate(session, "ada", **FAILING)
    return enter("tom", learner_id=teacher.id)


class TestGivenTheTeam:
    def test_it_makes_exceptions_and_runs_by_itself(self, team: CoursePage, desk: Desk) -> None:
        said = team.does("allow", learners="ada", note=NOTE)
        begun = team.does("run", purpose="generate", among="all", dry_run="y")

        assert "ada is on the allowlist now." in said
        (run,) = desk.every(GenerationRun)
        assert f"Run {run.id} is begun." in begun
        assert (run.asked_by, run.dry_run) == ("tom", True)

    def test_it_pauses_resumes_and_cancels_what_it_asked_for(self, team: CoursePage, desk: Desk) -> None:
        team.does("run", purpose="generate", among="all")
        (run,) = desk.every(GenerationRun)
        shown = team.visitor.get(f"/courses/{HTML}?part=runs&run={run.id}")
        offered = re.findall(rf'action="/runs/{run.id}/(\w+)"', shown)

        states = []
        for act in ("pause", "resume", "cancel"):
            answer = team.visitor.post(f"/runs/{run.id}/{act}", of="/")
            assert answer.location == f"/courses/{HTML}?part=runs&run={run.id}"
            states += [one.state for one in desk.every(GenerationRun)]

        assert offered == ["pause", "cancel"]
        assert states == [RunState.PAUSED, RunState.WAITING, RunState.CANCELLED]
        assert "The run is cancelled. What it did stays." in team.visitor.get(answer.location)

    @pytest.mark.any_database
    def test_what_somebody_else_asked_for_goes_on(self, team: CoursePage, desk: Desk) -> None:
        with desk.work() as session:
            run = runs.start_run(session, Actor("sue", 4711), HTML, Purpose.GENERATE, now=NOON)

        shown = team.visitor.get(f"/courses/{HTML}?part=runs&run={run.id}")
        answer = team.visitor.post(f"/runs/{run.id}/cancel", of="/")

        assert f'action="/runs/{run.id}/' not in shown
        assert answer.status_code == 403

    @pytest.mark.any_database
    def test_its_home_leads_there_and_nothing_on_the_page_leads_where_it_may_not(self, team: CoursePage) -> None:
        home = team.visitor.get("/")
        parts = [team.markup(part) for part in ("overview", "learners", "exceptions", "invalidations", "runs")]

        assert f'href="/courses/{HTML}"' in home
        led = {href for page in parts for href in page.split('href="')[1:]}
        assert [href for href in led if href.startswith(("/admin", "/learners", "/runs", "/changes", "/search"))] == []

    @pytest.mark.any_database
    def test_another_course_run_is_shut(self, team: CoursePage) -> None:
        team.course_id = CCX

        shown = team.visitor.client.get(team.address).status_code
        sent = {act: team.send(act, learners="ada", note=NOTE).status_code for act in ACTS}
        files = [
            team.visitor.client.get(f"/courses/{name}.csv", query_string={"course": CCX}).status_code for name in FILES
        ]

        assert (shown, set(sent.values()), set(files)) == (403, {403}, {403})

    @pytest.mark.any_database
    def test_the_form_is_believed_and_not_the_address_beside_it(self, team: CoursePage) -> None:
        form = {"csrf_token": team.visitor.token_on("/"), "course_id": CCX, "learners": "ada", "note": NOTE}

        answer = team.visitor.client.post(f"/courses/allow?course={HTML}", data=form)

        assert answer.status_code == 403


@pytest.mark.any_database
class TestGivenOthers:
    def test_a_beta_tester_is_no_team(self, enter: Enter, session: Session) -> None:
        make_run(session)
        tester = make_candidate(session, "tess", beta_tester=True)
        page = enter("tess", learner_id=tester.id)

        assert page.visitor.client.get(page.address).status_code == 403

    def test_whoever_left_is_no_team_any_more(self, enter: Enter, session: Session) -> None:
        make_run(session)
        teacher = make_candidate(session, "tom", name="Tom Teacher")
        part = CourseRole(learner_id=teacher.id, course_id=HTML, role="instructor")
        session.add(part)
        page = enter("tom", learner_id=teacher.id)
        before = page.visitor.client.get(page.address).status_code

        part.active = False
        session.commit()

        assert (before, page.visitor.client.get(page.address).status_code) == (200, 403)
        assert f'href="/courses/{HTML}"' not in page.visitor.get("/")

    def test_a_viewer_sees_everything_and_no_button(self, enter: Enter, session: Session) -> None:
        make_run(session)
        viewer = enter("vera", Role.VIEWER)

        shown = {part: viewer.acts(part) for part in ("overview", "learners", "exceptions", "invalidations", "runs")}
        sent = {act: viewer.send(act, learners="ada", note=NOTE).status_code for act in ACTS}

        assert set().union(*shown.values()) == set()
        assert set(sent.values()) == {403}

    def test_without_the_forms_token_nothing_is_done(self, support: CoursePage, session: Session) -> None:
        make_run(session)
        session.commit()

        sent = {act: support.send(act, csrf_token="", note=NOTE).status_code for act in ACTS}

        assert set(sent.values()) == {400}
