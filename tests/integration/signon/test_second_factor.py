"""Does a second factor keep out whoever has the password alone, and let its owner in, each code once?"""

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pyotp
import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests.factories.accounts import PASSWORD, make_account
from tests.fakes import NOON
from tests.integration.cli.terminal import Terminal
from tests.integration.console.sessions import open_sessions
from tests.integration.signon.browser import events
from tests.visitors import Visitor
from webapp import clock
from webapp.domain.actors import Actor
from webapp.domain.roles import Role
from webapp.errors import SecondFactorUnreadable
from webapp.models.accounts import Account, RecoveryCode, SecondFactor
from webapp.models.base import unit_of_work
from webapp.ports.counters import Allowance
from webapp.services.signon import second_factor
from webapp.services.signon.app_codes import find_step, new_secret, seal, unseal

PAGE = "/account/second-factor"
KEY = "not-a-secret-of-anyone"


@pytest.fixture
def adam(session: Session) -> Account:
    """An admin with a password."""
    account = make_account(session, "adam", Role.ADMIN)
    session.commit()
    return account


class Phone:
    """An app for codes."""

    def __init__(self, secret: str) -> None:
        """Hold a key."""
        self._app = pyotp.TOTP(secret)

    def code(self, *, later_s: int = 0) -> str:
        """Give what it shows."""
        return self._app.at(clock.now() + timedelta(seconds=later_s))


def key_on(page: str) -> str:
    found = re.search(r'factor__secret" dir="ltr">([A-Z2-7 ]+)<', page)
    assert found
    return found[1].replace(" ", "")


def codes_on(page: str) -> list[str]:
    return re.findall(r">((?:[a-z2-9]{4}-){3}[a-z2-9]{4})<", page)


def set_up(visitor: Visitor) -> tuple[Phone, list[str]]:
    """Sign adam in, and set up his second factor on the pages."""
    visitor.sign_in("adam", PASSWORD)
    visitor.post(f"{PAGE}/begin", {"password": PASSWORD}, of=PAGE)
    phone = Phone(key_on(visitor.get(PAGE)))
    answer = visitor.post(f"{PAGE}/confirm", {"code": phone.code(later_s=-30)}, of=PAGE)
    assert answer.status_code == 200, answer.text
    return phone, codes_on(answer.text)


def give(visitor: Visitor, code: str) -> TestResponse:
    """Give the right password, then the code."""
    visitor.sign_in("adam", PASSWORD)
    return visitor.post("/login/code", {"code": code}, of="/login/code")


def fresh(app: Flask) -> Visitor:
    return Visitor(app)


class TestGivenAnAccountWithoutOne:
    def test_its_owner_sets_one_up(self, visitor: Visitor, adam: Account, session: Session) -> None:
        _, codes = set_up(visitor)

        assert (len(codes), len(set(codes))) == (10, 10)
        assert "Your second factor is on" in visitor.get(PAGE)
        assert [one[0] for one in events(session)] == [
            "account.signed_in",
            "account.second_factor_begun",
            "account.second_factor_set",
        ]

    def test_nothing_that_could_be_used_lies_in_the_database(
        self, visitor: Visitor, adam: Account, session: Session
    ) -> None:
        visitor.sign_in("adam", PASSWORD)
        visitor.post(f"{PAGE}/begin", {"password": PASSWORD}, of=PAGE)
        secret = key_on(visitor.get(PAGE))
        visitor.post(f"{PAGE}/confirm", {"code": Phone(secret).code()}, of=PAGE)

        kept = session.scalars(select(SecondFactor.sealed_secret)).one()
        digests = session.scalars(select(RecoveryCode.code_digest)).all()
        assert secret not in kept
        assert {len(one) for one in digests} == {64}

    @pytest.mark.any_database
    def test_the_drawing_is_made_here(self, visitor: Visitor, adam: Account) -> None:
        visitor.sign_in("adam", PASSWORD)
        visitor.post(f"{PAGE}/begin", {"password": PASSWORD}, of=PAGE)

        page = visitor.get(PAGE)

        assert '<svg class="qr"' in page
        assert "<img" not in page

    @pytest.mark.any_database
    def test_a_password_is_needed_to_begin(self, visitor: Visitor, adam: Account, session: Session) -> None:
        visitor.sign_in("adam", PASSWORD)

        answer = visitor.post(f"{PAGE}/begin", {"password": "wrong"}, of=PAGE)

        assert (answer.status_code, "That is not your password." in answer.text) == (422, True)
        assert session.scalars(select(SecondFactor)).all() == []

    @pytest.mark.any_database
    def test_a_wrong_code_turns_nothing_on(self, app: Flask, visitor: Visitor, adam: Account) -> None:
        visitor.sign_in("adam", PASSWORD)
        visitor.post(f"{PAGE}/begin", {"password": PASSWORD}, of=PAGE)
        tries = [visitor.post(f"{PAGE}/confirm", {"code": "000000"}, of=PAGE).status_code for _ in range(6)]

        assert tries == [422] * Allowance.WRONG_CODE.amount + [429]
        assert fresh(app).sign_in("adam", PASSWORD).location == "/"

    @pytest.mark.any_database
    def test_what_was_begun_can_be_forgotten(self, visitor: Visitor, adam: Account) -> None:
        visitor.sign_in("adam", PASSWORD)
        visitor.post(f"{PAGE}/begin", {"password": PASSWORD}, of=PAGE)
        first = key_on(visitor.get(PAGE))
        visitor.post(f"{PAGE}/remove", {"password": PASSWORD}, of=PAGE)
        none = "You have no second factor" in visitor.get(PAGE)
        visitor.post(f"{PAGE}/begin", {"password": PASSWORD}, of=PAGE)

        assert none
        assert key_on(visitor.get(PAGE)) != first

    @pytest.mark.any_database
    def test_who_signs_in_elsewhere_is_told_that_it_is_asked_there(
        self, visitor: Visitor, adam: Account, session: Session
    ) -> None:
        visitor.sign_in("adam", PASSWORD)
        session.execute(update(Account).values(password_hash=None))
        session.commit()

        assert "You sign in elsewhere" in visitor.get(PAGE)
        assert visitor.post(f"{PAGE}/begin", {"password": ""}, of=PAGE).status_code == 422


