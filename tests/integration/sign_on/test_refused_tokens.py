"""Is an ID token refused that another signed, or that is not meant for us, now and for this attempt?"""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jws
from joserfc.jwk import ECKey, OctKey, RSAKey
from sqlalchemy.orm import Session

from tests.fakes import NOON
from tests.identity_provider import (
    CLIENT_ID,
    DISCOVERY,
    KEYS,
    TOKEN,
    Claims,
    IdentityProvider,
    new_key,
)
from tests.integration.console.sessions import open_sessions
from tests.integration.sign_on.browser import Browser, events
from webapp import clock
from webapp.domain.sign_on.arrivals import Arrival, BadSignOn
from webapp.domain.sign_on.id_tokens import read_id_token
from webapp.ports.counters import Allowance

pytestmark = pytest.mark.any_database
STRANGER = new_key("first")
"""Of somebody else, under the name of the provider's own."""
SAID = {
    "iss": "https://id.test",
    "aud": CLIENT_ID,
    "sub": "1",
    "nonce": "n",
    "iat": NOON.timestamp(),
    "exp": NOON.timestamp() + 60,
}


def now() -> int:
    return int(clock.now().timestamp())


def part(said: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(said).encode()).rstrip(b"=").decode()


def unsigned(alg: str) -> Callable[[IdentityProvider, Claims], str]:
    return lambda _, claims: f"{part({'alg': alg, 'kid': 'first'})}.{part(claims)}."


def by_public_key(provider: IdentityProvider, claims: Claims) -> str:
    """The old trick: the public key, which everybody has, taken for a shared one."""
    begun = f"{part({'alg': 'HS256', 'kid': 'first'})}.{part(claims)}"
    mark = hmac.new(provider.keys[0].as_pem(private=False), begun.encode(), hashlib.sha256).digest()
    return f"{begun}.{base64.urlsafe_b64encode(mark).rstrip(b'=').decode()}"


def by_client_secret(_: IdentityProvider, claims: Claims) -> str:
    key = OctKey.import_key(b"not-a-secret-of-anyone-not-a-secret")
    return jws.serialize_compact({"alg": "HS256"}, json.dumps(claims).encode(), key, ["HS256"])


def by_other_kind(_: IdentityProvider, claims: Claims) -> str:
    key = ECKey.generate_key("P-256")
    return jws.serialize_compact({"alg": "ES256", "kid": "first"}, json.dumps(claims).encode(), key, ["ES256"])


def changed(provider: IdentityProvider, claims: Claims) -> str:
    head, _, mark = provider.signed(claims).split(".")
    return f"{head}.{part({**claims, 'sub': 'somebody else'})}.{mark}"


