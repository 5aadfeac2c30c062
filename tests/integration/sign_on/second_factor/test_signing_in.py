"""Does a second factor keep out whoever has the password alone, and let its owner in, each code once?"""

from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tests.factories.accounts import PASSWORD
from tests.fakes import NOON
from tests.integration.console.sessions import open_sessions
from tests.integration.sign_on.browser import events
from tests.integration.sign_on.second_factor.phone import PAGE, codes_on, fresh, give, set_up
from tests.visitors import Visitor
from webapp.models.accounts import Account, RecoveryCode
from webapp.ports.counters import Allowance


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
