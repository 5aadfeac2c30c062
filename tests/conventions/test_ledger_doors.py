"""Does nothing but an approval or an emergency change what is live, whatever is sent to whatever address (I16)?"""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.factories.accounts import PASSWORD, make_account
from tests.factories.governance import REASON, Staff, make_change, make_staff
from tests.visitors import Visitor
from webapp.domain.roles import Role
from webapp.models.governance.changes import ChangeRequest
from webapp.models.governance.versions import ConfigVersion

pytestmark = pytest.mark.any_database
POWERFUL = tuple(role for role in Role if role is not Role.AUDITOR)
"""Every role that one account can have together with admin."""
MAKE_LIVE = {"changes.approve", "changes.emergency", "api.approve", "api.emergency"}
END_THE_SESSION = {"console.sign_out", "accounts.disable", "accounts.end_sessions"}
WRITING = ("POST", "PUT", "PATCH", "DELETE")
VALUE = {"enabled": True, "known_user_agents": ["Slackbot"]}
BODY: dict[str, Any] = {
    "kind": "crawlers",
    "key": "-",
    "action": "set",
    "payload": VALUE,
    "title": "Any",
    "reason": REASON,
}
FORM = {
    "agents": "Slackbot", "enabled": "y", "payload": '{"enabled": true}', "reason": REASON, "note": REASON, "title": "Any",
    "typed_key": "-", "action": "delete", "rowid": "honor", "version": "1", "id": "honor",
}  # fmt: skip


@pytest.fixture
def staff(session: Session) -> Staff:
    return make_staff(session)


@pytest.fixture
def change(session: Session, staff: Staff) -> ChangeRequest:
    """A request by somebody else, which one approval would make live."""
    return make_change(session, staff.editor)


@pytest.fixture
def visitor(app: Flask, session: Session) -> Visitor:
    """Somebody with every role that goes together."""
    make_account(session, "max", *POWERFUL)
    session.commit()
    visitor = Visitor(app)
    visitor.sign_in("max", PASSWORD)
    return visitor


def newest(session: Session) -> int:
    session.rollback()
    return session.scalar(select(func.max(ConfigVersion.id))) or 0


def doors(app: Flask) -> Iterator[tuple[str, str, str]]:
    """Every address that may write: its endpoint, method and path."""
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) & set(WRITING)):
            yield rule.endpoint, method, rule.rule


def address(path: str, change: ChangeRequest) -> str:
    samples = {"change_id": str(change.id), "kind": "crawlers", "key": "-", "username": "ada"}
    return re.sub(r"<(?:[^:>]+(?:\([^)]*\))?:)?([^>]+)>", lambda found: samples.get(found[1], "1"), path)


def send(client: FlaskClient, method: str, path: str, token: str, *, as_json: bool) -> int:
    headers = {"X-CSRFToken": token, "If-Match": "*"}
    body: dict[str, Any] = {"json": BODY} if as_json else {"data": {**FORM, "csrf_token": token}}
    return client.open(path, method=method, headers=headers, **body).status_code


class TestGivenEveryDoorThatWrites:
    @pytest.mark.parametrize("as_json", [False, True], ids=["a form", "JSON"])
    def test_none_makes_anything_live_but_an_approval_and_an_emergency(
        self, app: Flask, session: Session, visitor: Visitor, change: ChangeRequest, *, as_json: bool
    ) -> None:
        token, before = visitor.token_on("/changes"), newest(session)
        tried = [
            (endpoint, send(visitor.client, method, address(path, change), token, as_json=as_json))
            for endpoint, method, path in doors(app)
            if endpoint not in MAKE_LIVE | END_THE_SESSION
        ]

        assert len(tried) > 60
        assert [endpoint for endpoint, status in tried if status >= 500] == []
        assert newest(session) == before

    def test_nobody_without_an_account_makes_anything_live(
        self, app: Flask, session: Session, client: FlaskClient, change: ChangeRequest
    ) -> None:
        before = newest(session)
        for _, method, path in doors(app):
            send(client, method, address(path, change), "none", as_json=path.startswith("/api/"))

        assert newest(session) == before

    def test_an_approval_does(self, session: Session, visitor: Visitor, change: ChangeRequest) -> None:
        before, token = newest(session), visitor.token_on("/changes")

        answer = visitor.client.post(
            f"/api/v1/changes/{change.id}/approve", json={}, headers={"X-CSRFToken": token, "If-Match": "*"}
        )

        assert (answer.status_code, newest(session) > before) == (200, True)
