"""Does a third party's post sign its person in, once and within its minute?"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from tests.factories.accounts import make_account
from tests.factories.certificates import make_learner
from tests.factories.third_party import AUDIENCE, ISSUER, key_named, said_of, signed
from tests.fakes import NOON
from tests.integration.console.sessions import open_sessions
from tests.integration.sign_on.browser import events
from tests.integration.sign_on.third_party_post import PATH, ago, post
from webapp.domain.roles import Role
from webapp.models.accounts import Account, SignOnNonce
from webapp.ports.counters import Allowance

pytestmark = pytest.mark.filterwarnings("ignore:EdDSA is deprecated")  # for its name alone (RFC 9864)


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
        app.extensions["settings"] = replace(app.extensions["settings"], platform_issuer=ISSUER)
        learner = make_learner(session)
        session.commit()

        post(campus, signed(said_of()))

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
