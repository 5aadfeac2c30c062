"""What does the text of an event say, what do its columns, and what of it can be no event's?"""

import json
from dataclasses import replace
from typing import Any

import pytest

from tests.factories.audit_links import chain, columns_of, link_to
from webapp.domain.audit_chain import (
    GENESIS,
    UNREADABLE,
    find_problem,
    is_hash,
    said_by_columns,
    said_in,
    verify,
)


class TestGivenTheTextOfOneEvent:
    def test_it_says_every_column_and_its_details(self) -> None:
        said = said_in(link_to(GENESIS, columns_of(1), {"a": "\u00fc"}).body)

        assert said is not None
        assert (said["seq"], said["at"], said["details"]) == (1, "2026-11-21T12:00:01.000000+00:00", {"a": "ü"})

    @pytest.mark.parametrize(
        "altered",
        [
            {"at": "yesterday"},
            {"at": "2026-11-21T12:00:01+00:00"},
            {"at": "0001-01-01T00:00:00+14:00"},
            {"at": 7},
            {"seq": True},
            {"actor_id": "7"},
            {"reason": None},
            {"details": []},
            {"details": {"half": "\ud800"}},
        ],
    )
    def test_one_that_no_event_has_says_nothing(self, altered: dict[str, object]) -> None:
        body = json.dumps({**json.loads(link_to(GENESIS, columns_of(1)).body), **altered})

        assert said_in(body) is None

    @pytest.mark.parametrize("body", ["", "[]", "{}", "no JSON"])
    def test_nor_does_one_that_is_none(self, body: str) -> None:
        assert said_in(body) is None

    def test_a_whole_character_beyond_the_first_plane_is_text(self) -> None:
        body = json.dumps(json.loads(link_to(GENESIS, columns_of(1), {"a": "😀"}).body), ensure_ascii=True)

        assert "\\ud" in body
        assert said_in(body) is not None


class TestGivenTheColumnsOfOneEvent:
    def test_they_say_what_its_text_would(self) -> None:
        columns = columns_of(1)

        assert said_by_columns(columns) == {**columns, "at": "2026-11-21T12:00:01.000000+00:00"}

    def test_what_is_none_of_a_columns_is_left_out_or_told_as_text(self) -> None:
        said = said_by_columns(columns_of(1, actor_id="seven", reason=7))

        assert (said["actor_id"], said["reason"]) == (None, "7")

    @pytest.mark.parametrize(
        ("altered", "problem"),
        [({}, None), ({"body": "{}"}, "its text was altered"), ({"hash": b"\xff"}, "its text was altered"),
         ({"body": "\ud800"}, "its text was altered"), ({"body": b"{}"}, "its text was altered")],
    )  # fmt: skip
    def test_what_is_wrong_with_it_shows_without_the_others(self, altered: dict[str, Any], problem: str | None) -> None:
        link = replace(chain()[2], **altered)

        assert find_problem(link) == problem

    def test_one_that_the_database_cannot_read_is_named(self) -> None:
        verdict = verify([*chain(2), UNREADABLE, *chain(5)[3:]])

        assert (verdict.first_bad, verdict.reason) == (3, "cannot be read")

    @pytest.mark.parametrize(("text", "is_one"), [(GENESIS, True), (GENESIS[1:], False), ("x" * 64, False)])
    def test_a_head_is_a_hash(self, text: str, is_one: bool) -> None:
        assert is_hash(text) is is_one
