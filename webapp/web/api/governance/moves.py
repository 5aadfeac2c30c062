"""What is done with a change request: decided, brought up to date, talked about, given up; and the freeze of all of them."""

from collections.abc import Callable
from typing import Annotated, Any, Literal

import msgspec
from flask import Response
from msgspec import Meta

from webapp import clock
from webapp.domain.approval import policy
from webapp.domain.roles import Permission, Scope
from webapp.models.base import look_again
from webapp.models.governance.changes import ChangeRequest
from webapp.services.governance import changes, decisions, standing
from webapp.services.governance.words import REASON_LENGTH
from webapp.web.api.blueprint import View, answer, bp, tells
from webapp.web.api.bodies import Body, Moment, Named, read_body
from webapp.web.api.governance.acting import Acting, acting, move_change
from webapp.web.api.governance.objects import Change
from webapp.web.api.governance.refusing import BY_PEOPLE, FREEZING, MOVES, ROLES, THAWING, URGENT
from webapp.web.api.governance.wishes import Reason
from webapp.web.auth import allows
from webapp.web.conditional import require_match

Act = Callable[[Acting, str | None], ChangeRequest]


Said = Annotated[str, Meta(extra_json_schema={"maxLength": REASON_LENGTH})]
Remark = Annotated[str, Meta(extra_json_schema={"minLength": 1, "maxLength": REASON_LENGTH})]
Urgent = Annotated[
    str, Meta(extra_json_schema={"minLength": policy.EMERGENCY_REASON_LENGTH, "maxLength": REASON_LENGTH})
]
"""The document says how long; services judge it, so that each refusal leaves an event."""


class Noted(Body, frozen=True):
    """What somebody says to what they do."""

    note: Said = ""


class Commented(Body, frozen=True):
    """Something said on a change, or on one field of it."""

    note: Remark = ""
    """What is said."""
    field: str = ""
    """The field that it is about; empty: the whole of it."""


class Chosen(Body, frozen=True):
    """What somebody says to it, and for fields that both sides changed whose word counts.

    Where another payload comes of it, `confirmed_warnings` lists what its requester has read of that one.
    """

    note: Said = ""
    choices: dict[str, Literal["live", "proposed"]] = {}
    """Field, as the refusal `conflict` names it -> whose word counts: that of the `live` value, or the `proposed`
    one."""
    confirmed_warnings: list[str] = []


class Reverted(Body, frozen=True):
    """Why it shall be as before, and which warnings of that were read."""

    note: Reason = ""
    """Why: the new request's reason."""
    confirmed_warnings: list[str] = []


class Typed(Body, frozen=True):
    """Why it cannot wait, in at least 20 characters, and the key, typed again."""

    note: Urgent = ""
    """Why it cannot wait."""
    key: Named = ""
    """The key of the request, typed again."""


class Frozen(Body, frozen=True):
    """Until when nothing goes live but in an emergency, and why."""

    until: Moment
    """Until when, a moment within the next 31 days."""
    reason: Reason
    """Why."""


class Freeze(msgspec.Struct, frozen=True):
    """Whether changes are frozen, until when, why and by whom."""

    frozen: bool
    """Whether nothing goes live at this moment but in an emergency."""
    until: Moment | None = None
    """When it ends; null where nothing is frozen."""
    reason: str = ""
    """Why, in the words of whoever froze it; empty where nothing is frozen."""
    by: str = ""
    """The name of whoever froze it; empty where nothing is frozen."""


def _move(word: str, takes: type[Body] = Noted, *, gives: int = 200, if_match: bool = True) -> Callable[[View], View]:
    """Open the address of a move. The services say who may make it, so that each refusal leaves an event."""

    def mark(view: View) -> View:
        told: dict[str, Any] = {"takes": takes, "gives": {gives: Change}, "if_match": if_match, "refuses": MOVES[word]}
        told |= {"by_people": word in BY_PEOPLE, "roles": ROLES.get(word, ())}
        view = tells(optional=True, **told)(view)
        view = allows(Permission.READ_DESK, Scope.CONFIGS_PROPOSE)(view)
        return bp.post(f"/changes/<int:change_id>/{word}")(view)

    return mark


@_move("approve")
def approve(change_id: int) -> Response:
    """Approve the present revision; the last approval that it needs makes it live, or schedules it.

    One that has enough and is pending still, since one of those who approved was disabled for a while, goes live once one
    of them approves it again.
    """
    return _noted(change_id, decisions.approve)


