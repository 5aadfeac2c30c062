"""Does a third party's post sign its person in, once and within its minute, and nobody by anything else?"""

import base64
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests.factories.accounts import make_account
from tests.factories.certificates import make_learner
from tests.factories.third_party import AUDIENCE, ISSUER, key_list, key_named, said_of, sealed, signed
from tests.fakes import NOON
from tests.integration.console.sessions import open_sessions
from tests.integration.signon.browser import events
from webapp import clock
from webapp.adapters.sign_on.signed_post import SignedPosts
from webapp.domain.roles import Role
from webapp.domain.signon.arrivals import BadSignOn
from webapp.models.accounts import Account, AccountSession, SignOnNonce
from webapp.ports.counters import Allowance

pytestmark = pytest.mark.filterwarnings("ignore:EdDSA is deprecated")  # for its name alone (RFC 9864)
OTHERS = ("https://id.test", "https://lms.test")
PATH = "/login/third-party"


def use(app: Flask, keys: str) -> FlaskClient:
    """Let people sign in by the third party's keys, and give a browser."""
    posts = SignedPosts(keys, audience=AUDIENCE, others=OTHERS)
    app.extensions["ports"] = replace(app.extensions["ports"], signed_posts=posts)
    return app.test_client()


@pytest.fixture
def campus(app: Flask) -> FlaskClient:
    """A browser on a page of the third party's."""
    return use(app, key_list("ed", "ec", "shared"))


def post(client: FlaskClient, token: str, query: str = "", **form: str) -> TestResponse:
    foreign = {"Origin": "https://campus.test", "Sec-Fetch-Site": "cross-site"}
    return client.post(f"{PATH}{query}", data={"ReturnValues": token, **form}, headers=foreign)


def ago(seconds: int) -> int:
    return int((clock.now() - timedelta(seconds=seconds)).timestamp())


def part(said: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(said).encode()).rstrip(b"=").decode()


class TestGivenATokenOfTheirs:
    @pytest.mark.parametrize("kid", ["ed", "ec", "shared"])
    def test_it_signs_its_person_in(self, campus: FlaskClient, session: Session, kid: str) -> None:
        answer = post(campus, signed(said_of(), kid))

        account = session.scalars(select(Account)).one()
        assert (answer.status_code, answer.location) == (303, "/")
        assert (account.username, account.email, account.roles) == ("ada", "ada@example.org", ())
        assert "ada" in campus.get("/").text
        assert events(session) == [("account.created", "ada", ""), ("account.signed_in", "ada", "")]

    def test_the_second_token_leads_to_the_same_account(
        self, app: Flask, campus: FlaskClient, session: Session
    ) -> None:
        post(campus, signed(said_of()))

        post(app.test_client(), signed(said_of(mail="other@example.org"), "ec"))

        assert session.scalar(select(func.count(Account.id))) == 1
        assert open_sessions(session) == 2

    @pytest.mark.any_database
    def test_an_account_of_the_same_name_or_address_is_not_theirs(self, campus: FlaskClient, session: Session) -> None:
        make_account(session, "ada", Role.ADMIN)
        session.commit()

        post(campus, signed(said_of()))

        newest = session.scalars(select(Account).order_by(Account.id.desc())).first()
        assert newest is not None
        assert (newest.username.startswith("ada-"), newest.roles) == (True, ())

    @pytest.mark.any_database
    @pytest.mark.parametrize(
        "more",
        [
            lambda: {"userid": 7},
            lambda: {"name": ...},
            lambda: {"aud": ["x", AUDIENCE]},
            lambda: {"iat": ago(30), "exp": ago(-30)},
        ],
    )
    def test_it_may_say_it_in_these_ways_too(self, campus: FlaskClient, more: Callable[[], dict[str, Any]]) -> None:
        assert post(campus, signed(said_of(**more()))).status_code == 303

    def test_the_platforms_own_is_tied_to_the_learner(self, app: Flask, campus: FlaskClient, session: Session) -> None:
        settings = app.extensions["settings"]
        app.extensions["settings"] = replace(settings, platform_issuer=ISSUER)
        learner = make_learner(session)
        session.commit()

        post(campus, signed(said_of()))
        app.extensions["settings"] = settings

        assert session.scalars(select(Account.learner_id)).one() == learner.id


