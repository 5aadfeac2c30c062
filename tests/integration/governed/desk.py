"""What do tests send to these pages, and what do they find left behind?"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests.factories.governance import REASON, Staff, make_change, make_wish, terms_of
from tests.fakes import NOON
from tests.visitors import Visitor
from webapp.domain.actors import Actor
from webapp.models.audit import AuditEvent
from webapp.models.governance.changes import ChangeRequest
from webapp.models.governance.versions import Blob, ConfigVersion
from webapp.services.configs import ledger
from webapp.services.configs.images import keep, read_badge_image
from webapp.services.governance import decisions

PAGES = {
    "html-view": "/admin/html-view/",
    "crawlers": "/admin/crawlers/",
    "generation": "/admin/generation/",
    "course": "/admin/course-settings/",
    "badge": "/admin/badge-images/",
    "badge-default": "/admin/badge-default/",
    "access": "/admin/access/",
}


def propose(
    visitor: Visitor, kind: str, form: Mapping[str, Any], *, key: str = "", door: str = "edit/"
) -> TestResponse:
    """Send the form of a kind, with a reason unless the form has one."""
    fields = {"csrf_token": visitor.token_on(PAGES[kind]), "step": "propose", "reason": REASON, **form}
    return visitor.client.post(f"{PAGES[kind]}{door}", query_string={"id": key} if key else {}, data=fields)


def make_live(
    session: Session, staff: Staff, kind: str, key: str, payload: Mapping[str, Any], *, now: datetime = NOON
) -> ChangeRequest:
    """Let a change be proposed and approved."""
    author = staff.admin if kind == "access" else staff.editor
    change = make_change(session, author, make_wish(kind, key, payload), approvals={kind: 1}, now=now)
    decisions.approve(session, terms_of(staff.approver, now=now), change.id)
    session.commit()
    return change


def make_picture(session: Session, content: bytes) -> str:
    """Keep a picture, and give its hash."""
    picture = read_badge_image(content)
    keep(session, Actor("eva"), picture, now=NOON)
    session.commit()
    return picture.sha256


def filed(session: Session) -> list[ChangeRequest]:
    """Give the proposals that there are, the oldest first."""
    session.rollback()
    query = select(ChangeRequest).where(ChangeRequest.origin == "proposal").order_by(ChangeRequest.id)
    return [*session.scalars(query)]


def asked_for(change: ChangeRequest) -> object:
    """Give what a change asks for."""
    return ledger.payload_of(change)


def refusals(session: Session) -> list[tuple[str, str, str]]:
    """Give who was refused what: the actor, the kind and the key of each event."""
    session.rollback()
    query = select(AuditEvent).where(AuditEvent.action == "change.refused").order_by(AuditEvent.seq)
    return [(one.actor_name, one.kind, one.key) for one in session.scalars(query)]


def kept(session: Session) -> tuple[int, int, int]:
    """Give how many versions, change requests and pictures there are: what nothing that is refused may add to."""
    session.rollback()
    counts = [session.scalar(select(func.count()).select_from(table)) for table in (ConfigVersion, ChangeRequest, Blob)]
    versions, requests, pictures = (count or 0 for count in counts)
    return versions, requests, pictures
