"""Is an answer that was kept ever an old one, or one for somebody else?"""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests.factories.governance import Staff, make_change, make_staff, make_wish, terms_of
from tests.factories.programs import Program, program_of
from tests.fakes import NOON
from webapp.adapters.caches.process import ProcessCache
from webapp.domain.actors import MACHINE_NAME, Actor
from webapp.models.base import unit_of_work
from webapp.ports.caches import Cache
from webapp.services.caching import kept
from webapp.services.caching.answers import Question, recall
from webapp.services.governance import decisions

ASKED = Question("configs", [], ())


@pytest.fixture
def staff(session: Session) -> Staff:
    """An editor and those who approve."""
    return make_staff(session)


@pytest.fixture
def program(app: Flask, session: Session, staff: Staff) -> Program:
    """A program of the editor's."""
    return program_of(app, session, staff.editor)


def make_live(session: Session, staff: Staff, agent: str, *, hours: int = 0) -> None:
    """Have another list of crawlers approved."""
    now = NOON + timedelta(hours=hours)
    wish = make_wish("crawlers", "-", {"enabled": True, "known_user_agents": [agent]})
    change = make_change(session, staff.editor, wish, now=now)
    decisions.approve(session, terms_of(staff.approver, now=now), change.id)
    session.commit()


def cache_of(app: Flask) -> Cache:
    cache: Cache = app.extensions["ports"].cache
    return cache


def hits(app: Flask) -> dict[str, tuple[int, int]]:
    return {one.name: (one.hits, one.misses) for one in cache_of(app).numbers()}


def agents(answer: TestResponse) -> list[str]:
    said = answer.get_json()
    row = said["results"][0] if "results" in said else said
    agents: list[str] = row["payload"]["known_user_agents"]
    return agents


class TestGivenWhatWasAskedBefore:
    @pytest.mark.parametrize(
        ("path", "name"),
        [
            ("configs?kind=crawlers", "configs"),
            ("configs/crawlers/-", "config"),
            ("configs/crawlers/-/versions", "versions"),
            ("configs/crawlers/-/diff?from=0", "diff"),
        ],
    )
    def test_it_is_found_and_the_same(
        self, app: Flask, session: Session, staff: Staff, program: Program, path: str, name: str
    ) -> None:
        make_live(session, staff, "One")

        first, second = program.get(path), program.get(path)

        assert (second.status_code, second.get_json()) == (200, first.get_json())
        assert second.headers["ETag"] == first.headers["ETag"]
        assert hits(app)[name] == (1, 1)

    def test_a_change_is_told_by_the_next_answer(self, session: Session, staff: Staff, program: Program) -> None:
        paths = ("configs?kind=crawlers", "configs/crawlers/-", "configs/crawlers/-/versions")
        told = []
        for hours, agent in enumerate(("One", "Two", "Three")):
            make_live(session, staff, agent, hours=hours)
            told += [agents(program.get(path)) for path in paths for _ in range(2)]

        assert told == [["One"]] * 6 + [["Two"]] * 6 + [["Three"]] * 6

    def test_who_wants_it_changed_is_asked_anew(self, session: Session, staff: Staff, program: Program) -> None:
        make_live(session, staff, "One")
        before = program.get("configs/crawlers/-").get_json()["open_change"]

        change = make_change(
            session, staff.editor, make_wish("crawlers", "-", {"enabled": False, "known_user_agents": []})
        )
        session.commit()

        lists = program.get("configs?kind=crawlers").get_json()["results"][0]
        assert (before, program.get("configs/crawlers/-").get_json()["open_change"]) == (None, change.id)
        assert lists["open_change"] == change.id

    @pytest.mark.any_database
    def test_another_spelling_is_the_same_question_and_another_filter_is_not(
        self, app: Flask, session: Session, staff: Staff, program: Program
    ) -> None:
        make_live(session, staff, "One")
        for query in ("kind=crawlers&limit=50", "limit=50&kind=crawlers", "kind=crawlers", "kind=badge", "limit=49"):
            program.get(f"configs?{query}")

        assert hits(app)["configs"] == (2, 3)

    @pytest.mark.any_database
    def test_whoever_may_see_something_else_gets_an_answer_of_their_own(
        self, app: Flask, session: Session, staff: Staff, program: Program
    ) -> None:
        make_live(session, staff, "One")
        vera = program_of(app, session, staff.viewer)

        answers = [one.get("configs/crawlers/-").status_code for one in (program, vera, vera)]

        assert answers == [200, 200, 200]
        assert hits(app)["config"] == (1, 2)

    @pytest.mark.any_database
    def test_a_token_that_is_none_gets_nothing_that_was_kept(
        self, app: Flask, session: Session, staff: Staff, program: Program
    ) -> None:
        make_live(session, staff, "One")
        program.get("configs/crawlers/-")

        answer = Program(app, {"Authorization": "Bearer certdesk_none"}).get("configs/crawlers/-")

        assert answer.status_code == 401


class TestGivenTheCachesAreEmptied:
    def test_nothing_kept_before_is_found_whoever_kept_it(
        self, app: Flask, session: Session, staff: Staff, program: Program
    ) -> None:
        make_live(session, staff, "One")
        program.get("configs/crawlers/-")

        with app.app_context(), unit_of_work() as work:
            kept.empty(work, Actor(MACHINE_NAME), now=NOON)
        program.get("configs/crawlers/-")

        assert hits(app)["config"] == (0, 2)


class TestGivenAVersionThatComesInBetween:
    def test_what_was_made_meanwhile_is_not_kept(self, app: Flask, session: Session, staff: Staff) -> None:
        make_live(session, staff, "One")
        cache = ProcessCache()

        def make() -> list[str]:
            make_live(session, staff, "Two", hours=1)
            return ["Two"]

        told: list[str] = recall(session, cache, ASKED, list[str], make)

        assert told == ["Two"]
        assert [one.entries for one in cache.numbers()] == [0]


@pytest.mark.any_database
class TestGivenSomethingUnreadableInTheCache:
    def test_it_is_made_anew_and_replaced(self, session: Session, staff: Staff) -> None:
        make_live(session, staff, "One")

        class Foreign(ProcessCache):
            def find(self, name: str, key: str) -> bytes | None:
                return super().find(name, key) or b'{"of": "another release"}'

        cache = Foreign()
        told = [recall(session, cache, ASKED, list[str], lambda: ["One"]) for _ in range(2)]

        assert told == [["One"], ["One"]]
        assert [one.entries for one in cache.numbers()] == [1]
