"""Is a second factor set up by its owner alone, and kept so that nobody can use what is kept?"""

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tests.factories.accounts import PASSWORD
from tests.integration.sign_on.browser import events
from tests.integration.sign_on.second_factor.phone import PAGE, Phone, fresh, key_on, set_up
from tests.visitors import Visitor
from webapp.models.accounts import Account, RecoveryCode, SecondFactor
from webapp.ports.counters import Allowance


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
