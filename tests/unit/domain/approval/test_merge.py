"""Do two changes of one value come together without one losing the other's?"""

import copy
import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as some

from webapp.domain.approval.merge import (
    ABSENT,
    WHOLE,
    Conflict,
    Difference,
    canonical,
    differences,
    field_of,
    merge,
    same,
)

NAMES = some.sampled_from(["a", "b", "c"])
LEAVES = some.none() | some.booleans() | some.integers(0, 1) | some.sampled_from(["", "x"]) | some.just([1])
VALUES = some.recursive(LEAVES, lambda inner: some.dictionaries(NAMES, inner, max_size=3), max_leaves=6)
PAYLOADS = some.dictionaries(NAMES, VALUES, max_size=3)
SIDES = some.none() | PAYLOADS
Payload = dict[str, Any] | None


def put(before: dict[str, Any], found: tuple[Difference, ...]) -> dict[str, Any]:
    """Do to a value what its differences tell."""
    after = copy.deepcopy(before)
    for one in found:
        place = after
        for name in one.path[:-1]:
            if not isinstance(place.get(name), dict):
                place[name] = {}
            place = place[name]
        if one.after is ABSENT:
            place.pop(one.path[-1], None)
        else:
            place[one.path[-1]] = one.after
    return after


PATHS = some.lists(some.text('a."\\', max_size=3), max_size=3)


class TestGivenAnyTwoValues:
    @given(PAYLOADS, PAYLOADS)
    def test_they_differ_in_nothing_just_when_they_are_the_same(self, one: Any, other: Any) -> None:  # noqa: ANN401 - JSON
        assert (differences(one, other) == ()) == same(one, other) == (canonical(one) == canonical(other))

    @given(PAYLOADS, PAYLOADS)
    def test_seen_from_the_other_side_the_same_fields_differ(self, one: Any, other: Any) -> None:  # noqa: ANN401 - JSON
        there, back = differences(one, other), differences(other, one)

        assert [(d.path, repr(d.before), repr(d.after)) for d in there] == [
            (d.path, repr(d.after), repr(d.before)) for d in back
        ]

    @given(PATHS, PATHS)
    @example(['"a', 'b"'], ["a.b"])
    def test_no_two_fields_are_written_alike(self, one: list[str], other: list[str]) -> None:
        assert (field_of(tuple(one)) == field_of(tuple(other))) == (one == other)

    @pytest.mark.parametrize(
        ("path", "written"),
        [
            (("courses", "course-v1:X+Y.2+Z", "title"), 'courses."course-v1:X+Y.2+Z".title'),
            (("sites", "größe.example"), 'sites."größe.example"'),
            (('a"b', "c"), '"a\\"b".c'),
            (("", "c"), '"".c'),
            (("größe", "c d"), "größe.c d"),
        ],
    )
    def test_a_name_that_could_be_taken_for_two_stands_in_quotes(self, path: tuple[str, ...], written: str) -> None:
        assert field_of(path) == written

    @given(PAYLOADS)
    def test_from_nothing_every_leaf_is_new(self, value: Any) -> None:  # noqa: ANN401 - JSON
        found = differences(None, value)

        assert all(one.before is ABSENT for one in found)
        assert same(put({}, found), value)

    @given(PAYLOADS)
    def test_the_canonical_text_is_one_and_says_the_same(self, value: Any) -> None:  # noqa: ANN401 - JSON
        backwards = dict(reversed(list(value.items())))

        assert canonical(value) == canonical(backwards)
        assert json.loads(canonical(value)) == value

    def test_the_canonical_text_is_that_of_all_values_kept_so_far(self) -> None:
        assert canonical({"b": {"y": "é", "x": None}, "a": [1, 2]}) == '{"a":[1,2],"b":{"x":null,"y":"é"}}'