@pytest.mark.any_database
class TestGivenAWayBack:
    @pytest.mark.parametrize("query", ["?next=/search%3Fq=ada", "?next_page=/search%3Fq=ada"])
    def test_it_leads_there(self, campus: FlaskClient, query: str) -> None:
        assert post(campus, signed(said_of()), query).location == "/search?q=ada"

    @pytest.mark.parametrize("name", ["next", "next_page"])
    def test_it_may_stand_in_the_form(self, campus: FlaskClient, name: str) -> None:
        assert post(campus, signed(said_of()), **{name: "/search"}).location == "/search"

    @pytest.mark.parametrize("wanted", ["https://evil.test", "//evil.test", "/\\evil.test", "x", "javascript:alert(1)"])
    def test_it_leads_nowhere_else(self, campus: FlaskClient, wanted: str) -> None:
        assert post(campus, signed(said_of()), next=wanted).location == "/"


class TestGivenATokenThatWasUsed:
    def test_it_is_refused(self, app: Flask, campus: FlaskClient, session: Session) -> None:
        token = signed(said_of())
        post(campus, token)

        answer = post(app.test_client(), token)

        assert (answer.status_code, open_sessions(session)) == (403, 1)
        assert events(session)[-1] == ("account.sign_in_refused", "-", "it was used before")

    def test_of_many_at_once_one_counts(self, app: Flask, campus: FlaskClient, session: Session) -> None:
        post(campus, signed(said_of()))  # the account is there
        token = signed(said_of())

        with ThreadPoolExecutor(6) as pool:
            statuses = list(pool.map(lambda _: post(app.test_client(), token).status_code, range(6)))

        assert sorted(statuses) == [303, *[403] * 5]
        assert open_sessions(session) == 2

    def test_two_people_may_have_a_number_in_common(self, app: Flask, campus: FlaskClient, session: Session) -> None:
        statuses = [post(app.test_client(), signed(said_of(iss=iss, jti="1"))).status_code for iss in (ISSUER, "b")]

        assert statuses == [303, 303]

    def test_what_has_ended_is_forgotten(self, app: Flask, campus: FlaskClient, session: Session) -> None:
        post(campus, signed(said_of()))
        session.execute(update(SignOnNonce).values(expires_at=NOON - timedelta(days=400)))
        session.commit()

        post(app.test_client(), signed(said_of()))

        assert session.scalar(select(func.count(SignOnNonce.id))) == 1

    def test_two_first_tokens_of_one_person_at_once_make_one_account(
        self, app: Flask, campus: FlaskClient, session: Session
    ) -> None:
        tokens = [signed(said_of()) for _ in range(4)]

        with ThreadPoolExecutor(4) as pool:
            statuses = list(pool.map(lambda token: post(app.test_client(), token).status_code, tokens))

        assert statuses == [303] * 4
        assert session.scalar(select(func.count(Account.id))) == 1


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


@pytest.mark.any_database
class TestGivenAnotherRequest:
    def test_an_empty_field_is_400(self, campus: FlaskClient) -> None:
        assert [post(campus, token).status_code for token in ("", "  ")] == [400, 400]
        assert campus.post(PATH, data=b"\xff\xfe", content_type="text/plain").status_code == 400

    def test_it_is_no_page(self, campus: FlaskClient) -> None:
        assert campus.get(PATH).status_code == 405

    def test_without_keys_there_is_nothing(self, client: FlaskClient) -> None:
        assert post(client, signed(said_of())).status_code == 404

    def test_an_address_that_knocks_too_often_is_refused_for_a_while(self, app: Flask, campus: FlaskClient) -> None:
        tries = [post(campus, "x").status_code for _ in range(Allowance.BAD_SIGN_ON.amount)]

        answer = post(campus, signed(said_of()))

        assert set(tries) == {403}
        assert (answer.status_code, answer.headers["Retry-After"]) == (429, "60")

    def test_a_session_of_before_is_worth_nothing_to_the_new_one(self, campus: FlaskClient) -> None:
        with campus.session_transaction() as kept:
            kept["_user_id"], kept["planted"] = "planted", "planted"

        post(campus, signed(said_of()))

        with campus.session_transaction() as kept:
            assert (kept["_user_id"] == "planted", "planted" in kept) == (False, False)


def test_keys_are_of_the_kinds_that_they_are_called() -> None:
    assert [type(key_named(kid)).__name__ for kid in ("ed", "ec", "shared")] == ["OKPKey", "ECKey", "OctKey"]
