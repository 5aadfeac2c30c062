"""Do the rules of all kinds keep what every kind promises?"""

import json
import re
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.unit.domain.configs.payloads import ANY_JSON, LIKELY, SOUND, TEXTS, fields_of, problems_of, read, reasons_of
from webapp.domain.configs.kinds import KINDS, SINGLE_KEY, Kind
from webapp.domain.configs.proposals import BadPayload, Checked, Problem, Proposal

SINGLE = {Kind.HTML_VIEW, Kind.CRAWLERS, Kind.GENERATION, Kind.BADGE_DEFAULT}


def nested(levels: int) -> object:
    value: object = "deep"
    for _ in range(levels):
        value = {"default": value}
    return value


class TestGivenTheTable:
    def test_every_kind_has_its_rule_and_a_label_of_its_own(self) -> None:
        assert set(KINDS) == set(Kind)
        assert all(rule.kind is kind for kind, rule in KINDS.items())
        assert len({rule.label for rule in KINDS.values()}) == len(Kind)

    def test_only_the_switch_for_everybody_needs_two_approvals(self) -> None:
        assert {kind: rule.approvals for kind, rule in KINDS.items() if rule.approvals != 1} == {Kind.GENERATION: 2}

    def test_those_with_one_value_are_the_ones_an_installation_begins_with(self) -> None:
        assert {kind for kind, rule in KINDS.items() if rule.single} == SINGLE
        assert {kind for kind, rule in KINDS.items() if rule.installation is not None} == SINGLE

    @pytest.mark.parametrize("kind", sorted(SINGLE))
    def test_what_an_installation_begins_with_is_canonical_and_sound(self, kind: Kind) -> None:
        rule = KINDS[kind]
        assert rule.installation is not None

        assert rule.parse(rule.installation) == rule.installation
        assert rule.check(Proposal(SINGLE_KEY, rule.installation)) == Checked()


@pytest.mark.parametrize("kind", Kind)
class TestGivenAKey:
    def test_a_sound_one_is_taken(self, kind: Kind) -> None:
        key, _ = SOUND[kind]

        assert KINDS[kind].parse_key(key) == key

    @pytest.mark.parametrize("key", ["", "\0", "\ud800", " - ", "a" * 300])
    def test_what_can_be_none_is_refused(self, kind: Kind, key: str) -> None:
        assert fields_of(KINDS[kind].parse_key, key) == ["key"]

    @given(key=TEXTS)
    def test_nothing_but_bad_payload_is_raised(self, kind: Kind, key: str) -> None:
        try:
            found = KINDS[kind].parse_key(key)
        except BadPayload:
            return
        assert KINDS[kind].parse_key(found) == found


@pytest.mark.parametrize("kind", Kind)
class TestGivenAPayloadOfAnyShape:
    @given(value=st.one_of(ANY_JSON, LIKELY))
    @example(value=float("nan"))
    @example(value=10**400)
    @example(value={"enabled": True, "configuration": "9" * 5000})
    @example(value={"enabled": True, "configuration": "[" * 100_000})
    def test_it_is_canonical_or_bad(self, kind: Kind, value: object) -> None:
        parse = KINDS[kind].parse

        found, problems = read(parse, value)

        assert bool(found) is not bool(problems)
        json.dumps([(problem.field, problem.reason) for problem in problems], ensure_ascii=False).encode()
        assert problems or parse(found) == found == json.loads(json.dumps(found))

    @given(inner=ANY_JSON, data=st.data())
    def test_a_sound_one_with_anything_in_one_place_is_canonical_or_bad(
        self, kind: Kind, inner: object, data: st.DataObject
    ) -> None:
        _, sound = SOUND[kind]
        name = data.draw(st.sampled_from(sorted(sound)))

        found, problems = read(KINDS[kind].parse, {**sound, name: inner})

        assert {re.split(r"[.\[]", problem.field)[0] for problem in problems} == ({name} if problems else set())
        assert problems or KINDS[kind].parse(json.loads(json.dumps(found))) == found

    def test_a_sound_one_is_taken_as_it_is(self, kind: Kind) -> None:
        _, sound = SOUND[kind]

        assert KINDS[kind].parse(sound) == sound

    @pytest.mark.parametrize("value", [None, True, 0, 1.5, "", "{}", [], [{}]])
    def test_what_is_no_object_is_refused_as_a_whole(self, kind: Kind, value: object) -> None:
        [(field, reason)] = problems_of(KINDS[kind].parse, value)

        assert field == ""
        assert reason.startswith("Must be an object with ")

    def test_every_field_is_asked_for_and_every_other_refused(self, kind: Kind) -> None:
        _, sound = SOUND[kind]

        found = fields_of(KINDS[kind].parse, {"": 1, "Enabled": True, "x" * 200: 1})

        assert found == [*sound, "", "Enabled", "x" * 100]

    @pytest.mark.parametrize(
        ("value", "field", "reason"),
        [
            ({"a": "\0"}, "a", "Holds a NUL or half a surrogate pair, which no database keeps."),
            ({"a": [1, "\udc00"]}, "a[1]", "Holds a NUL or half a surrogate pair, which no database keeps."),
            ({"\0": {}}, "\ufffd", "Holds a NUL or half a surrogate pair, which no database keeps."),
            (nested(11), ".".join(["default"] * 10), "Is nested more than 10 levels deep."),
            (nested(5000), ".".join(["default"] * 10), "Is nested more than 10 levels deep."),
            ({"a": float("inf")}, "a", "Is a number that is too large."),
            ({"a": float("nan")}, "a", "Is a number that is too large."),
            ({"a": -(10**400)}, "a", "Is a number that is too large."),
            ({"a": b""}, "a", "Is no JSON."),
            ({1: "a"}, "", "Has a name that is no text."),
            ({"a": "x" * 65_536}, "", "Is larger than 64 KiB."),
            ({"a": ["é"] * 20_000}, "", "Is larger than 64 KiB."),
            ({"a": [0] * 1_000_000}, "", "Is larger than 64 KiB."),
        ],
    )  # fmt: skip
    def test_what_cannot_be_kept_is_refused(self, kind: Kind, value: object, field: str, reason: str) -> None:
        assert problems_of(KINDS[kind].parse, value) == [(field, reason)]


