"""Which sign-ons are there, and who comes by them?"""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.factories.third_party import key_list
from tests.identity_provider import CLIENT_ID, CLIENT_SECRET, IdentityProvider
from tests.integration.sign_on import third_party_post
from tests.integration.sign_on.browser import Browser
from webapp.adapters.sign_on.provider import OidcProvider


@pytest.fixture
def provider() -> Iterator[IdentityProvider]:
    """A provider that knows us."""
    with IdentityProvider() as provider:
        yield provider


@pytest.fixture
def browser(app: Flask, provider: IdentityProvider) -> Browser:
    """Somebody's browser, at an application that lets people sign in by the provider."""
    use(app, provider)
    return Browser(app, provider)


@pytest.fixture
def campus(app: Flask) -> FlaskClient:
    """A browser on a page of the third party's."""
    return third_party_post.use(app, key_list("ed", "ec", "shared"))


def use(app: Flask, provider: IdentityProvider, *, timeout_s: float = 5) -> None:
    """Let people sign in by the provider, as the settings would."""
    ours = OidcProvider(
        provider.issuer,
        client_id=CLIENT_ID,
        client_secret=None if provider.public_client else CLIENT_SECRET,
        callback=provider.callbacks[0],
        after_sign_out="http://desk.test/login",
        timeout_s=timeout_s,
    )
    app.extensions["ports"] = replace(app.extensions["ports"], identity_provider=ours)
