"""What do programs send to propose, edit and try out changes, and what do they hear of a trial? The names are fixed."""

from typing import Annotated, Any

import msgspec
from msgspec import UNSET, Meta, UnsetType

from webapp.domain.approval import policy
from webapp.domain.approval.merge import ABSENT, Difference
from webapp.domain.approval.states import Action
from webapp.services.governance.terms import Edit, Wish
from webapp.services.governance.words import REASON_LENGTH, TITLE_LENGTH
from webapp.web.api.bodies import Body, Moment
from webapp.web.api.reference.kinds import KindWord, TakenObject, TakenPayload
from webapp.web.errors.problems import Fault

Title = Annotated[str, Meta(extra_json_schema={"maxLength": TITLE_LENGTH})]
Reason = Annotated[str, Meta(extra_json_schema={"minLength": policy.REASON_LENGTH, "maxLength": REASON_LENGTH})]
"""The document says how long; services judge it, so that each refusal leaves an event."""


class Proposed(Body, frozen=True):
    """A wish to change one key."""

    kind: KindWord
    """Which kind of configuration it is about."""
    key: str = "-"
    action: Action = Action.SET
    """What it does to its key."""
    payload: TakenPayload = None
    """The value that the key shall have, as its kind takes it."""
    title: Title = ""
    reason: Reason = ""
    """Why, in 20 characters at least with `emergency`."""
    base_version: int | None = None
    """The number of the live version that was seen, 0 for none: refused with `stale_base` where it is another; null:
    whichever it is."""
    apply_at: Moment | None = None
    ask: str = ""
    confirmed_warnings: list[str] = []
    """The `code` of each warning that was read; `unconfirmed_warnings` says which there are."""
    emergency: bool = False
    """Whether it goes live at once, without approvals; for admins who have signed in."""
    typed_key: str = ""
    """The key, typed again: for `emergency` alone, and needed there."""

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
    """The value that the key shall have, as its kind takes it."""
    title: Title | UnsetType = UNSET
    reason: Reason | UnsetType = UNSET
    """Why."""
    apply_at: Moment | UnsetType | None = UNSET
    """When it goes live once it has its approvals, a moment within the next year; null: at once."""
    ask: str | UnsetType = UNSET
    confirmed_warnings: list[str] | UnsetType = UNSET
    """The `code` of each warning that was read; `unconfirmed_warnings` says which there are."""

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

    title: Title = ""
    reason: Reason = ""
    """Why."""
    apply_at: Moment | None = None
    ask: str = ""
    confirmed_warnings: list[str] = []
    """The `code` of each warning that was read; `unconfirmed_warnings` says which there are."""


class Replaced(Removed, frozen=True, kw_only=True):
    """A wish that a key shall have another value."""

    payload: TakenPayload
    """The value that the key shall have, as its kind takes it."""


class Merged(Removed, frozen=True, kw_only=True):
    """A wish that some fields of a value shall be others; null is a value like any other."""

    payload: dict[str, Any]
    """The fields that shall be others, in the shape of the kind's payload: a field that is an object is merged into the
    one that is live, any other takes its place, and what is left out stays. What comes of it is judged as the kind's
    payload."""


class Wondered(Body, frozen=True):
    """A change that somebody thinks of; it is not kept."""

    kind: KindWord
    """Which kind of configuration it is about."""
    key: str = "-"
    action: Action = Action.SET
    """What it would do to its key."""
    payload: Any = None
    """The value that the key would have: what is wrong with it, by its kind, is told in `problems`. Not looked at where
    `action` is `delete`."""


class Differing(msgspec.Struct, frozen=True, omit_defaults=True):
    """A field that would be another; `before` or `after` is missing where the field is."""

    field: str
    """The field, as names with dots between them; one that has a dot itself stands in quotes."""
    before: Any = UNSET
    """Its value before; missing where it was not there."""
    after: Any = UNSET
    """Its value after; missing where it is not there."""


class Warned(msgspec.Struct, frozen=True):
    """What a requester has to have read: its code belongs into `confirmed_warnings`."""

    code: str
    """What `confirmed_warnings` has to list."""
    text: str
    """What has to be read, in a sentence."""


class Preview(msgspec.Struct, frozen=True):
    """What would be said of a change."""

    kind: KindWord
    key: str
    """The key within its kind, as it is written there."""
    base_version: int
    """The number of the version that is live; 0: there is none."""
    unchanged: bool
    """Whether just that is live already."""
    problems: list[Fault]
    """Why it would be refused; none where it would not."""
    warnings: list[Warned]
    """What its requester would have to have read."""
    sentences: list[str]
    differences: list[Differing]
    approvals_needed: int
    """How many approvals it would need."""


def differing(one: Difference) -> Differing:
    """Give a difference as programs see it."""
    before, after = (UNSET if side is ABSENT else side for side in (one.before, one.after))
    return Differing(one.field, before, after)