WRONG_CLAIMS: dict[str, tuple[Callable[[Claims], Claims], str]] = {
    "issuer": (lambda said: {**said, "iss": "https://evil.test"}, "another issuer"),
    "issuer with a slash": (lambda said: {**said, "iss": f"{said['iss']}/"}, "another issuer"),
    "no issuer": (lambda said: {**said, "iss": ...}, "another issuer"),
    "audience": (lambda said: {**said, "aud": "another"}, "another audience"),
    "audiences": (lambda said: {**said, "aud": ["another", "third"]}, "another audience"),
    "no audience": (lambda said: {**said, "aud": ...}, "another audience"),
    "an audience within a text": (lambda said: {**said, "aud": f"{CLIENT_ID}-2"}, "another audience"),
    "of several, none authorised": (lambda said: {**said, "aud": [CLIENT_ID, "b"]}, "another authorised party"),
    "authorised party": (lambda said: {**said, "azp": "another"}, "another authorised party"),
    "nonce": (lambda said: {**said, "nonce": "x"}, "another nonce"),
    "no nonce": (lambda said: {**said, "nonce": ...}, "another nonce"),
    "a nonce that is no text": (lambda said: {**said, "nonce": [said["nonce"]]}, "another nonce"),
    "expired": (lambda said: {**said, "exp": now() - 31}, "it has expired"),
    "never expires": (lambda said: {**said, "exp": ...}, "exp is missing, or no moment"),
    "expiry as text": (lambda said: {**said, "exp": "2099"}, "exp is missing, or no moment"),
    "of tomorrow": (lambda said: {**said, "iat": now() + 90, "exp": now() + 900}, "it does not hold yet"),
    "not yet": (lambda said: {**said, "nbf": now() + 90}, "it does not hold yet"),
    "no moment": (lambda said: {**said, "iat": True}, "iat is missing, or no moment"),
    "nobody": (lambda said: {**said, "sub": ""}, "it names nobody"),
    "no subject": (lambda said: {**said, "sub": ...}, "it names nobody"),
    "a subject that is no text": (lambda said: {**said, "sub": 7}, "sub is no text that can be kept"),
    "a subject too long": (lambda said: {**said, "sub": "s" * 256}, "sub is no text that can be kept"),
}
WRONG_SIGNATURES: dict[str, Callable[[IdentityProvider, Claims], str]] = {
    "none": unsigned("none"),
    "None": unsigned("None"),
    "RS256 without one": unsigned("RS256"),
    "HS256 by the public key": by_public_key,
    "HS256 by the client's secret": by_client_secret,
    "another's key under the name": lambda provider, claims: provider.signed(claims, STRANGER),
    "unknown key": lambda provider, claims: provider.signed(claims, new_key("unknown")),
    "another kind of key": by_other_kind,
    "another algorithm": lambda provider, claims: jws.serialize_compact(
        {"alg": "RS512", "kid": "first"}, json.dumps(claims).encode(), key_for_any(provider), ["RS512"]
    ),
    "changed content": changed,
    "garbage": lambda *_: "x.y.z",
    "nothing": lambda *_: "",
    "huge": lambda *_: "x" * 20_000,
}


def key_for_any(provider: IdentityProvider) -> RSAKey:
    """The provider's own key, without the word in it for which algorithm it is."""
    key = provider.keys[0]
    said = {name: value for name, value in key.as_dict(private=True).items() if name != "alg"}
    return RSAKey.import_key(said)


class TestGivenATokenThatIsNotForThis:
    @pytest.mark.parametrize("case", WRONG_CLAIMS)
    def test_it_is_refused_and_the_reason_written_down(self, browser: Browser, session: Session, case: str) -> None:
        browser.provider.change, reason = WRONG_CLAIMS[case]

        answer = browser.sign_in_there()

        assert (answer.status_code, reason in answer.text) == (403, True)
        assert events(session) == [("account.sign_in_refused", "-", reason)]
        assert open_sessions(session) == 0


class TestGivenATokenThatTheProviderDidNotSign:
    @pytest.mark.parametrize("case", WRONG_SIGNATURES)
    def test_it_is_refused(self, browser: Browser, session: Session, case: str) -> None:
        browser.provider.sign = WRONG_SIGNATURES[case]

        answer = browser.sign_in_there()

        assert answer.status_code == 403
        assert [event[0] for event in events(session)] == ["account.sign_in_refused"]
        assert open_sessions(session) == 0


class TestGivenWhatMayBe:
    @pytest.mark.parametrize(
        "change",
        [
            lambda said: {**said, "aud": [CLIENT_ID]},
            lambda said: {**said, "aud": [CLIENT_ID, "b"], "azp": CLIENT_ID},
            lambda said: {**said, "exp": now() - 20},
            lambda said: {**said, "iat": now() + 20},
            lambda said: {**said, "sub": "s" * 255},
        ],
    )
    def test_it_is_taken(self, browser: Browser, change: Callable[[Claims], Claims]) -> None:
        browser.provider.change = change

        assert browser.sign_in_there().status_code == 303

    def test_a_token_without_a_key_name_counts_where_there_is_one_key(self, browser: Browser) -> None:
        browser.provider.sign = lambda provider, claims: provider.signed(claims, kid=None)

        assert browser.sign_in_there().status_code == 303

    def test_of_several_keys_it_has_to_name_one(self, browser: Browser) -> None:
        browser.provider.keys.append(new_key("second"))
        browser.provider.sign = lambda provider, claims: provider.signed(claims, kid=None)

        assert browser.sign_in_there().status_code == 403

    @pytest.mark.parametrize("alg", ["PS256", "ES256"])
    def test_other_algorithms_of_the_list_count(self, browser: Browser, alg: str) -> None:
        key: Any = ECKey.generate_key("P-256", {"kid": "ec"}) if alg == "ES256" else key_for_any(browser.provider)
        browser.provider.keys = [key]
        browser.provider.sign = lambda provider, claims: jws.serialize_compact(
            {"alg": alg, "kid": key.kid}, json.dumps(claims).encode(), key, [alg]
        )

        assert browser.sign_in_there().status_code == 303