@_move("hold")
def hold(change_id: int) -> Response:
    """Stop a request until somebody resumes it; a note is needed.

    Whoever proposed it may do so as well, whatever their role, and by a token too.
    """
    return _noted(change_id, decisions.hold)


@_move("resume")
def resume(change_id: int) -> Response:
    """Let a held request go on; its approvals count again."""
    return _noted(change_id, decisions.resume)


@_move("reject")
def reject(change_id: int) -> Response:
    """End a request that shall not be live; a note is needed."""
    return _noted(change_id, decisions.reject)


@_move("take-back")
def take_back(change_id: int) -> Response:
    """Take one's own approval back, while the change is not live.

    It goes by who approved, whatever their role is by now.
    """
    return _noted(change_id, decisions.take_back)


@_move("withdraw")
def withdraw(change_id: int) -> Response:
    """Give up one's own request.

    Nobody else can, whatever their role.
    """
    return _noted(change_id, changes.withdraw)


@_move("acknowledge")
def acknowledge(change_id: int) -> Response:
    """Say that somebody else has looked at an emergency."""
    return _noted(change_id, decisions.acknowledge)


@_move("rebase", Chosen)
def rebase(change_id: int) -> Response:
    """Make a stale request from the live value, field by field; earlier approvals do not count any more."""
    require_match()
    said = read_body(Chosen, optional=True)
    return move_change(
        change_id,
        lambda work, seen: changes.rebase_change(
            work.session,
            work.terms,
            change_id,
            said.choices,
            confirmed=said.confirmed_warnings,
            note=said.note,
            expected=seen,
        ),
    )


@_move("emergency", Typed)
def emergency(change_id: int) -> Response:
    """Make a request live without its approvals; somebody else has to look at it afterwards."""
    require_match()
    said = read_body(Typed, optional=True)
    return move_change(
        change_id,
        lambda work, seen: decisions.apply_in_emergency(
            work.session, work.terms, change_id, typed_key=said.key, note=said.note, expected=seen
        ),
    )


@_move("revert", Reverted, gives=201, if_match=False)
def revert(change_id: int) -> Response:
    """Propose what was live before a change; `note` is the new request's reason."""
    said = read_body(Reverted, optional=True)
    return move_change(
        change_id,
        lambda work, _seen: changes.revert_change(
            work.session, work.terms, change_id, reason=said.note, confirmed=said.confirmed_warnings
        ),
        seen=False,
        status=201,
    )


@_move("comment", Commented, if_match=False)
def comment(change_id: int) -> Response:
    """Say something on a request, also when it is closed."""
    said = read_body(Commented, optional=True)
    return move_change(
        change_id,
        lambda work, _seen: changes.comment(work.session, work.terms, change_id, said.note, field=said.field),
        seen=False,
    )


@bp.get("/freeze")
@allows(Permission.READ_DESK, Scope.CONFIGS_READ)
@tells(gives={200: Freeze})
def show_freeze() -> Response:
    """Say whether changes are frozen."""
    return _tell_freeze()


@bp.post("/freeze")
@allows(Permission.READ_DESK, Scope.CONFIGS_PROPOSE)
@tells(takes=Frozen, gives={200: Freeze}, refuses=FREEZING, by_people=True, roles=URGENT)
def freeze() -> Response:
    """Let nothing go live before a moment, but in an emergency; admins alone."""
    said = read_body(Frozen)
    with acting("changes", "-") as work:
        decisions.freeze(work.session, work.terms, until=said.until, reason=said.reason)
    return _tell_freeze()


@bp.delete("/freeze")
@allows(Permission.READ_DESK, Scope.CONFIGS_PROPOSE)
@tells(takes=Noted, optional=True, gives={200: Freeze}, refuses=THAWING, by_people=True, roles=URGENT)
def thaw() -> Response:
    """End a freeze before its time; admins alone."""
    said = read_body(Noted, optional=True)
    with acting("changes", "-") as work:
        decisions.thaw(work.session, work.terms, reason=said.note)
    return _tell_freeze()


def _noted(change_id: int, act: Callable[..., ChangeRequest]) -> Response:
    require_match()
    said = read_body(Noted, optional=True)
    return move_change(
        change_id, lambda work, seen: act(work.session, work.terms, change_id, note=said.note, expected=seen)
    )


def _tell_freeze() -> Response:
    found = standing.find_freeze(look_again(), now=clock.now())  # what was read before is of before the write
    return answer(Freeze(found is not None, *((found.until, found.reason, found.by) if found else ())))
