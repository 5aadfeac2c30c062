"""Are lists bounded, and cursors none but ours?"""

from urllib.parse import quote

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.factories.accounts import make_account
from tests.factories.governance import Staff
from tests.factories.programs import Program, program_of
from tests.fakes import NOON
from webapp.domain.actors import MACHINE_NAME, Actor
from webapp.domain.roles import Role
from webapp.services.configs import machine

pytestmark = pytest.mark.any_database
LISTS = ["configs", "configs/crawlers/-/versions", "changes", "audit"]


@pytest.fixture
def admin(app: Flask, session: Session, staff: Staff) -> Program:
    return program_of(app, session, staff.admin)


class TestGivenAList:
    @pytest.mark.parametrize("path", LISTS)
    @pytest.mark.parametrize(
        "query",
        [
            "limit=0",
            "limit=101",
            "limit=-1",
            "limit=x",
            "limit=",
            "limit=1&limit=2",
            "limit=١",
            "cursor=",
            "cursor=x",
            "surprise=1",
            "cursor=WzFd",
        ],
    )
    def test_what_cannot_be_understood_is_400(self, admin: Program, path: str, query: str) -> None:
        answer = admin.get(f"{path}?{query}")

        said = answer.get_json(force=True)
        assert (answer.status_code, said["errors"][0]["field"]) == (400, query.partition("=")[0])
        assert said["code"] == ("bad_cursor" if query.startswith("cursor") else "bad_filter")

    @pytest.mark.parametrize("path", LISTS)
    def test_a_hundred_are_the_most(self, admin: Program, path: str) -> None:
        assert admin.get(f"{path}?limit=100").status_code == 200

    def test_a_cursor_of_another_list_or_filter_is_400(self, admin: Program) -> None:
        cursor = admin.get("changes?limit=1").get_json()["next"]

        answers = [
            admin.get(f"{path}cursor={cursor}").status_code for path in ("audit?", "changes?state=pending&", "changes?")
        ]

        assert answers == [400, 400, 200]

    def test_a_changed_cursor_is_400(self, admin: Program) -> None:
        cursor = admin.get("changes?limit=1").get_json()["next"]

        assert admin.get(f"changes?cursor={cursor[:-1]}").status_code == 400

    @pytest.mark.parametrize("name", ["Łucja", "a/b?c#d", "50%25", "a+b c@d", 'say "<so>"'])
    def test_the_next_page_is_where_it_says_whatever_the_key(self, session: Session, admin: Program, name: str) -> None:
        make_account(session, name, Role.VIEWER)
        machine.write_roles(session, Actor(MACHINE_NAME), name, [Role.EDITOR], now=NOON)
        session.commit()

        first = admin.get(f"configs/access/{quote(name, safe='')}/versions?limit=1")
        address = first.headers["Link"].removeprefix("<").removesuffix('>; rel="next"')
        second = admin.get(address)

        assert address.isascii()
        assert not set('<>" #') & set(address)
        assert [one.get_json()["results"][0]["version"] for one in (first, second)] == [2, 1]

    @pytest.mark.parametrize("query", ["state=odd", "state=pending,odd", "kind=odd", "mine=yes", "stale=1", "key=%00"])
    def test_a_filter_of_changes_that_cannot_be_understood_is_400(self, admin: Program, query: str) -> None:
        answer = admin.get(f"changes?{query}")

        assert (answer.status_code, answer.get_json(force=True)["code"]) == (400, "bad_filter")
