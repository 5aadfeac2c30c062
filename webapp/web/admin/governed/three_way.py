"""What if the live value has moved while somebody filled in a form? Three versions side by side, and a choice by field."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import request
from markupsafe import Markup
from sqlalchemy.orm import Session

from webapp.domain.approval.merge import ABSENT, Merged, Path, differences, field_of, merge, same
from webapp.errors.governance import InvalidPayload
from webapp.models.governance.versions import ConfigVersion
from webapp.services.configs import ledger
from webapp.services.governance import applying
from webapp.web.admin.governed.comparing import shown
from webapp.web.admin.governed.forms.base import ProposeForm
from webapp.wording import phrase

if TYPE_CHECKING:
    from webapp.web.admin.governed.governed_view import GovernedView

CHOICE = "choice:"
SIDES = ("live", "proposed")
Payload = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Line:
    """One field in three versions; `taken` says whose word counts, empty where somebody has to choose."""

    field: str
    base: Markup
    theirs: Markup
    yours: Markup
    taken: str
    chosen: str


@dataclass(frozen=True, slots=True)
class ThreeWay:
    """A form's value beside the live one and the one that both were made from."""

    base_number: int
    live: ConfigVersion
    deleted: bool
    proposed: str
    lines: Sequence[Line]

    @property
    def undecided(self) -> int:
        """How many fields wait for a choice."""
        return sum(not line.taken for line in self.lines)


@dataclass(frozen=True, slots=True)
class Sides:
    """The three versions of one key's value."""

    base_number: int
    base: Payload | None
    live_version: ConfigVersion
    live: Payload | None
    proposed: Payload

    def merged(self, chosen: Mapping[str, str]) -> Merged:
        """Bring both changes together; of a deleted value nothing is left to bring in."""
        if self.live is None:
            return Merged(dict(self.proposed), ())
        return merge(self.base, self.live, self.proposed, chosen)

    def laid_out(self, chosen: Mapping[str, str]) -> ThreeWay:
        """Give every field that anybody changed."""
        conflicts = {one.path for one in self.merged({}).conflicts}
        paths = {one.path for side in (self.live, self.proposed) for one in differences(self.base, side)} | conflicts
        lines = [self._line(path, path in conflicts, chosen) for path in sorted(paths)]
        proposed = json.dumps(self.proposed, ensure_ascii=False)
        return ThreeWay(self.base_number, self.live_version, self.live is None, proposed, lines)

    def _line(self, path: Path, conflict: bool, chosen: Mapping[str, str]) -> Line:  # noqa: FBT001 - private
        base, theirs, yours = (_at(side, path) for side in (self.base, self.live, self.proposed))
        field = field_of(path)
        taken = "" if conflict else self._word_that_counts(base, theirs, yours)
        return Line(field, shown(base), shown(theirs), shown(yours), taken, chosen.get(field, ""))

    def _word_that_counts(self, base: object, theirs: object, yours: object) -> str:
        if self.live is None:
            return "proposed"
        if same(theirs, yours):
            return "both"
        return "live" if same(base, yours) else "proposed"


def sides_of(session: Session, view: "GovernedView", form: ProposeForm, key: str) -> Sides:
    """Give the three versions of what a form asks for; raises InvalidPayload where it asks for nothing that can be."""
    key = applying.parse_key(session, view.rule, key)
    return _sides(session, view, key, form.wanted_base or 0, applying.parse(view.rule, form.payload()))


def sides_sent(session: Session, view: "GovernedView", form: ProposeForm, key: str) -> Sides:
    """Give the three versions that the page with the choices was about; raises InvalidPayload where it was mangled."""
    try:
        proposed = json.loads(request.form.get("proposed", ""))
    except (ValueError, RecursionError):
        raise InvalidPayload([("proposed", phrase("Is no JSON; open the form anew."))]) from None
    key = applying.parse_key(session, view.rule, key)
    return _sides(session, view, key, form.wanted_base or 0, applying.parse(view.rule, proposed))


def choices_sent() -> dict[str, str]:
    """Give whose word counts for each field, as far as it was chosen."""
    sent = {name.removeprefix(CHOICE): side for name, side in request.form.items() if name.startswith(CHOICE)}
    return {field: side for field, side in sent.items() if side in SIDES}


def _sides(session: Session, view: "GovernedView", key: str, number: int, proposed: Payload) -> Sides:
    base = ledger.find_version(session, view.kind, key, number) if number else None
    live = ledger.find_version(session, view.kind, key)
    if live is None:
        raise InvalidPayload([("base_version", phrase("There is no such version; open the form anew."))])
    return Sides(number, ledger.payload_of(base), live, ledger.payload_of(live), proposed)


def _at(payload: Payload | None, path: Path) -> object:
    part: Any = payload if payload is not None else ABSENT
    for name in path:
        part = part.get(name, ABSENT) if isinstance(part, Mapping) else ABSENT
    return part
