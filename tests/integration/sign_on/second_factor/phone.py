"""A phone with an app for codes, and what its owner does with it on the pages."""

import re
from datetime import timedelta

import pyotp
from flask import Flask
from werkzeug.test import TestResponse

from tests.factories.accounts import PASSWORD
from tests.visitors import Visitor
from webapp import clock

PAGE = "/account/second-factor"
TYPING_S = 2
"""So long it takes at most until a code is looked at, on a machine that is busy."""


class Phone:
    """An app for codes."""

    def __init__(self, secret: str) -> None:
        """Hold a key."""
        self._app = pyotp.TOTP(secret)

    def code(self, *, later_s: int = 0) -> str:
        """Give what it shows when it is looked at: a step that ends meanwhile is not taken for the one before."""
        return self._app.at(clock.now() + timedelta(seconds=TYPING_S + later_s))


def key_on(page: str) -> str:
    """Give the key that a page shows."""
    found = re.search(r'factor__secret" dir="ltr">([A-Z2-7 ]+)<', page)
    assert found
    return found[1].replace(" ", "")


def codes_on(page: str) -> list[str]:
    """Give the recovery codes that a page shows."""
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
    """Give a browser that was never here."""
    return Visitor(app)
