"""Does a third party's post sign nobody in by anything but a token of theirs for us?"""

import json
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import update
from sqlalchemy.orm import Session

from tests.factories.third_party import AUDIENCE, ISSUER, key_list, said_of, sealed, signed
from tests.fakes import NOON
from tests.integration.console.sessions import open_sessions
from tests.integration.sign_on.browser import events
from tests.integration.sign_on.third_party_post import ago, part, post, use
from webapp.adapters.sign_on.signed_post import SignedPosts
from webapp.domain.sign_on.arrivals import BadSignOn
from webapp.models.accounts import Account, AccountSession

pytestmark = pytest.mark.filterwarnings("ignore:EdDSA is deprecated")  # for its name alone (RFC 9864)

WRONG: dict[str, tuple[Callable[[], dict[str, Any]], str]] = {
    "audience": (lambda: said_of(aud="another"), "another audience"),
    "no audience": (lambda: said_of(aud=...), "another audience"),
    "no issuer": (lambda: said_of(iss=...), "iss is missing"),
    "the provider's issuer": (lambda: said_of(iss="https://id.test"), "another issuer"),
    "the platform's issuer": (lambda: said_of(iss="https://lms.test"), "another issuer"),
    "nobody": (lambda: said_of(userid=...), "userid is missing"),
    "blank": (lambda: said_of(userid=" "), "userid is missing"),
    "a userid that is none": (lambda: said_of(userid=["ada"]), "userid is no text that can be kept"),
    "true": (lambda: said_of(userid=True), "userid is no text that can be kept"),
    "no mail": (lambda: said_of(mail=...), "mail is missing"),
    "mail that is none": (lambda: said_of(mail="ada"), "mail is no address"),
    "no jti": (lambda: said_of(jti=...), "jti is missing"),
    "no iat": (lambda: said_of(iat=...), "iat is missing, or no moment"),
    "no exp": (lambda: said_of(exp=...), "exp is missing, or no moment"),
    "expired now": (lambda: said_of(iat=ago(60), exp=ago(0)), "it has expired"),
    "too long": (lambda: said_of(exp=ago(-61), iat=ago(0)), "it holds for longer than 60 seconds"),
    "ends before it begins": (lambda: said_of(iat=ago(-9), exp=ago(-5)), "it holds for longer than 60 seconds"),
    "of later": (lambda: said_of(iat=ago(-15), exp=ago(-60)), "it does not hold yet"),
    "endless": (lambda: said_of(exp=1e300), "it holds for longer than 60 seconds"),
}


@pytest.mark.any_database
class TestGivenATokenThatIsNotForThis:
    @pytest.mark.parametrize("case", WRONG)
    def test_it_is_refused_and_the_reason_written_down(self, campus: FlaskClient, session: Session, case: str) -> None:
        said, reason = WRONG[case]

        answer = post(campus, signed(said()))

        assert answer.status_code == 403
        assert events(session) == [("account.sign_in_refused", "-", reason)]
        assert open_sessions(session) == 0

    def test_a_disabled_account_is_refused(self, app: Flask, campus: FlaskClient, session: Session) -> None:
        post(campus, signed(said_of()))
        session.execute(update(Account).values(disabled_at=NOON))
        session.execute(update(AccountSession).values(ended_at=NOON))
        session.commit()

        assert post(app.test_client(), signed(said_of())).status_code == 403
        assert open_sessions(session) == 0

    def test_a_key_that_speaks_for_one_issuer_speaks_for_no_other(self, app: Flask) -> None:
        client = use(app, key_list("ed", iss="https://other.test"))

        statuses = [post(client, signed(said_of(iss=iss))).status_code for iss in (ISSUER, "https://other.test")]

        assert statuses == [403, 303]


@pytest.mark.any_database
class TestGivenATokenThatTheyDidNotSign:
    @pytest.mark.parametrize(
        "token",
        [
            lambda: signed(said_of(), "ed-stranger", header={"kid": "ed"}),
            lambda: signed(said_of(), "ed-stranger"),
            lambda: signed(said_of(), "ed", header={"kid": None}),
            lambda: signed(said_of(), "ed", header={"kid": "ec"}),
            lambda: signed(said_of(), "shared", header={"kid": "ed"}),
            lambda: signed(said_of(), "shared", header={"alg": "HS512"}),
            lambda: f"{part({'alg': 'none', 'kid': 'ed'})}.{part(said_of())}.",
            lambda: f"{part({'alg': 'EdDSA', 'kid': 'ed'})}.{part(said_of())}.",
            lambda: ".".join(
                [*signed(said_of()).split(".")[:1], part(said_of("bob")), signed(said_of()).split(".")[2]]
            ),
            lambda: signed(b"[1]"),
            lambda: signed(b"\xff"),
            lambda: "x",
            lambda: "x" * 20_000,
            lambda: "a=b&c=d",
            lambda: "é",
        ],
    )
    def test_it_is_refused(self, campus: FlaskClient, session: Session, token: Callable[[], str]) -> None:
        answer = post(campus, token())

        assert answer.status_code == 403
        assert open_sessions(session) == 0

    @given(st.integers(min_value=0, max_value=2_000), st.characters(codec="ascii"))
    def test_one_other_character_is_refused(self, place: int, character: str) -> None:
        token = signed(said_of(now=NOON), "ec")
        place %= len(token) - 2  # of the last characters some bits say nothing
        if token[place] == character:
            return
        posts = SignedPosts(key_list("ec"), audience=AUDIENCE, others=())

        with pytest.raises(BadSignOn):
            posts.read(token[:place] + character + token[place + 1 :], now=NOON)


@pytest.mark.any_database
class TestGivenAKeyToEncryptWith:
    def test_what_is_encrypted_and_signed_counts(self, app: Flask) -> None:
        client = use(app, key_list("ed", "seal"))

        assert post(client, sealed(signed(said_of()))).status_code == 303

    @pytest.mark.parametrize(
        "token",
        [
            lambda: signed(said_of()),
            lambda: sealed(signed(said_of()), "seal-of-others"),
            lambda: sealed(signed(said_of(), "ed-stranger", header={"kid": "ed"})),
            lambda: sealed(json.dumps(said_of())),
            lambda: sealed("x"),
        ],
    )
    def test_anything_else_does_not(self, app: Flask, token: Callable[[], str]) -> None:
        client = use(app, key_list("ed", "seal"))

        assert post(client, token()).status_code == 403