class TestGivenAnAccountWithOne:
    def test_the_password_alone_begins_nothing(
        self, app: Flask, visitor: Visitor, adam: Account, session: Session
    ) -> None:
        set_up(visitor)
        thief, before = fresh(app), open_sessions(session)

        answer = thief.sign_in("adam", PASSWORD)

        assert (answer.status_code, answer.location) == (302, "/login/code")
        assert thief.client.get("/").status_code == 302
        assert open_sessions(session) == before

    def test_the_code_of_the_app_lets_in_and_leads_on(
        self, app: Flask, visitor: Visitor, adam: Account, session: Session
    ) -> None:
        phone, _ = set_up(visitor)
        owner = fresh(app)
        owner.sign_in("adam", PASSWORD, "/search?q=ada")

        answer = owner.post("/login/code", {"code": phone.code()}, of="/login/code")

        assert (answer.status_code, answer.location) == (302, "/search?q=ada")
        assert "Hello, adam" in owner.get("/")
        assert events(session)[-1][:2] == ("account.signed_in", "adam")

    def test_a_code_counts_once(self, app: Flask, visitor: Visitor, adam: Account) -> None:
        phone, _ = set_up(visitor)
        code = phone.code()

        statuses = [give(fresh(app), code).status_code for _ in range(2)]

        assert statuses == [302, 401]

    def test_the_code_of_before_does_not_count_after_it(self, app: Flask, visitor: Visitor, adam: Account) -> None:
        phone, _ = set_up(visitor)
        give(fresh(app), phone.code())

        assert give(fresh(app), phone.code(later_s=-30)).status_code == 401

    def test_of_many_at_once_one_counts(self, app: Flask, visitor: Visitor, adam: Account) -> None:
        phone, _ = set_up(visitor)
        code, visitors = phone.code(), [fresh(app) for _ in range(4)]
        for one in visitors:
            one.sign_in("adam", PASSWORD)
        tokens = [one.token_on("/login/code") for one in visitors]

        def send(pair: tuple[Visitor, str]) -> int:
            one, token = pair
            return one.client.post("/login/code", data={"code": code, "csrf_token": token}).status_code

        with ThreadPoolExecutor(4) as pool:
            statuses = sorted(pool.map(send, zip(visitors, tokens, strict=True)))

        assert statuses == [302, 401, 401, 401]

    def test_a_recovery_code_counts_once_however_it_is_typed(
        self, app: Flask, visitor: Visitor, adam: Account, session: Session
    ) -> None:
        _, codes = set_up(visitor)
        typed = [codes[0].upper(), f" {codes[0].replace('-', ' ')} ", codes[1]]

        statuses = [give(fresh(app), code).status_code for code in typed]

        assert statuses == [302, 401, 302]
        assert "8 recovery codes left" in visitor.get(PAGE)
        assert ("account.recovery_code_used", "adam", "") in events(session)

    def test_new_recovery_codes_replace_the_old(self, app: Flask, visitor: Visitor, adam: Account) -> None:
        _, old = set_up(visitor)
        answer = visitor.post(f"{PAGE}/recovery-codes", {"password": PASSWORD}, of=PAGE)
        new = codes_on(answer.text)

        assert len(new) == 10
        assert [give(fresh(app), code).status_code for code in (old[0], new[0])] == [401, 302]

    @pytest.mark.any_database
    def test_wrong_codes_are_limited_and_written_down(
        self, app: Flask, visitor: Visitor, adam: Account, session: Session
    ) -> None:
        phone, _ = set_up(visitor)
        tries = [give(fresh(app), f"{number:06}").status_code for number in range(Allowance.WRONG_CODE.amount)]

        answer = give(fresh(app), phone.code())

        assert tries == [401] * Allowance.WRONG_CODE.amount
        assert (answer.status_code, answer.headers["Retry-After"], "Too many wrong codes" in answer.text) == (
            429,
            "60",
            True,
        )
        refusals = [event for event in events(session) if event[0] == "account.sign_in_refused"]
        assert refusals == [("account.sign_in_refused", "adam", "a wrong code")] * Allowance.WRONG_CODE.amount

    @pytest.mark.any_database
    def test_its_owner_removes_it_with_the_password(
        self, app: Flask, visitor: Visitor, adam: Account, session: Session
    ) -> None:
        set_up(visitor)
        wrong = visitor.post(f"{PAGE}/remove", {"password": "wrong"}, of=PAGE)

        answer = visitor.post(f"{PAGE}/remove", {"password": PASSWORD}, of=PAGE)

        assert (wrong.status_code, answer.status_code) == (422, 303)
        assert fresh(app).sign_in("adam", PASSWORD).location == "/"
        assert session.scalars(select(RecoveryCode)).all() == []

    @pytest.mark.any_database
    def test_a_second_one_is_refused(self, visitor: Visitor, adam: Account) -> None:
        set_up(visitor)

        assert visitor.post(f"{PAGE}/begin", {"password": PASSWORD}, of=PAGE).status_code == 409
        assert visitor.post(f"{PAGE}/confirm", {"code": "123456"}, of=PAGE).status_code == 409


