"""Under which terms is a change made: who acts, when, and what does the installation ask for?"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from webapp.domain.actors import Actor
from webapp.domain.approval.states import Action
from webapp.domain.configs.kinds import KindRule
from webapp.ports import PageRenderer


@dataclass(frozen=True, slots=True)
class Terms:
    """Who acts and when, and what judging a change needs from outside."""

    actor: Actor
    now: datetime
    base_url: str
    render: PageRenderer
    approvals: Mapping[str, int] = field(default_factory=dict)
    """Kind -> approvals needed, where the installation says otherwise (CERTDESK_APPROVALS)."""

    def approvals_of(self, rule: KindRule) -> int:
        """Give how many approvals a change of a kind needs, its author's not counted; at least one."""
        return max(1, self.approvals.get(rule.kind, rule.approvals))


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody would like to be live, as it was asked for; nothing of it is trusted."""

    kind: str
    key: str
    payload: Any
    """JSON of any shape; not looked at where the value shall be deleted."""
    reason: str
    title: str = ""
    action: Action = Action.SET
    base_version: int | None = None
    """The live version that it was made from; the present one where not given."""
    apply_at: datetime | None = None
    ask: str = ""
    """The account whose decision is asked for; anybody else with the role may decide as well."""
    confirmed: tuple[str, ...] = ()
    """Codes of the cautions that the requester has read."""
    reverts_version: int | None = None
    batch: str = ""


@dataclass(frozen=True, slots=True)
class Edit:
    """Which fields of an open request shall be others; None leaves one as it is."""

    payload: Any = None
    title: str | None = None
    reason: str | None = None
    ask: str | None = None
    confirmed: tuple[str, ...] | None = None
    apply_at: datetime | None = None
    at_once: bool = False
    """Go live at once when approved; else `apply_at` counts where it is given."""