class TestGivenAProviderWhoseKeysChange:
    def test_a_key_that_is_new_is_asked_for(self, app: Flask, browser: Browser) -> None:
        browser.sign_in_there()
        discovery = app.extensions["ports"].identity_provider._discovery
        discovery._keys = (discovery._keys[0] - 31, discovery._keys[1])  # half a minute later
        browser.provider.keys.append(new_key("second"))

        assert Browser(app, browser.provider).sign_in_there().status_code == 303
        assert browser.provider.asked.count(KEYS) == 2

    def test_tokens_of_unknown_keys_do_not_have_it_asked_over_and_over(self, app: Flask, browser: Browser) -> None:
        browser.provider.sign = WRONG_SIGNATURES["unknown key"]

        statuses = [Browser(app, browser.provider).sign_in_there().status_code for _ in range(3)]

        assert statuses == [403] * 3
        assert (browser.provider.asked.count(KEYS), browser.provider.asked.count(DISCOVERY)) == (1, 1)


class TestGivenAnAnswerOfAnotherProvider:
    """The mix-up of two providers (RFC 9207)."""

    @pytest.mark.parametrize("iss", ["https://evil.test", None])
    def test_it_is_refused_before_the_code_is_redeemed(self, browser: Browser, iss: str | None) -> None:
        back = browser.provider.sign_in(browser.leave()).split("&iss=")[0]

        answer = browser.come_back(f"{back}&iss={iss}" if iss else back)

        assert answer.status_code == 403
        assert TOKEN not in browser.provider.asked


class TestGivenManyRefusals:
    def test_an_address_is_refused_for_a_while(self, app: Flask, browser: Browser, session: Session) -> None:
        browser.provider.change = lambda said: {**said, "nonce": "x"}
        tries = [
            Browser(app, browser.provider).sign_in_there().status_code for _ in range(Allowance.BAD_SIGN_ON.amount)
        ]

        answer = browser.sign_in_there()

        assert set(tries) == {403}
        assert (answer.status_code, answer.headers["Retry-After"]) == (429, "60")
        assert len(events(session)) == Allowance.BAD_SIGN_ON.amount


class TestGivenAnyContent:
    @given(
        st.dictionaries(
            st.sampled_from(["iss", "aud", "sub", "nonce", "exp", "iat", "nbf", "azp", "email", "preferred_username"]),
            st.none()
            | st.booleans()
            | st.integers()
            | st.floats()
            | st.text(max_size=10)
            | st.lists(st.text(max_size=3)),
        )
    )
    def test_it_is_refused_in_words_or_taken_as_it_is(self, said: dict[str, Any]) -> None:
        content = {**SAID, **said}
        try:
            arrival = read_id_token(content, issuer="https://id.test", client_id=CLIENT_ID, nonce="n", now=NOON)
        except BadSignOn:
            return

        assert isinstance(arrival, Arrival)
        assert (content["iss"], content["nonce"], arrival.subject) == ("https://id.test", "n", content["sub"])
        assert CLIENT_ID in ([content["aud"]] if isinstance(content["aud"], str) else content["aud"])

    @given(st.none() | st.integers() | st.text() | st.lists(st.integers()))
    def test_what_is_no_object_is_refused(self, said: object) -> None:
        with pytest.raises(BadSignOn):
            read_id_token(said, issuer="https://id.test", client_id=CLIENT_ID, nonce="n", now=NOON)