@pytest.mark.any_database
class TestGivenThePasswordAndNotYetTheCode:
    def test_after_five_minutes_it_begins_anew(self, app: Flask, visitor: Visitor, adam: Account) -> None:
        phone, _ = set_up(visitor)
        owner = fresh(app)
        owner.sign_in("adam", PASSWORD)
        with owner.client.session_transaction() as kept:
            number, mark, at, wanted = kept["second_step"]
            kept["second_step"] = [number, mark, at - 301, wanted]

        answer = owner.client.get("/login/code")

        assert (answer.status_code, answer.location) == (302, "/login")
        assert phone.code()

    @pytest.mark.parametrize("meanwhile", [{"password_hash": "another"}, {"disabled_at": NOON}])
    def test_it_is_worth_nothing_once_the_account_is_another(
        self, app: Flask, visitor: Visitor, adam: Account, session: Session, meanwhile: dict[str, object]
    ) -> None:
        phone, _ = set_up(visitor)
        owner = fresh(app)
        owner.sign_in("adam", PASSWORD)
        token = owner.token_on("/login/code")
        session.execute(update(Account).values(**meanwhile))
        session.commit()

        answer = owner.client.post("/login/code", data={"code": phone.code(), "csrf_token": token})

        assert (answer.status_code, answer.location) == (302, "/login")

    def test_without_a_password_there_is_nothing_to_type(self, visitor: Visitor) -> None:
        assert visitor.client.get("/login/code").location == "/login"
        assert visitor.post("/login/code", {"code": "123456"}).location == "/login"

    @pytest.mark.parametrize("code", ["", "x" * 41])
    def test_an_empty_code_is_422(self, app: Flask, visitor: Visitor, adam: Account, code: str) -> None:
        set_up(visitor)

        assert give(fresh(app), code).status_code == 422

    @pytest.mark.parametrize(
        "code", [" ", "12345", "1234567", "\u0661\u0662\u0663\u0664\u0665\u0666", "abcdef", "aaaa-aaaa-aaaa-aaaa"]
    )
    def test_anything_else_is_wrong(self, app: Flask, visitor: Visitor, adam: Account, code: str) -> None:
        set_up(visitor)

        assert give(fresh(app), code).status_code == 401


