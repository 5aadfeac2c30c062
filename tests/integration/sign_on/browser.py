"""A browser that goes to the provider and comes back."""

from urllib.parse import urlencode, urlsplit

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests.identity_provider import IdentityProvider
from tests.visitors import Visitor
from webapp.models.audit import AuditEvent
from webapp.services import audit


class Browser(Visitor):
    """Signs in by the provider."""

    def __init__(self, app: Flask, provider: IdentityProvider) -> None:
        """Open a browser without cookies."""
        super().__init__(app)
        self.provider = provider

    def leave(self, next_page: str = "") -> str:
        """Press the button of the sign-in page, and give where it leads."""
        answer = self.client.get(f"/login/oidc?{urlencode({'next': next_page})}" if next_page else "/login/oidc")
        assert answer.status_code == 302, answer.text
        return answer.location

    def come_back(self, address: str) -> TestResponse:
        """Follow the provider's redirect."""
        parts = urlsplit(address)
        return self.client.get(f"{parts.path}?{parts.query}")

    def sign_in_there(self, next_page: str = "") -> TestResponse:
        """Go there, sign in, and come back."""
        return self.come_back(self.provider.sign_in(self.leave(next_page)))

    def name_shown(self) -> str | None:
        """Give the name under which the own pages greet, None for nobody."""
        answer = self.client.get("/")
        if answer.status_code != 200:
            return None
        return answer.text.split('topbar__name"><bdi>')[-1].split("</bdi>")[0]


def events(session: Session) -> list[tuple[str, str, str]]:
    """Give what the audit tells: action, key, and the reason where there is one."""
    session.rollback()
    rows = session.scalars(select(AuditEvent).order_by(AuditEvent.seq)).all()
    return [(row.action, row.key, str(audit.details_of(row).get("reason", ""))) for row in rows]
