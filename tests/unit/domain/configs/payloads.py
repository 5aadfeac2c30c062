"""What the tests of the kinds share: JSON of any shape, and what was found wrong."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest
from hypothesis import strategies as st

from webapp.domain.certificates.modes import Mode
from webapp.domain.configs.kinds import Kind
from webapp.domain.configs.proposals import BadPayload, Checked, Problem
from webapp.wording import Joined, Phrase

COURSE = "course-v1:edX+DemoX+2026"
SHA = "a" * 64
SOUND: Mapping[Kind, tuple[str, dict[str, object]]] = {
    Kind.HTML_VIEW: ("-", {"enabled": True, "configuration": {"default": {"logo_src": "/logo.png"}}}),
    Kind.CRAWLERS: ("-", {"enabled": True, "known_user_agents": ["Googlebot"]}),
    Kind.GENERATION: ("-", {"enabled": True}),
    Kind.COURSE: (COURSE, {"self_generation_enabled": True, "use_updated": None}),
    Kind.BADGE: ("honor", {"icon": SHA}),
    Kind.BADGE_DEFAULT: ("-", {"mode": "honor"}),
    Kind.ACCESS: ("sasha", {"roles": ["viewer"]}),
}
"""Kind -> a key and a payload that is already canonical."""

TEXTS = st.one_of(
    st.text(st.characters(codec=None), max_size=20),
    st.sampled_from(
        ["", "viewer", "admin", "auditor", "honor", SHA, COURSE, "javascript:x", "//a", "/a", "{}", "[", "a,b"]
    ),
)
NAMES = st.one_of(
    TEXTS,
    st.sampled_from(
        ["default", "sites", "courses", "organizations", "logo_src", "url", "copyright", "signatories", *Mode]
    ),
)
ANY_JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), TEXTS),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(NAMES, inner, max_size=4)),
    max_leaves=12,
)
FIELDS = st.sampled_from(sorted({name for _, payload in SOUND.values() for name in payload}))
LIKELY = st.dictionaries(st.one_of(FIELDS, TEXTS), ANY_JSON, max_size=4)
"""Objects that have the fields of the kinds, with anything in them."""


def problems_of(parse: Callable[..., object], value: object) -> list[tuple[str, str]]:
    """Give field and reason of all that parsing the value complains about."""
    with pytest.raises(BadPayload) as caught:
        parse(value)
    return told(caught.value.problems)


def read(parse: Callable[[object], dict[str, Any]], value: object) -> tuple[dict[str, Any], tuple[Problem, ...]]:
    """Give what was read, or nothing and all that was wrong; whatever else is raised is a fault."""
    try:
        return parse(value), ()
    except BadPayload as bad:
        return {}, bad.problems


def fields_of(parse: Callable[..., object], value: object) -> list[str]:
    """Give the fields alone."""
    return [field for field, _ in problems_of(parse, value)]


def reasons_of(checked: Checked) -> list[tuple[str, str]]:
    """Give field and reason of all that a check found."""
    return told(checked.problems)


def told(problems: Sequence[Problem]) -> list[tuple[str, str]]:
    """Give field and reason of each problem, whose reason every reader has to be told in their own language."""
    english_alone = [problem.reason for problem in problems if not isinstance(problem.reason, Phrase | Joined)]
    assert english_alone == []
    return [(problem.field, problem.reason) for problem in problems]
