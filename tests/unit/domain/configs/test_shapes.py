"""Does the shape of a payload, as the document tells it, say what the rules of its kind judge?"""

import json
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.domain.configs.payloads import ANY_JSON, LIKELY, SOUND, read
from webapp.domain.certificates.modes import Mode
from webapp.domain.configs import crawlers
from webapp.domain.configs.kinds import KINDS, Kind
from webapp.domain.configs.payloads import Shape, shape_of


def fits(shape: Shape, value: object) -> bool:
    return jsonschema_rs.Draft202012Validator(dict(shape)).is_valid(value)


def verdicts(kind: Kind, value: object) -> tuple[bool, bool]:
    """Say whether the rules take a value, and whether what they say of it does."""
    found, _ = read(KINDS[kind].parse, value)
    return bool(found), fits(shape_of(KINDS[kind].fields, taken=True), value)


def configuration(**layers: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON
    return {"enabled": True, "configuration": {"default": {}, **layers}}


@pytest.mark.parametrize("kind", Kind)
class TestGivenAPayload:
    def test_the_sound_one_fits_in_both_forms_and_its_key_does(self, kind: Kind) -> None:
        rule, (key, sound) = KINDS[kind], SOUND[kind]

        assert fits(shape_of(rule.fields), sound)
        assert fits(shape_of(rule.fields, taken=True), sound)
        assert fits(rule.key, key)

    def test_one_that_lacks_a_field_or_has_another_is_refused_by_both(self, kind: Kind) -> None:
        _, sound = SOUND[kind]
        lacking = [{other: sound[other] for other in sound if other != name} for name in sound]

        broken: list[object] = [*lacking, {**sound, "odd": 1}, {}, [], None]
        for value in broken:
            assert verdicts(kind, value) == (False, False), value

    @given(value=st.one_of(ANY_JSON, LIKELY))
    def test_whatever_the_rules_take_fits(self, kind: Kind, value: object) -> None:
        rule = KINDS[kind]
        found, problems = read(rule.parse, value)

        assert problems or fits(shape_of(rule.fields, taken=True), json.loads(json.dumps(value)))
        assert problems or fits(shape_of(rule.fields), found)

    @given(inner=ANY_JSON, data=st.data())
    def test_whatever_the_rules_take_in_one_place_fits(self, kind: Kind, inner: object, data: st.DataObject) -> None:
        rule, (_, sound) = KINDS[kind], SOUND[kind]
        value = {**sound, data.draw(st.sampled_from(sorted(sound))): inner}
        found, problems = read(rule.parse, value)

        assert problems or fits(shape_of(rule.fields, taken=True), json.loads(json.dumps(value)))
        assert problems or fits(shape_of(rule.fields), found)


@pytest.mark.parametrize(
    ("kind", "value", "taken"),
    [
        (Kind.HTML_VIEW, configuration(), True),
        (Kind.HTML_VIEW, {"enabled": True, "configuration": '{"default": {}}'}, True),
        (Kind.HTML_VIEW, {"enabled": True, "configuration": {}}, False),
        (Kind.HTML_VIEW, configuration(odd={}), False),
        (Kind.HTML_VIEW, configuration(**{mode.value: {} for mode in Mode}), True),
        (Kind.HTML_VIEW, configuration(honor={"logo_src": "https://cdn.example.org/a.png", "logo_url": "/"}), True),
        (Kind.HTML_VIEW, configuration(honor={"logo_url": "HTTPS://example.org", "url": "", "odd": [{}]}), True),
        (Kind.HTML_VIEW, configuration(honor={"logo_src": "cdn.example.org/a.png"}), False),
        (Kind.HTML_VIEW, configuration(honor={"logo_url": "//example.org"}), False),
        (Kind.HTML_VIEW, configuration(honor={"certificate_verify_url_prefix": "/verify"}), False),
        (Kind.HTML_VIEW, configuration(honor={"platform_name": 7}), False),
        (Kind.HTML_VIEW, configuration(honor={"signatories": [{"name": "Ada", "signature_image_path": "/a.png"}]}), True),
        (Kind.HTML_VIEW, configuration(honor={"signatories": [{}]}), False),
        (Kind.HTML_VIEW, configuration(honor={"signatories": [{"name": 7}]}), False),
        (Kind.HTML_VIEW, configuration(honor={"share_x": True, "linkedin_organization_id": "1337"}), True),
        (Kind.HTML_VIEW, configuration(honor={"share_x": "true"}), False),
        (Kind.HTML_VIEW, configuration(honor={"linkedin_organization_id": "x"}), False),
        (Kind.HTML_VIEW, configuration(honor={"indexable": False}), False),
        (Kind.HTML_VIEW, configuration(courses={"course-v1:a+b+c": {"indexable": True}}), True),
        (Kind.HTML_VIEW, configuration(sites={"www": {"indexable": True}}), False),
        (Kind.HTML_VIEW, configuration(sites={"www": []}), False),
        (Kind.CRAWLERS, {"enabled": False, "known_user_agents": "a, b\nc"}, True),
        (Kind.CRAWLERS, {"enabled": False, "known_user_agents": [" a "]}, True),
        (Kind.CRAWLERS, {"enabled": False, "known_user_agents": [""]}, False),
        (Kind.CRAWLERS, {"enabled": False, "known_user_agents": ["a", "a"]}, False),
        (Kind.CRAWLERS, {"enabled": False, "known_user_agents": [str(n) for n in range(crawlers.MOST_AGENTS)]}, True),
        (Kind.CRAWLERS, {"enabled": False, "known_user_agents": [str(n) for n in range(crawlers.MOST_AGENTS + 1)]}, False),
        (Kind.COURSE, {"self_generation_enabled": 1, "use_updated": None}, False),
        (Kind.BADGE, {"icon": "A" * 64}, False),
        (Kind.BADGE, {"icon": "a" * 63}, False),
        (Kind.BADGE_DEFAULT, {"mode": None}, True),
        (Kind.BADGE_DEFAULT, {"mode": "odd"}, False),
        (Kind.ACCESS, {"roles": []}, True),
        (Kind.ACCESS, {"roles": ["viewer", "viewer"]}, False),
        (Kind.ACCESS, {"roles": ["odd"]}, False),
    ],
)  # fmt: skip
def test_the_shape_says_what_the_rules_do(kind: Kind, value: object, taken: bool) -> None:
    assert verdicts(kind, value) == (taken, taken)


class TestGivenWhatIsKept:
    @pytest.mark.parametrize("agent", ["", "a,b", "a\x7f", "a" * (crawlers.AGENT_LENGTH + 1)])
    def test_no_agent_is_in_it_that_could_not_be_proposed(self, agent: str) -> None:
        assert not fits(shape_of(crawlers.FIELDS), {"enabled": True, "known_user_agents": [agent]})

    def test_the_longest_agent_is(self) -> None:
        longest = {"enabled": True, "known_user_agents": ["a" * crawlers.AGENT_LENGTH]}

        assert fits(shape_of(crawlers.FIELDS), longest)
