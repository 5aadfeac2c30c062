"""A desk to which the learning platform sends its people."""

from dataclasses import replace

import pytest
from flask import Flask

from tests.factories.platform_tokens import AUDIENCE, ISSUER, key_list
from tests.integration.generation.desk import Desk
from webapp.adapters.platform_tokens import PlatformTokens


@pytest.fixture(scope="session")
def tokens() -> PlatformTokens:
    """Who tells the platform's tokens."""
    return PlatformTokens(key_list("one", "two"), issuer=ISSUER, audience=AUDIENCE)


@pytest.fixture
def desk(app: Flask, tokens: PlatformTokens) -> Desk:
    """The application with an XQueue that takes everything, and with the platform's keys."""
    desk = Desk(app)
    desk.sets(xqueue_url="http://xqueue.test", xqueue_username="lms", xqueue_password="lms-pass")
    app.extensions["ports"] = replace(app.extensions["ports"], platform_tokens=tokens)
    return desk
