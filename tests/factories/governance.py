"""People, terms and changes for tests of governance."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from tests.factories.accounts import make_account
from tests.factories.candidates import HTML
from tests.fakes import NOON
from webapp.domain.actors import Actor
from webapp.domain.roles import Role
from webapp.models.accounts import Account
from webapp.models.governance.changes import ChangeRequest
from webapp.services.governance import changes, decisions
from webapp.services.governance.terms import Terms, Wish

REASON = "Because the tests ask for it."


@dataclass(frozen=True)
class Staff:
    """Everybody who plays a part in approving."""

    editor: Account
    approver: Account
    second: Account
    admin: Account
    viewer: Account


def make_staff(session: Session) -> Staff:
    """Make one account of each part, two approvers among them."""
    staff = Staff(
        editor=make_account(session, "eva", Role.EDITOR),
        approver=make_account(session, "amir", Role.APPROVER),
        second=make_account(session, "alice", Role.APPROVER),
        admin=make_account(session, "adam", Role.ADMIN),
        viewer=make_account(session, "vera", Role.VIEWER),
    )
    session.commit()
    return staff


def terms_of(
    account: Account, *, now: datetime = NOON, approvals: Mapping[str, int] | None = None, by_token: bool = False
) -> Terms:
    """Give the terms under which somebody acts; pages are rendered as the empty text."""
    actor = Actor(account.username, account.id, request_id="r-1", by_token=by_token)
    return Terms(actor, now, "http://desk.test", lambda _values: "", approvals or {})


def make_wish(kind: str = "crawlers", key: str = "-", payload: Any = None, **fields: Any) -> Wish:
    """Give a wish for another list of crawlers, or for what is asked."""
    if payload is None and kind == "crawlers":
        payload = {"enabled": True, "known_user_agents": ["edX-downloader", "Robot"]}
    return Wish(kind=kind, key=key, payload=payload, reason=fields.pop("reason", REASON), **fields)


def make_change(session: Session, author: Account, wish: Wish | None = None, **terms: Any) -> ChangeRequest:
    """File a change and commit it."""
    change = changes.propose_change(session, terms_of(author, **terms), wish or make_wish())
    session.commit()
    return change


def make_counted_short(session: Session, staff: Staff, apply_at: datetime | None = None) -> ChangeRequest:
    """File a change that both approved, the first of whom was disabled when the second did."""
    wish = make_wish("generation", payload={"enabled": True}, apply_at=apply_at)
    change = make_change(session, staff.editor, wish)
    decisions.approve(session, terms_of(staff.approver), change.id)
    staff.approver.disabled_at = NOON
    session.commit()
    decisions.approve(session, terms_of(staff.second), change.id)
    session.commit()
    return change


def open_up(session: Session, *, everywhere: bool = True, here: bool = True) -> None:
    """Put the two switches of self-generation live, that of the installation and that of the course run HTML."""
    terms = terms_of(make_account(session, "adam", Role.ADMIN))
    for kind, key, payload in (
        ("generation", "-", {"enabled": everywhere}),
        ("course", HTML, {"self_generation_enabled": here, "use_updated": None}),
    ):
        if payload != {"enabled": False}:
            decisions.propose_in_emergency(session, terms, make_wish(kind, key, payload), typed_key=key)
