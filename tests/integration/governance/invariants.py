"""What must hold after each step of anybody, whatever it was: the invariants of the approvals note §3.5."""

import json
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from webapp.domain.configs.kinds import KINDS, Kind
from webapp.domain.roles import Role
from webapp.errors import WebappError

if TYPE_CHECKING:
    from tests.integration.governance.workflow_machine import Snapshot

ENDED = {"applied", "rejected", "withdrawn", "expired"}
APPLIES = {"approve", "due", "emergency"}


@dataclass(frozen=True)
class Step:
    """One step of somebody: what there was, and what there is now."""

    move: str
    who: str | None
    number: int | None
    before: "Snapshot"
    after: "Snapshot"
    refusal: WebappError | None
    approved: dict[tuple[int, int, str], str | None]
    """What each approval was given to, by request, revision and name."""

    @property
    def added(self) -> list[dict[str, Any]]:
        """The versions that came."""
        known = {one["id"] for one in self.before.versions}
        return [one for one in self.after.versions if one["id"] not in known]


def check(step: Step) -> None:
    """Look at everything that must hold."""
    if step.refusal is not None:
        assert step.after == step.before  # I7: a move that fails changes nothing
        return
    _one_event(step)
    _ledger(step)
    _ended(step)
    _open(step)
    _set(step)
    for version in step.added:
        _applied(step, version)
    if step.move == "rebase":
        assert step.number is not None
        assert step.after.approvals[step.number] == frozenset()  # I6
    if step.move == "approve":
        assert Role.APPROVER in step.before.roles[step.who or ""]  # I14


def _one_event(step: Step) -> None:
    """Every change of state leaves one event in the same commit (I7)."""
    moved = (step.before.changes, step.before.votes, step.before.contributors) != (
        step.after.changes, step.after.votes, step.after.contributors,
    )  # fmt: skip
    told = len(step.after.events) - len(step.before.events)
    assert told == (1 if moved or step.move == "freeze" else 0)


def _ledger(step: Step) -> None:
    """Nothing but an approval, the clock and an emergency makes anything live; versions have no gaps (I1, I2)."""
    assert len(step.added) <= (1 if step.move in APPLIES else 0)
    if not step.added:
        assert step.after.live == step.before.live
    numbers: dict[tuple[str, str], list[int]] = {}
    for version in step.after.versions:
        numbers.setdefault((version["kind"], version["key"]), []).append(version["version"])
    assert all(sorted(found) == list(range(1, len(found) + 1)) for found in numbers.values())
    applied = [number for number, one in step.after.changes.items() if one["state"] == "applied"]
    assert sorted(one["change_id"] for one in step.after.versions) == applied


def _ended(step: Step) -> None:
    """What has ended stays as it is, but for the review of an emergency by somebody else (I9, I15)."""
    for number, was in step.before.changes.items():
        now = step.after.changes[number]
        if was["state"] in ENDED and step.move == "acknowledge" and number == step.number:
            assert step.who not in {was["author_name"], ""}
            assert {**was, "reviewed_at": now["reviewed_at"], "reviewed_by": step.who} == now
        elif was["state"] in ENDED:
            assert was == now


def _open(step: Step) -> None:
    """A key has one open proposal at the most (I11)."""
    proposals = [one for one in step.after.changes.values() if one["origin"] == "proposal"]
    keys = Counter((one["kind"], one["key"]) for one in proposals if one["state"] not in ENDED)
    assert max(keys.values(), default=0) <= 1


def _set(step: Step) -> None:
    """All that is live can be read, and the default badge is one that there is (I10)."""
    live = {place: json.loads(text) for place, (_, text) in step.after.live.items() if text is not None}
    for (kind, _), payload in live.items():
        assert KINDS[Kind(kind)].parse(payload) == payload
    mode = live["badge-default", "-"]["mode"]
    assert mode is None or ("badge", mode) in live


def _applied(step: Step, version: dict[str, Any]) -> None:
    """What became live was approved as it is, by enough others with the role, and was not stale (I4, I5, I6, I12, I15)."""
    change = step.after.changes[version["change_id"]]
    was = step.before.changes.get(version["change_id"], change)
    live_before = step.before.live.get((version["kind"], version["key"]), (0, None))[0]
    assert (was["base_version"], version["version"]) == (live_before, live_before + 1)
    assert version["payload"] == change["payload"]
    if change["reverts_version"] is not None:
        place = (version["kind"], version["key"], change["reverts_version"])
        (then,) = [one for one in step.after.versions if (one["kind"], one["key"], one["version"]) == place]
        assert then["payload"] == version["payload"]
    if change["emergency"]:
        assert Role.ADMIN in step.before.roles[step.who or ""]
        assert change["reviewed_at"] is None
        return
    writers = {name for number, name in step.after.contributors if number == change["id"]}
    approvers = {name for name in step.after.approvals[change["id"]] if Role.APPROVER in step.before.roles[name]}
    assert not approvers & {*writers, change["author_name"]}
    assert len(approvers) >= max(1, KINDS[Kind(change["kind"])].approvals)
    for name in approvers:
        assert step.approved[change["id"], change["revision"], name] == version["payload"]
