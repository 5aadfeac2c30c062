"""How does a role in a course run end, and a mode that is offered no more, and who sees that it did?"""

from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from tests.factories.records import COURSE, Desk, Line, certificate, in_course, learner
from tests.fakes import NOON
from webapp.domain.certificates.facts import CourseFacts
from webapp.domain.identifiers import CourseId
from webapp.models.base import Model
from webapp.models.courses import CourseMode, CourseRun
from webapp.models.learners import CourseRole
from webapp.services import course_runs
from webapp.services.certificates import learner_status, report
from webapp.services.courses import figures, standing
from webapp.services.first_hour import steps
from webapp.services.generation import facts
from webapp.services.platform import course_staff

HERE = CourseId(COURSE)
ROLE = in_course("course_role", role="staff")
MODE: dict[str, object] = {"type": "course_mode", "course_id": COURSE, "mode": "honor"}
BOTH = [(ROLE, CourseRole, f"ada/{COURSE}/staff"), (MODE, CourseMode, f"{COURSE}/honor")]


def ended(line: Line) -> Line:
    assert isinstance(line, dict)
    return {**line, "active": False}


def ada_in(session: Session) -> int:
    return facts.find_learner_id(session, "ada")


def course_in(session: Session) -> CourseFacts:
    return facts.read_course(session, HERE, now=NOON, queue_configured=False)


def run_of(session: Session) -> CourseRun:
    return course_runs.get_course(session, HERE)


@pytest.mark.parametrize(("line", "model", "key"), BOTH, ids=["role", "mode"])
class TestGivenALineThatEndsSomething:
    def test_it_ends_once_and_the_next_line_without_a_word_begins_it_again(
        self, desk: Desk, line: Line, model: type[Model], key: str
    ) -> None:
        del key
        desk.imports(learner())

        words = desk.results(line, ended(line), ended(line), line, ended(line))

        assert words == ["added", "changed", "unchanged", "changed", "changed"]
        assert desk.one(model).active is False  # type: ignore[attr-defined]  # both have it

    def test_the_audit_says_what_of_whom_ended_where_and_who_ended_it(
        self, desk: Desk, line: Line, model: type[Model], key: str
    ) -> None:
        del model
        desk.imports(learner(), line)

        desk.imports(ended(line), ended(line))

        assert isinstance(line, dict)
        action, named = f"{line['type']}.imported", {name: line[name] for name in line if name != "type"}
        told = desk.events(action)
        assert [event["key"] for event in told] == [key, key]
        assert [event["after"]["active"] for event in told] == [True, False]
        assert told[1] == {"key": key, **named, "before": {"active": True}, "after": {"active": False}}

    def test_one_that_nobody_knows_is_kept_as_ended(self, desk: Desk, line: Line, model: type[Model], key: str) -> None:
        del key
        desk.imports(learner())

        assert desk.results(ended(line), ended(line)) == ["added", "unchanged"]
        assert desk.one(model).active is False  # type: ignore[attr-defined]  # as above

    def test_a_dry_run_ends_nothing(self, desk: Desk, line: Line, model: type[Model], key: str) -> None:
        del key
        desk.imports(learner(), line)

        desk.imports(ended(line), options=("--dry-run",))

        assert desk.one(model).active is True  # type: ignore[attr-defined]  # as above


@pytest.mark.any_database
class TestGivenARoleWhoseNamesAreTooLongForAKey:
    def test_the_audit_names_it_all_the_same(self, desk: Desk) -> None:
        course_id, username = f"course-v1:edX+{'D' * 200}+1", "a" * 150
        desk.imports(learner(username), in_course("course_role", username, course_id=course_id, role="staff"))

        (told,) = desk.events("course_role.imported")

        assert (told["username"], told["course_id"], told["role"]) == (username, course_id, "staff")


ROLE_JUDGES: list[tuple[str, Callable[[Session], object]]] = [
    ("staff", lambda session: course_staff.is_course_staff(session, ada_in(session), COURSE)),
    ("instructor", lambda session: course_staff.list_taught(session, ada_in(session))),
    ("staff", lambda session: standing.read(session, run_of(session)).team),
    (
        "beta_tester",
        lambda session: facts.read_one(session, course_in(session), ada_in(session))[0].beta_tester,
    ),
]
MODE_JUDGES: list[Callable[[Session], bool]] = [
    lambda session: "honor" in standing.read(session, run_of(session)).offered,
    lambda session: course_in(session).offers_honor,
    lambda session: "honor" in figures.count(session, HERE, now=NOON).enrolled,
    lambda session: "honor" in report.report_on(session, HERE).enrolled_by_mode,
    lambda session: learner_status.get_certificate_status(session, "ada", HERE).status != "auditing",
    lambda session: any(one.done for one in steps.find_steps(session) if one.step is steps.Step.MODE),
]


class TestGivenARoleThatHasEnded:
    @pytest.mark.parametrize(("role", "judge"), ROLE_JUDGES)
    def test_whoever_judges_by_it_sees_that(self, desk: Desk, role: str, judge: Callable[[Session], object]) -> None:
        line = in_course("course_role", role=role)
        desk.imports(learner(), in_course("enrollment", mode="honor"), line)

        seen = []
        for told in (line, ended(line), line):
            desk.imports(told)
            with desk.session() as session:
                seen.append(bool(judge(session)))

        assert seen == [True, False, True]


class TestGivenAModeThatIsOfferedNoMore:
    @pytest.mark.parametrize("judge", MODE_JUDGES)
    def test_whoever_judges_by_it_sees_that(self, desk: Desk, judge: Callable[[Session], bool]) -> None:
        desk.imports(learner(), certificate(mode="audit", status="error"))

        seen = []
        for told in (MODE, ended(MODE), MODE):
            desk.imports(told)
            with desk.session() as session:
                seen.append(judge(session))

        assert seen == [True, False, True]

    @pytest.mark.parametrize("asks", [True, False])
    def test_whoever_is_in_it_is_asked_for_an_identity_as_before(self, desk: Desk, asks: bool) -> None:
        line = {"type": "course_mode", "course_id": COURSE, "mode": "verified"}
        desk.imports({**line, "requires_id_verification": asks}, ended(line))

        with desk.session() as session:
            course = course_in(session)

        assert (course.modes, course.asks_id("verified")) == ((), asks)