class TestGivenABoolean:
    @pytest.mark.parametrize(
        ("kind", "field"),
        [
            (Kind.HTML_VIEW, "enabled"),
            (Kind.CRAWLERS, "enabled"),
            (Kind.GENERATION, "enabled"),
            (Kind.COURSE, "self_generation_enabled"),
            (Kind.COURSE, "use_updated"),
        ],
    )
    @pytest.mark.parametrize("value", [0, 1, "true", "", [], {}])
    def test_what_merely_resembles_one_is_refused(self, kind: Kind, field: str, value: object) -> None:
        assert fields_of(KINDS[kind].parse, {**SOUND[kind][1], field: value}) == [field]


class TestGivenADeletion:
    @pytest.mark.parametrize("kind", [kind for kind in Kind if not KINDS[kind].deletable])
    def test_kinds_of_which_none_is_a_value_refuse_and_say_what_to_do_instead(self, kind: Kind) -> None:
        key, sound = SOUND[kind]

        [(field, reason)] = reasons_of(KINDS[kind].check(Proposal(key, None, {key: sound})))

        assert field == ""
        assert "cannot be deleted; " in reason

    @pytest.mark.parametrize("kind", [Kind.COURSE, Kind.BADGE])
    def test_the_others_allow_it_where_there_is_something(self, kind: Kind) -> None:
        key, sound = SOUND[kind]

        assert KINDS[kind].deletable
        assert KINDS[kind].check(Proposal(key, None, {key: sound})) == Checked()
        assert reasons_of(KINDS[kind].check(Proposal(key, None))) == [("", "There is no live value to delete.")]


def payloads(kind: Kind) -> st.SearchStrategy[Mapping[str, Any] | None]:
    flags, texts = st.booleans(), st.text(max_size=5)
    layers = st.dictionaries(
        st.sampled_from(["logo_src", "signatories", "odd"]), st.one_of(texts, st.lists(st.just({"id": 1})))
    )
    modes = st.dictionaries(st.sampled_from(["default", "honor", "audit"]), layers)
    configurations = st.builds(
        lambda modes, named: modes | {"sites": named}, modes, st.dictionaries(texts, layers, max_size=2)
    )
    shapes: dict[Kind, dict[str, st.SearchStrategy[Any]]] = {
        Kind.HTML_VIEW: {"enabled": flags, "configuration": configurations},
        Kind.CRAWLERS: {"enabled": flags, "known_user_agents": st.lists(texts, unique=True, max_size=3)},
        Kind.GENERATION: {"enabled": flags},
        Kind.COURSE: {"self_generation_enabled": flags, "use_updated": st.one_of(st.none(), flags)},
        Kind.BADGE: {"icon": texts},
        Kind.BADGE_DEFAULT: {"mode": st.one_of(st.none(), st.sampled_from(["honor", "audit"]))},
        Kind.ACCESS: {"roles": st.lists(st.sampled_from(["viewer", "editor"]), unique=True)},
    }
    return st.one_of(st.none(), st.fixed_dictionaries(shapes[kind]))


@pytest.mark.parametrize("kind", Kind)
class TestGivenTwoPayloads:
    @given(data=st.data(), key=st.sampled_from(["", "key"]))
    def test_there_are_sentences_just_where_they_differ(self, kind: Kind, data: st.DataObject, key: str) -> None:
        before, after = data.draw(payloads(kind)), data.draw(payloads(kind))

        found = KINDS[kind].sentences(before, after, key)

        assert bool(found) is (before != after)
        assert [sentence for sentence in found if not sentence.endswith(".") or "\n" in sentence] == []


class TestGivenProblems:
    def test_the_error_says_all_of_them(self) -> None:
        error = BadPayload(iter([Problem("", "Is odd."), Problem("roles[1]", "Is odder.")]))

        assert str(error) == "Is odd.; roles[1]: Is odder."
        assert len(error.problems) == 2
