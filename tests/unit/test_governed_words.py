"""Which moment is meant by what somebody types, and how do two versions differ in words?"""

from datetime import UTC, datetime

import pytest

from webapp.web.admin.filters import NotUnderstood
from webapp.web.admin.governed.comparing import compare
from webapp.web.admin.governed.forms.moments import read_moment, written

NINE = datetime(2026, 1, 31, 9, 0, tzinfo=UTC)


class TestGivenAMomentThatWasTyped:
    @pytest.mark.parametrize(
        "text",
        [
            "2026-01-31T09:00",
            "2026-01-31T09:00Z",
            "2026-01-31T10:00+01:00",
            "2026-01-31T10:00 01:00",
            " 2026-01-31 09:00 ",
        ],
    )
    def test_it_is_read_in_utc_unless_it_says_otherwise(self, text: str) -> None:
        assert read_moment(text) == NINE

    def test_nothing_is_no_moment(self) -> None:
        assert read_moment("  ") is None

    @pytest.mark.parametrize(
        "text",
        [
            "tomorrow",
            "2026-13-01T00:00",
            "0001-01-01T00:00+14:00",
            "9999-12-31T23:59-14:00",
            "1969-01-01T00:00",
            "\0",
            "٢٠٢٦",
        ],
    )
    def test_what_is_none_is_not_understood(self, text: str) -> None:
        with pytest.raises(NotUnderstood):
            read_moment(text)

    @pytest.mark.parametrize(("moment", "text"), [(NINE, "2026-01-31T09:00"), (None, "")])
    def test_it_is_written_as_a_field_takes_it(self, moment: datetime | None, text: str) -> None:
        assert written(moment) == text


class TestGivenTwoVersions:
    def test_each_field_and_line_that_differs_is_named(self) -> None:
        found = compare(1, {"enabled": True, "list": ["a"]}, 2, {"enabled": False, "list": ["a"]})

        assert [line.field for line in found.fields] == ["enabled"]
        assert [(line.sign, line.text) for line in found.lines][:3] == [
            (" ", "{"),
            ("−", '  "enabled": true,'),
            ("+", '  "enabled": false,'),
        ]

    def test_what_lies_between_is_cut(self) -> None:
        before = {f"k{number:02}": "same" for number in range(20)} | {"k19": "old"}

        lines = compare(1, before, 2, {**before, "k19": "new"}).lines

        assert (lines[0].sign, len(lines)) == ("…", 7)

    def test_one_that_was_deleted_has_no_lines(self) -> None:
        found = compare(1, {"enabled": True}, 2, None)

        assert {line.what for line in found.lines} == {"removed"}
        assert [line.field for line in found.fields] == ["enabled"]

    def test_equal_ones_have_nothing(self) -> None:
        found = compare(1, {"enabled": True}, 2, {"enabled": True})

        assert (found.fields, found.lines) == ([], [])
