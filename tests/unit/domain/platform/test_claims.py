"""Does a token of the platform stand for whom it was made for, and for nobody as soon as anything is wrong with it?"""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fakes import NOON
from webapp.domain.platform.claims import LEEWAY, BadToken, Claims, read_claims

ISSUER, AUDIENCE = "https://lms.test/oauth2", "platform-key"
SAID: dict[str, Any] = {
    "iss": ISSUER,
    "aud": AUDIENCE,
    "exp": (NOON + timedelta(hours=1)).timestamp(),
    "iat": NOON.timestamp(),
    "sub": "f00d",
    "preferred_username": "ada",
    "user_id": 7,
    "administrator": False,
    "scopes": ["user_id", "email", "profile"],
    "filters": [],
}
ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(sorted(SAID)), inner, max_size=4),
    max_leaves=8,
)


def read(**changed: object) -> Claims:
    said = {name: value for name, value in {**SAID, **changed}.items() if value is not ...}
    return read_claims(said, issuer=ISSUER, audience=AUDIENCE, now=NOON)


def seconds(**apart: float) -> float:
    return (NOON + timedelta(**apart)).timestamp()


class TestGivenATokenOfTheCookies:
    def test_it_stands_for_its_person_and_for_all_that_they_may(self) -> None:
        claims = read()

        assert (claims.username, claims.user_id, claims.subject) == ("ada", 7, "f00d")
        assert not claims.administrator
        assert not claims.restricted
        assert not claims.only_own
        assert claims.reaches("any")

    def test_its_number_may_be_missing(self) -> None:
        assert read(user_id=...).user_id is None

    @pytest.mark.parametrize("audiences", [AUDIENCE, [AUDIENCE], ["other", AUDIENCE]])
    def test_it_may_be_meant_for_others_too(self, audiences: object) -> None:
        assert read(aud=audiences).username == "ada"

    @pytest.mark.parametrize("said", [None, 1, "true", [True], ..., {}])
    def test_only_true_makes_an_administrator(self, said: object) -> None:
        assert not read(administrator=said).administrator
        assert read(administrator=True).administrator


class TestGivenATokenOfAnApplication:
    @pytest.mark.parametrize("said", [{"is_restricted": True}, {"is_restricted": "no"}, {"filters": ["user:me"]}])
    def test_it_is_restricted(self, said: dict[str, Any]) -> None:
        assert read(**said).restricted

    def test_its_filters_narrow_it(self) -> None:
        claims = read(filters=["user:me", "content_org:edX", "content_org:MITx"])

        assert claims.only_own
        assert [claims.reaches(one) for one in ("edX", "MITx", "edx", "")] == [True, True, False, False]

    def test_a_filter_that_nobody_knows_shuts_it(self) -> None:
        with pytest.raises(BadToken, match="filter"):
            read(filters=["content_library:x"])


class TestGivenTheClock:
    @pytest.mark.parametrize(
        ("changed", "holds"),
        [
            ({"exp": seconds(seconds=1)}, True),
            ({"exp": seconds()}, True),
            ({"exp": seconds() - LEEWAY.total_seconds() + 1}, True),
            ({"exp": seconds() - LEEWAY.total_seconds()}, False),
            ({"exp": seconds(days=-1)}, False),
            ({"nbf": seconds() + LEEWAY.total_seconds()}, True),
            ({"nbf": seconds() + LEEWAY.total_seconds() + 1}, False),
            ({"iat": seconds(minutes=5)}, False),
            ({"iat": ...}, True),
        ],
    )
    def test_it_holds_from_its_beginning_to_its_end_give_or_take_a_moment(
        self, changed: dict[str, Any], holds: bool
    ) -> None:
        try:
            found = read(**changed).username == "ada"
        except BadToken:
            found = False

        assert found is holds


class TestGivenSomethingIsWrong:
    @pytest.mark.parametrize(
        "changed",
        [
            {"iss": "https://evil.test"},
            {"iss": ...},
            {"iss": [ISSUER]},
            {"aud": "other"},
            {"aud": []},
            {"aud": ...},
            {"aud": {AUDIENCE: 1}},
            {"exp": ...},
            {"exp": True},
            {"exp": "tomorrow"},
            {"exp": float("inf")},
            {"exp": float("nan")},
            {"preferred_username": ...},
            {"preferred_username": ""},
            {"preferred_username": "x" * 151},
            {"preferred_username": "a\x00da"},
            {"preferred_username": 7},
            {"sub": 7},
            {"user_id": "7"},
            {"user_id": True},
            {"scopes": "certificates:read"},
            {"filters": "user:me"},
            {"filters": [1]},
        ],
    )
    def test_it_stands_for_nobody(self, changed: dict[str, Any]) -> None:
        with pytest.raises(BadToken):
            read(**changed)

    @pytest.mark.parametrize("said", [None, [], "ada", 7])
    def test_what_is_no_object_stands_for_nobody(self, said: object) -> None:
        with pytest.raises(BadToken):
            read_claims(said, issuer=ISSUER, audience=AUDIENCE, now=NOON)

    @given(st.dictionaries(st.sampled_from(sorted(SAID)), ANY_JSON, max_size=4))
    def test_whatever_is_claimed_it_is_read_or_refused(self, changed: dict[str, Any]) -> None:
        try:
            claims = read(**changed)
        except BadToken:
            return

        assert {**SAID, **changed}["iss"] == ISSUER
        assert claims.administrator is ({**SAID, **changed}["administrator"] is True)
