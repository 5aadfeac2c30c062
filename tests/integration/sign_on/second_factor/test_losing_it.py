"""Who lets somebody in again who has lost it, and what goes with an account?"""

from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from tests.factories.accounts import PASSWORD, make_account
from tests.fakes import NOON
from tests.integration.cli.terminal import Terminal
from tests.integration.sign_on.browser import events
from tests.integration.sign_on.second_factor.phone import PAGE, fresh, give, key_on, set_up
from tests.visitors import Visitor
from webapp.domain.actors import Actor
from webapp.domain.roles import Role
from webapp.models.accounts import Account, SecondFactor
from webapp.models.base import unit_of_work
from webapp.services.sign_on import second_factor

KEY = "not-a-secret-of-anyone"


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
    def test_one_that_was_only_begun_is_begun_anew_under_another_secret_key(
        self, app: Flask, visitor: Visitor, adam: Account
    ) -> None:
        visitor.sign_in("adam", PASSWORD)
        visitor.post(f"{PAGE}/begin", {"password": PASSWORD}, of=PAGE)
        settings = app.extensions["settings"]
        app.extensions["settings"] = replace(settings, secret_key="another-secret-of-anyone")
        try:
            told = visitor.get(PAGE)
            visitor.post(f"{PAGE}/begin", {"password": PASSWORD}, of=PAGE)
            begun = visitor.get(PAGE)
        finally:
            app.extensions["settings"] = settings

        assert "What you had begun cannot be read any more. Begin anew." in told
        assert key_on(begun)


@pytest.mark.any_database
class TestGivenAnAccountThatGoes:
    def test_its_factor_goes_with_it(self, app: Flask, adam: Account, session: Session) -> None:
        with app.app_context(), unit_of_work() as work:
            second_factor.begin(work, Actor("adam", adam.id), adam.id, key=KEY, now=NOON)
            work.execute(delete(Account).where(Account.id == adam.id))

            assert work.scalars(select(SecondFactor)).all() == []