class TestGivenSomebodyWhoLostIt:
    def test_an_admin_resets_it(self, app: Flask, visitor: Visitor, adam: Account, session: Session) -> None:
        set_up(visitor)
        other = make_account(session, "olga", Role.ADMIN)
        session.commit()
        assert other.id
        admin = fresh(app)
        admin.sign_in("olga", PASSWORD)
        page = admin.get(f"/admin/accounts/details/?id={adam.id}")

        admin.post(f"/admin/accounts/{adam.id}/reset-second-factor", of="/admin/accounts/")

        assert "10 recovery codes left" in page
        assert fresh(app).sign_in("adam", PASSWORD).location == "/"
        assert ("account.second_factor_reset", "adam", "") in events(session)

    @pytest.mark.any_database
    def test_the_own_is_not_reset_without_a_password(self, visitor: Visitor, adam: Account) -> None:
        set_up(visitor)

        page = visitor.get(f"/admin/accounts/details/?id={adam.id}")
        answer = visitor.post(f"/admin/accounts/{adam.id}/reset-second-factor", of="/")

        assert "Remove your own on the page Your sign-in" in page
        assert answer.status_code == 409

    def test_the_machines_owner_resets_it(self, app: Flask, visitor: Visitor, adam: Account, session: Session) -> None:
        set_up(visitor)

        told = Terminal(app).done("accounts", "reset-second-factor", "ADAM")

        assert "by the password alone" in told
        assert fresh(app).sign_in("adam", PASSWORD).location == "/"

    @pytest.mark.any_database
    @pytest.mark.parametrize("name", ["adam", "nobody"])
    def test_what_is_not_there_is_refused_in_words(self, app: Flask, adam: Account, name: str) -> None:
        assert name in Terminal(app).refused("accounts", "reset-second-factor", name)

    @pytest.mark.any_database
    def test_with_another_secret_key_the_recovery_codes_still_count(
        self, app: Flask, visitor: Visitor, adam: Account
    ) -> None:
        phone, codes = set_up(visitor)
        settings = app.extensions["settings"]
        app.extensions["settings"] = replace(settings, secret_key="another-secret-of-anyone")
        try:
            by_app, by_paper = give(fresh(app), phone.code()), give(fresh(app), codes[0])
        finally:
            app.extensions["settings"] = settings

        assert (by_app.status_code, "Use a recovery code" in by_app.text) == (503, True)
        assert by_paper.status_code == 302


@pytest.mark.any_database
class TestGivenAnAccountThatGoes:
    def test_its_factor_goes_with_it(self, app: Flask, adam: Account, session: Session) -> None:
        with app.app_context(), unit_of_work() as work:
            second_factor.begin(work, Actor("adam", adam.id), adam.id, key=KEY, now=NOON)
            work.execute(delete(Account).where(Account.id == adam.id))

            assert work.scalars(select(SecondFactor)).all() == []


class TestGivenASecret:
    @given(st.integers(min_value=0, max_value=2_000_000_000), st.integers(min_value=-90, max_value=90))
    def test_a_code_counts_within_one_step_of_its_own(self, at: int, apart: int) -> None:
        secret, moment = "JBSWY3DPEHPK3PXP" * 2, NOON + timedelta(seconds=at % 100_000)
        shown_at = moment + timedelta(seconds=apart)
        code = pyotp.TOTP(secret).at(shown_at)

        step = find_step(secret, code, now=moment)

        near = abs(int(shown_at.timestamp()) // 30 - int(moment.timestamp()) // 30) <= 1
        assert (step is not None) or not near

    def test_it_opens_with_its_key_and_for_its_account_alone(self) -> None:
        secret = new_secret()
        sealed = seal(secret, 7, KEY)

        assert unseal(sealed, 7, KEY) == secret
        for kept, account, key in (
            (sealed, 8, KEY),
            (sealed, 7, KEY + "x"),
            (sealed[:-8], 7, KEY),
            ("é", 7, KEY),
            ("", 7, KEY),
        ):
            with pytest.raises(SecondFactorUnreadable):
                unseal(kept, account, key)

    def test_two_are_not_the_same(self) -> None:
        assert len({new_secret() for _ in range(50)} | {clock.new_recovery_code() for _ in range(50)}) == 100