class TestGivenTwoChangesOfOneValue:
    @given(SIDES, SIDES)
    def test_where_the_proposal_changed_nothing_the_live_value_stays(self, base: Payload, live: Payload) -> None:
        merged = merge(base, live, base, {})

        assert (same(merged.payload, live), merged.conflicts) == (True, ())

    @given(SIDES, SIDES)
    def test_where_the_live_value_did_not_move_the_proposal_stands(self, base: Payload, proposed: Payload) -> None:
        merged = merge(base, base, proposed, {})

        assert (same(merged.payload, proposed), merged.conflicts) == (True, ())

    @given(SIDES, SIDES)
    def test_where_both_say_the_same_that_is_it(self, base: Payload, both: Payload) -> None:
        merged = merge(base, both, both, {})

        assert (same(merged.payload, both), merged.conflicts) == (True, ())

    @given(SIDES, SIDES, SIDES)
    def test_without_a_conflict_it_does_not_matter_who_was_first(
        self, base: Payload, one: Payload, other: Payload
    ) -> None:
        there, back = merge(base, one, other, {}), merge(base, other, one, {})

        assert [c.path for c in there.conflicts] == [c.path for c in back.conflicts]
        if not there.conflicts:
            assert same(there.payload, back.payload)

    @given(SIDES, SIDES, SIDES, some.sampled_from(["live", "proposed"]))
    def test_a_choice_for_each_field_in_conflict_leaves_none(
        self, base: Payload, live: Payload, proposed: Payload, word: str
    ) -> None:
        chosen = {conflict.field: word for conflict in merge(base, live, proposed, {}).conflicts}

        assert merge(base, live, proposed, chosen).conflicts == ()

    @given(SIDES, SIDES, SIDES)
    def test_a_choice_for_the_proposal_is_what_it_shows_meanwhile(
        self, base: Payload, live: Payload, proposed: Payload
    ) -> None:
        open_ = merge(base, live, proposed, {})
        chosen = {conflict.field: "proposed" for conflict in open_.conflicts}

        assert same(merge(base, live, proposed, chosen).payload, open_.payload)

    @given(SIDES, SIDES, SIDES)
    def test_nothing_is_made_up(self, base: Payload, live: Payload, proposed: Payload) -> None:
        merged = merge(base, live, proposed, {}).payload

        leaves = [{(d.path, repr(d.after)) for d in differences(None, side)} for side in (live, proposed)]
        found = {(d.path, repr(d.after)) for d in differences(None, merged)}
        emptied = {(path, "{}") for path, _ in found}  # both sides took their half of an object away
        assert found <= leaves[0] | leaves[1] | emptied

    @given(SIDES, SIDES, SIDES)
    def test_its_sides_stay_as_they_were(self, base: Payload, live: Payload, proposed: Payload) -> None:
        before = copy.deepcopy((base, live, proposed))

        merge(base, live, proposed, {})

        assert (base, live, proposed) == before


class TestGivenAFieldThatBothChanged:
    BASE, LIVE, PROPOSED = {"a": 1, "b": {"c": 1}}, {"a": 2, "b": {"c": 2}}, {"a": 3, "b": {"c": 1, "d": 4}}

    def test_it_is_a_conflict_and_the_rest_comes_together(self) -> None:
        merged = merge(self.BASE, self.LIVE, self.PROPOSED, {})

        assert merged.conflicts == (Conflict(("a",), 1, 2, 3),)
        assert merged.payload == {"a": 3, "b": {"c": 2, "d": 4}}
        assert merged.conflicts[0].field == "a"

    @pytest.mark.parametrize(("word", "value"), [("live", 2), ("proposed", 3)])
    def test_a_word_decides_it(self, word: str, value: int) -> None:
        merged = merge(self.BASE, self.LIVE, self.PROPOSED, {"a": word})

        assert (merged.payload, merged.conflicts) == ({"a": value, "b": {"c": 2, "d": 4}}, ())

    def test_another_word_decides_nothing(self) -> None:
        assert merge(self.BASE, self.LIVE, self.PROPOSED, {"a": "mine"}).conflicts != ()

    def test_one_that_took_it_away_is_asked_too(self) -> None:
        merged = merge({"a": 1}, {}, {"a": 2}, {})

        assert merged.conflicts == (Conflict(("a",), 1, ABSENT, 2),)
        assert merge({"a": 1}, {}, {"a": 2}, {"a": "live"}).payload == {}


class TestGivenAValueThatOneSideDeleted:
    @pytest.mark.parametrize(("live", "proposed"), [(None, {"a": 2}), ({"a": 2}, None)])
    def test_the_whole_value_is_in_conflict(self, live: Payload, proposed: Payload) -> None:
        merged = merge({"a": 1}, live, proposed, {})

        assert [conflict.field for conflict in merged.conflicts] == [WHOLE]
        assert merge({"a": 1}, live, proposed, {WHOLE: "live"}).payload == live
        assert merge({"a": 1}, live, proposed, {WHOLE: "proposed"}).payload == proposed

    def test_one_that_both_made_new_comes_together_field_by_field(self) -> None:
        merged = merge(None, {"a": 1}, {"b": 2}, {})

        assert (merged.payload, merged.conflicts) == ({"a": 1, "b": 2}, ())


class TestGivenADifference:
    def test_its_field_is_its_path_in_words(self) -> None:
        (one,) = differences({"a": {"b": 1}}, {"a": {"b": True}})

        assert (one.field, one.before, one.after) == ("a.b", 1, True)

    def test_an_object_that_goes_is_told_leaf_by_leaf(self) -> None:
        found = differences({"a": {"b": 1, "c": 2}}, {})

        assert [(one.field, repr(one.after)) for one in found] == [("a.b", "ABSENT"), ("a.c", "ABSENT")]

    def test_an_empty_object_is_something(self) -> None:
        assert differences({}, {"a": {}}) == (Difference(("a",), ABSENT, {}),)
