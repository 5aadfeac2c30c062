"""What does a browser hold of a session, and what does the database keep of it?"""

from datetime import timedelta
from urllib.parse import urlsplit

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests.visitors import Visitor
from webapp import clock
from webapp.models.accounts import AccountSession


def cookie_of(visitor: Visitor) -> str:
    """Give the cookie that a browser holds."""
    cookie = visitor.client.get_cookie("certdesk")
    assert cookie is not None
    return cookie.value


def with_cookie(app: Flask, value: str) -> FlaskClient:
    """Give a browser that holds the cookie, whoever it was made for."""
    client = app.test_client()
    client.set_cookie("certdesk", value)
    return client


def leads_to_sign_in(answer: TestResponse) -> bool:
    """Say whether an answer sends the one who asked to the sign-in form."""
    return answer.status_code == 302 and urlsplit(answer.location).path == "/login"


def move_session(session: Session, **moments: timedelta) -> None:
    """Set moments of every session back by so much."""
    session.execute(update(AccountSession).values({name: clock.now() - ago for name, ago in moments.items()}))
    session.commit()


def open_sessions(session: Session) -> int:
    """Give how many sessions nobody ended."""
    session.rollback()
    return session.scalar(select(func.count(AccountSession.id)).where(AccountSession.ended_at.is_(None))) or 0
