"""What a page of the third party posts here."""

import base64
import json
from dataclasses import replace
from datetime import timedelta

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.factories.third_party import AUDIENCE
from webapp import clock
from webapp.adapters.sign_on.signed_post import SignedPosts

OTHERS = ("https://id.test", "https://lms.test")
PATH = "/login/third-party"


def use(app: Flask, keys: str) -> FlaskClient:
    """Let people sign in by the third party's keys, and give a browser."""
    posts = SignedPosts(keys, audience=AUDIENCE, others=OTHERS)
    app.extensions["ports"] = replace(app.extensions["ports"], signed_posts=posts)
    return app.test_client()


def post(client: FlaskClient, token: str, query: str = "", **form: str) -> TestResponse:
    """Have a page of theirs post a token."""
    foreign = {"Origin": "https://campus.test", "Sec-Fetch-Site": "cross-site"}
    return client.post(f"{PATH}{query}", data={"ReturnValues": token, **form}, headers=foreign)


def ago(seconds: int) -> int:
    """Give the moment so many seconds ago as tokens have it."""
    return int((clock.now() - timedelta(seconds=seconds)).timestamp())


def part(said: object) -> str:
    """Give a part of a token."""
    return base64.urlsafe_b64encode(json.dumps(said).encode()).rstrip(b"=").decode()
