"""What stands on the page of a change, as a person would find it?"""

import html
import re

from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests.visitors import Visitor
from webapp.models.audit import AuditEvent
from webapp.models.governance.changes import ChangeRequest


def address_of(change: ChangeRequest) -> str:
    """Give the address of a change's page."""
    return f"/changes/{change.id}"


def tag_on(page: str) -> str:
    """Give the tag that the forms of a page carry."""
    found = re.search(r'name="expected" value="([^"]+)"', page)
    assert found is not None
    return found[1]


def press(visitor: Visitor, change: ChangeRequest, move: str, **fields: str) -> TestResponse:
    """Press a button of a change's page as it is now."""
    where = address_of(change)
    tag = tag_on(visitor.get(where))
    return visitor.post(f"{where}/{move}", {"expected": tag, **fields}, of=where)


def told(answer: TestResponse) -> str:
    """Give the words of an answer, as they are read."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


def offered(page: str, move: str) -> bool:
    """Say whether a page has the form of a move."""
    return re.search(rf'<form[^>]*action="/changes/\d+/{move}"', page) is not None


def fresh(session: Session, change: ChangeRequest) -> ChangeRequest:
    """Give a change as it is now."""
    session.rollback()
    session.refresh(change)
    return change


def last_event(session: Session) -> AuditEvent:
    """Give what the audit was told last."""
    session.rollback()
    return session.scalars(select(AuditEvent).order_by(AuditEvent.seq.desc()).limit(1)).one()
