"""What do programs send to propose, edit and try out changes, and what do they hear of a trial? The names are fixed."""

from typing import Any

import msgspec
from msgspec import UNSET, UnsetType

from webapp.domain.approval.merge import ABSENT, Difference
from webapp.domain.approval.states import Action
from webapp.services.governance.terms import Edit, Wish
from webapp.web.api.bodies import Body, Moment
from webapp.web.api.reference.kinds import KindWord, TakenObject, TakenPayload
from webapp.web.errors.problems import Fault


class Proposed(Body, frozen=True):
    """A wish to change one key."""

    kind: KindWord
    key: str = "-"
    action: Action = Action.SET
    payload: TakenPayload = None
    title: str = ""
    reason: str = ""
    base_version: int | None = None
    apply_at: Moment | None = None
    ask: str = ""
    confirmed_warnings: list[str] = []
    emergency: bool = False
    typed_key: str = ""

    def wish(self) -> Wish:
        """Give the wish as the services take it."""
        return Wish(
            kind=self.kind,
            key=self.key,
            payload=self.payload,
            reason=self.reason,
            title=self.title,
            action=self.action,
            base_version=self.base_version,
            apply_at=self.apply_at,
            ask=self.ask,
            confirmed=tuple(self.confirmed_warnings),
        )


class Edited(Body, frozen=True):
    """The fields of an open request that shall be others; `apply_at` null means at once.

    With another payload or moment `confirmed_warnings` counts alone: what was confirmed before was something else.
    """

    payload: TakenObject | UnsetType = UNSET
    title: str | UnsetType = UNSET
    reason: str | UnsetType = UNSET
    apply_at: Moment | UnsetType | None = UNSET
    ask: str | UnsetType = UNSET
    confirmed_warnings: list[str] | UnsetType = UNSET

    def edit(self) -> Edit:
        """Give the edit as the services take it."""
        return Edit(
            payload=None if self.payload is UNSET else self.payload,
            title=None if self.title is UNSET else self.title,
            reason=None if self.reason is UNSET else self.reason,
            ask=None if self.ask is UNSET else self.ask,
            confirmed=None if self.confirmed_warnings is UNSET else tuple(self.confirmed_warnings),
            apply_at=None if self.apply_at is UNSET else self.apply_at,
            at_once=self.apply_at is None,
        )


class Removed(Body, frozen=True):
    """A wish that a key shall have no value."""

    title: str = ""
    reason: str = ""
    apply_at: Moment | None = None
    ask: str = ""
    confirmed_warnings: list[str] = []


class Replaced(Removed, frozen=True, kw_only=True):
    """A wish that a key shall have another value."""

    payload: TakenPayload


class Merged(Removed, frozen=True, kw_only=True):
    """A wish that some fields of a value shall be others; null is a value like any other."""

    payload: dict[str, Any]


class Wondered(Body, frozen=True):
    """A change that somebody thinks of; it is not kept."""

    kind: KindWord
    key: str = "-"
    action: Action = Action.SET
    payload: Any = None


class Differing(msgspec.Struct, frozen=True, omit_defaults=True):
    """A field that would be another; `before` or `after` is missing where the field is."""

    field: str
    before: Any = UNSET
    after: Any = UNSET


class Warned(msgspec.Struct, frozen=True):
    """What a requester has to have read: its code belongs into `confirmed_warnings`."""

    code: str
    text: str


class Preview(msgspec.Struct, frozen=True):
    """What would be said of a change."""

    kind: KindWord
    key: str
    base_version: int
    unchanged: bool
    problems: list[Fault]
    warnings: list[Warned]
    sentences: list[str]
    differences: list[Differing]
    approvals_needed: int


def differing(one: Difference) -> Differing:
    """Give a difference as programs see it."""
    before, after = (UNSET if side is ABSENT else side for side in (one.before, one.after))
    return Differing(one.field, before, after)
