"""What must a signed token say before anybody is signed in by it?"""

from datetime import UTC, datetime
from typing import Any

import pytest

from webapp.domain.sign_on.arrivals import Arrival, BadSignOn
from webapp.domain.sign_on.id_tokens import read_id_token
from webapp.domain.sign_on.posted import read_posted

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
NOW = NOON.timestamp()
ID_TOKEN = {"iss": "https://id.test", "aud": "desk", "nonce": "n", "sub": "7", "iat": NOW, "exp": NOW + 60}
POSTED = {
    "iss": "partner",
    "aud": "desk",
    "jti": "once",
    "userid": "ada",
    "mail": "ada@x.test",
    "iat": NOW,
    "exp": NOW + 60,
}


def read_id(said: object) -> Arrival:
    return read_id_token(said, issuer="https://id.test", client_id="desk", nonce="n", now=NOON)


def read_post(said: object) -> Arrival:
    return read_posted(said, audience="desk", now=NOON, of_key="partner", others=["https://id.test"]).arrival


class TestGivenAnIdToken:
    def test_it_says_who_it_is(self) -> None:
        said = {**ID_TOKEN, "preferred_username": " ada ", "email": "ada@x.test", "user_id": 9}

        assert read_id(said) == Arrival("https://id.test", "7", "ada", "ada@x.test", 9)

    @pytest.mark.parametrize(
        "more", [{"email": "a" * 255}, {"email": "a\x00"}, {"email": 1}, {"email": "a@x.test", "email_verified": False}]
    )
    def test_words_that_cannot_be_kept_are_left_out(self, more: dict[str, Any]) -> None:
        assert read_id({**ID_TOKEN, **more}).email == ""

    @pytest.mark.parametrize(
        ("more", "why"),
        [
            ({"iss": "https://other.test"}, "another issuer"),
            ({"aud": "x"}, "another audience"),
            ({"aud": ["desk", "x"]}, "another authorised party"),
            ({"azp": "x"}, "another authorised party"),
            ({"nonce": "m"}, "another nonce"),
            ({"nonce": None}, "another nonce"),
            ({"exp": NOW - 31}, "it has expired"),
            ({"exp": None}, "exp is missing, or no moment"),
            ({"exp": True}, "exp is missing, or no moment"),
            ({"exp": float("nan")}, "exp is missing, or no moment"),
            ({"iat": NOW + 31}, "it does not hold yet"),
            ({"nbf": NOW + 31}, "it does not hold yet"),
            ({"sub": ""}, "it names nobody"),
            ({"sub": "7" * 256}, "sub is no text that can be kept"),
        ],
    )
    def test_one_that_is_not_as_it_must_be_signs_nobody_in(self, more: dict[str, Any], why: str) -> None:
        with pytest.raises(BadSignOn, match=f"^{why}$"):
            read_id({**ID_TOKEN, **more})


class TestGivenATokenThatAThirdPartyPosts:
    @pytest.mark.parametrize(("userid", "known_as"), [("ada", "ada"), (7, "7")])
    def test_it_says_who_it_is(self, userid: object, known_as: str) -> None:
        assert read_post({**POSTED, "userid": userid}) == Arrival("partner", known_as, known_as, "ada@x.test")

    @pytest.mark.parametrize(
        ("more", "why"),
        [
            ({"iss": "other"}, "another issuer"),
            ({"iss": "https://id.test"}, "another issuer"),
            ({"aud": []}, "another audience"),
            ({"exp": NOW}, "it has expired"),
            ({"exp": NOW + 61}, "it holds for longer than 60 seconds"),
            ({"iat": NOW + 11, "exp": NOW + 12}, "it does not hold yet"),
            ({"userid": " "}, "userid is missing"),
            ({"userid": True}, "userid is no text that can be kept"),
            ({"mail": "@"}, "mail is no address"),
            ({"mail": None}, "mail is missing"),
            ({"jti": ""}, "jti is missing"),
        ],
    )
    def test_one_that_is_not_as_it_must_be_signs_nobody_in(self, more: dict[str, Any], why: str) -> None:
        with pytest.raises(BadSignOn, match=f"^{why}$"):
            read_post({**POSTED, **more})


@pytest.mark.parametrize("read", [read_id, read_post])
@pytest.mark.parametrize("said", [None, [], "text"])
def test_what_holds_no_object_signs_nobody_in(read: Any, said: object) -> None:  # noqa: ANN401 - either of the two above
    with pytest.raises(BadSignOn, match="it holds no object"):
        read(said)
