"""What stands on the table when somebody goes at the gate with plain SQL? Each scene gives the number of its request."""

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy.orm import Session

from tests.factories.accounts import make_account
from tests.factories.governance import Staff, make_change, make_wish, terms_of
from tests.fakes import NOON
from webapp.domain.actors import MACHINE_NAME, Actor
from webapp.domain.approval.states import Origin
from webapp.domain.roles import Role
from webapp.models.governance.changes import ChangeRequest
from webapp.models.governance.versions import Blob
from webapp.services.configs import machine
from webapp.services.governance import changes, decisions
from webapp.services.governance.terms import Edit

LATER = NOON + timedelta(hours=1)
OTHER = {"enabled": True, "known_user_agents": ["Mozilla"]}

Scene = Callable[[Session, Staff], int]


def pending(session: Session, staff: Staff) -> int:
    """A proposal that nobody has decided on."""
    return make_change(session, staff.editor).id


def approved(session: Session, staff: Staff) -> int:
    """A proposal with the one approval that it needs, which waits for its moment."""
    change = make_change(session, staff.editor, make_wish(apply_at=LATER))
    decisions.approve(session, terms_of(staff.approver), change.id)
    return change.id


def half_approved(session: Session, staff: Staff) -> int:
    """A proposal with one of the two approvals that it needs."""
    change = make_change(session, staff.editor, make_wish("generation", payload={"enabled": True}))
    decisions.approve(session, terms_of(staff.approver), change.id)
    return change.id


def taken_back(session: Session, staff: Staff) -> int:
    """A proposal whose only approval was taken back."""
    number = approved(session, staff)
    decisions.take_back(session, terms_of(staff.approver), number)
    return number


def edited(session: Session, staff: Staff) -> int:
    """A proposal whose only approval is of an earlier revision."""
    number = approved(session, staff)
    changes.edit_change(session, terms_of(staff.editor), number, Edit(payload=OTHER))
    return number


def held(session: Session, staff: Staff) -> int:
    """A proposal that has its approval and is held."""
    number = approved(session, staff)
    decisions.hold(session, terms_of(staff.second), number, note="Wait.")
    return number


def rejected(session: Session, staff: Staff) -> int:
    """A proposal that was approved by one and rejected by another."""
    number = approved(session, staff)
    decisions.reject(session, terms_of(staff.second), number, note="No.")
    return number


def applied(session: Session, staff: Staff) -> int:
    """A change that is live."""
    number = pending(session, staff)
    decisions.approve(session, terms_of(staff.approver), number)
    return number


def stale(session: Session, staff: Staff) -> int:
    """An approved proposal under which the live value has moved to version 2."""
    number = approved(session, staff)
    wish = make_wish(payload=OTHER, reason="The robots are upon us, now.")
    decisions.propose_in_emergency(session, terms_of(staff.admin), wish, typed_key="-")
    return number


def emergency(session: Session, staff: Staff) -> int:
    """An emergency that nobody else has looked at."""
    wish = make_wish(payload=OTHER, reason="The robots are upon us, now.")
    return decisions.propose_in_emergency(session, terms_of(staff.admin), wish, typed_key="-").id


def reviewed(session: Session, staff: Staff) -> int:
    """An emergency that somebody else has looked at."""
    number = emergency(session, staff)
    decisions.acknowledge(session, terms_of(staff.second), number)
    return number


def of_two_hands(session: Session, staff: Staff) -> int:
    """A proposal that an approver, who is an editor too, has rewritten."""
    both = make_account(session, "bea", Role.EDITOR, Role.APPROVER)
    number = pending(session, staff)
    changes.edit_change(session, terms_of(both), number, Edit(payload=OTHER))
    return number


def without_its_role(session: Session, staff: Staff) -> int:
    """A proposal whose approver has lost the role since."""
    number = approved(session, staff)
    machine.write_roles(session, Actor(MACHINE_NAME), staff.approver.username, [Role.VIEWER], now=NOON)
    return number


def disabled(session: Session, staff: Staff) -> int:
    """A proposal whose approver was disabled since."""
    number = approved(session, staff)
    staff.approver.disabled_at = NOON
    return number


def of_access(session: Session, staff: Staff) -> int:
    """A proposal about the roles of an approver."""
    wish = make_wish("access", "amir", {"roles": ["approver", "admin"]}, apply_at=LATER)
    return make_change(session, staff.admin, wish).id


def with_image(session: Session, staff: Staff) -> int:
    """A proposal beside an uploaded image."""
    image = {"sha256": "a" * 64, "mime": "image/png", "content": b"png", "width": 1, "height": 1, "size": 3}
    session.add(Blob(**image, created_at=NOON))
    return pending(session, staff)


def of_the_machine(session: Session, staff: Staff) -> int:
    """The machine's word on the roles of somebody new, not yet in the ledger."""
    change = ChangeRequest(
        origin=Origin.MACHINE, kind="access", key="new", payload='{"roles":[]}', base_version=0, approvals_needed=0,
        author_name=MACHINE_NAME, created_at=NOON, touched_at=NOON,
    )  # fmt: skip
    session.add(change)
    session.flush()
    return change.id
