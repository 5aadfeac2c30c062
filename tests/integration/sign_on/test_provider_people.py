"""Who is it here that signed in at the provider?"""

from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.factories.accounts import make_account
from tests.factories.certificates import make_learner
from tests.identity_provider import IdentityProvider
from tests.integration.cli.terminal import Terminal
from tests.integration.console.sessions import open_sessions
from tests.integration.sign_on.browser import Browser, events
from tests.integration.sign_on.conftest import use
from webapp.domain.roles import Role
from webapp.models.accounts import Account, Identity
from webapp.settings import Settings


def accounts(session: Session) -> int:
    session.rollback()
    return session.scalar(select(func.count(Account.id))) or 0


class TestGivenSomebodyNew:
    def test_they_get_an_account_without_a_role(self, browser: Browser, session: Session) -> None:
        answer = browser.sign_in_there()

        account = session.scalars(select(Account)).one()
        assert (answer.status_code, answer.location) == (303, "/")
        assert (account.username, account.email, account.roles, account.password_hash) == (
            "ada",
            "ada@example.org",
            (),
            None,
        )
        assert browser.name_shown() == "ada"

    def test_the_audit_tells_that_they_came_and_how(self, browser: Browser, session: Session) -> None:
        browser.sign_in_there()

        assert events(session) == [("account.created", "ada", ""), ("account.signed_in", "ada", "")]

    def test_the_second_time_they_come_to_the_same_account(self, browser: Browser, session: Session) -> None:
        browser.sign_in_there()
        browser.provider.person |= {"preferred_username": "lovelace", "email": "other@example.org"}
        again = Browser(browser.client.application, browser.provider)

        again.sign_in_there()

        assert again.name_shown() == "ada"
        assert (accounts(session), open_sessions(session)) == (1, 2)

    @pytest.mark.any_database
    @pytest.mark.parametrize("taken", ["ada", "ADA", "ａｄａ"])
    def test_an_account_of_the_same_name_is_not_theirs(self, browser: Browser, session: Session, taken: str) -> None:
        make_account(session, taken, Role.ADMIN)
        session.commit()

        browser.sign_in_there()

        account = session.scalars(select(Account).join(Identity)).one()
        assert (account.username[:4], len(account.username), account.roles) == ("ada-", 12, ())

    @pytest.mark.any_database
    @pytest.mark.parametrize("name", ["", " ", "\u202eada", "x" * 151, "XQueue", 7, None, "a\x00b"])
    def test_a_name_that_cannot_be_theirs_is_none(self, browser: Browser, session: Session, name: object) -> None:
        browser.provider.person["preferred_username"] = name

        answer = browser.sign_in_there()

        account = session.scalars(select(Account)).one()
        assert answer.status_code == 303
        assert account.username.startswith(("person-", "XQueue-"))

    @pytest.mark.any_database
    def test_an_address_that_is_not_verified_is_left_out(self, browser: Browser, session: Session) -> None:
        browser.provider.person["email_verified"] = False

        browser.sign_in_there()

        assert session.scalars(select(Account.email)).one() == ""

    @pytest.mark.any_database
    def test_name_and_address_may_be_told_at_the_place_for_them(self, browser: Browser, session: Session) -> None:
        browser.provider.person = {"sub": "1"}
        browser.provider.userinfo = {"preferred_username": "grace", "email": "grace@example.org"}

        browser.sign_in_there()

        account = session.scalars(select(Account)).one()
        assert (account.username, account.email) == ("grace", "grace@example.org")

    @pytest.mark.any_database
    def test_what_is_told_there_of_somebody_else_does_not_count(self, browser: Browser, session: Session) -> None:
        browser.provider.person = {"sub": "1"}
        browser.provider.userinfo = {"sub": "2", "preferred_username": "grace"}

        browser.sign_in_there()

        assert session.scalars(select(Account.username)).one().startswith("person-")


class TestGivenThePlatformsOwnIssuer:
    @pytest.fixture
    def platforms(self, app: Flask, browser: Browser, settings: Settings) -> Browser:
        app.extensions["settings"] = replace(settings, platform_issuer=browser.provider.issuer)
        return browser

    def test_the_account_is_tied_to_the_learner_of_the_name(self, platforms: Browser, session: Session) -> None:
        learner = make_learner(session, external_id=7)
        session.commit()
        platforms.provider.person["user_id"] = 7

        platforms.sign_in_there()

        assert session.scalars(select(Account.learner_id)).one() == learner.id
        assert ("account.learner_tied", "ada", "") in events(session)

    @pytest.mark.any_database
    def test_a_name_that_was_somebody_elses_ties_nobody(self, platforms: Browser, session: Session) -> None:
        make_learner(session, external_id=7)
        session.commit()
        platforms.provider.person["user_id"] = 8

        platforms.sign_in_there()

        assert session.scalars(select(Account.learner_id)).one() is None

    @pytest.mark.any_database
    def test_a_second_person_of_the_name_is_tied_to_nobody(self, platforms: Browser, session: Session) -> None:
        make_learner(session)
        session.commit()
        platforms.sign_in_there()
        platforms.provider.person["sub"] = "another"

        Browser(platforms.client.application, platforms.provider).sign_in_there()

        tied = session.scalars(select(Account.learner_id).order_by(Account.id)).all()
        assert [one is not None for one in tied] == [True, False]


@pytest.mark.any_database
class TestGivenAnIssuerThatIsNotThePlatforms:
    def test_a_learner_of_the_name_is_not_theirs(self, browser: Browser, session: Session) -> None:
        make_learner(session)
        session.commit()

        browser.sign_in_there()

        assert session.scalars(select(Account.learner_id)).one() is None


class TestGivenAnAccountThatTheMachinesOwnerLinked:
    def test_its_person_comes_to_it_with_its_roles(
        self, app: Flask, provider: IdentityProvider, session: Session
    ) -> None:
        make_account(session, "sam", Role.SUPPORT)
        session.commit()

        told = Terminal(app).done(
            "accounts", "link", "SAM", "--issuer", provider.issuer, "--subject", provider.person["sub"]
        )
        use(app, provider)
        browser = Browser(app, provider)
        browser.sign_in_there()

        assert provider.person["sub"] in told
        assert "Hello, sam" in browser.get("/")
        assert ("account.identity_linked", "sam", "") in events(session)

    @pytest.mark.any_database
    def test_a_person_of_another_account_is_refused(self, app: Flask, browser: Browser, session: Session) -> None:
        make_account(session, "sam", Role.SUPPORT)
        session.commit()
        browser.sign_in_there()
        who = ("--issuer", browser.provider.issuer, "--subject", browser.provider.person["sub"])

        assert "signs in to the account ada" in Terminal(app).refused("accounts", "link", "sam", *who)
        assert "nobody" in Terminal(app).refused("accounts", "link", "nobody", *who)
        assert "255 characters" in Terminal(app).refused("accounts", "link", "sam", "--issuer", "a", "--subject", " ")
