"""What does anybody do with changes of configuration, in any order, and what must hold after each step (approvals note §3.5)?"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from flask import Flask
from hypothesis import strategies as some
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.databases import Database
from tests.factories.accounts import make_account
from tests.factories.governance import REASON, make_wish, terms_of
from tests.fakes import NOON
from tests.integration.governance.invariants import Step, check
from webapp.domain.actors import MACHINE_NAME, Actor
from webapp.domain.approval.merge import WHOLE
from webapp.domain.approval.states import ANY, FROM, OPEN, Action, Move, State
from webapp.domain.roles import Role
from webapp.errors import WebappError
from webapp.errors.governance import OpenRequest
from webapp.models.accounts import Account
from webapp.models.audit import AuditEvent
from webapp.models.base import db
from webapp.models.governance.changes import ChangeRequest, Contributor, Decision
from webapp.models.governance.versions import Blob, ConfigVersion
from webapp.services.configs import ledger, machine
from webapp.services.governance import changes, decisions, due, standing
from webapp.services.governance.terms import Edit, Terms, Wish

STAFF = {
    "eva": [Role.EDITOR],
    "bea": [Role.EDITOR, Role.APPROVER],
    "amir": [Role.APPROVER],
    "alice": [Role.APPROVER],
    "adam": [Role.ADMIN, Role.EDITOR],
    "vera": [Role.VIEWER],
}
Wanted = tuple[str, str, Any]
WISHES: list[Wanted] = [
    ("crawlers", "-", {"enabled": True, "known_user_agents": ["A"]}),
    ("crawlers", "-", {"enabled": True, "known_user_agents": ["B"]}),
    ("generation", "-", {"enabled": True}),
    ("generation", "-", {"enabled": False}),
    ("badge", "honor", {"icon": "a" * 64}),
    ("badge", "honor", {"icon": "b" * 64}),
    ("badge", "honor", None),
    ("badge-default", "-", {"mode": "honor"}),
    ("badge-default", "-", {"mode": None}),
    ("access", "vera", {"roles": ["viewer", "approver"]}),
    ("access", "bea", {"roles": ["approver"]}),
]
STATES: dict[str, frozenset[State]] = {
    **{move.value.replace("-", "_"): FROM[move] for move in Move},
    "reword": FROM[Move.EDIT],
    "due": frozenset({State.SCHEDULED}),
    "expire": OPEN,
}
URGENT = "The robots are upon us, now."
MOVES = (
    *["approve"] * 6, *["propose"] * 3, "edit", "edit", "rebase", "rebase", "hold", "resume", "reject", "withdraw",
    "take_back", "acknowledge", "emergency", "emergency_anew", "revert", "reword", "due", "due", "expire",
    "freeze", "role", "role", "disable",
)  # fmt: skip
"""Often what leads on, or everything would end before it began."""
_EDITORS, _APPROVERS = ("eva", "bea", "adam"), ("amir", "alice", "bea")
ABLE = {
    **dict.fromkeys(("propose", "edit", "reword", "rebase", "revert", "withdraw"), _EDITORS),
    **dict.fromkeys(("approve", "hold", "resume", "reject", "take_back", "acknowledge"), _APPROVERS),
    **dict.fromkeys(("emergency", "emergency_anew"), ("adam",)),
    **dict.fromkeys(("role", "disable"), _APPROVERS),
}
PEOPLE, NUMBERS, ANY_WISH = some.sampled_from(sorted(STAFF)), some.integers(0, 7), some.sampled_from(WISHES)
Act = Callable[[Session, Terms, int], object]


@dataclass(frozen=True)
class Snapshot:
    """All that there is, as plain values."""

    changes: dict[int, dict[str, Any]]
    versions: list[dict[str, Any]]
    events: list[dict[str, Any]]
    approvals: dict[int, frozenset[str]]
    votes: list[dict[str, Any]]
    contributors: frozenset[tuple[int, str]]
    roles: dict[str, frozenset[Role]]

    @property
    def live(self) -> dict[tuple[str, str], tuple[int, str | None]]:
        """Kind and key -> number and text of the live version."""
        return {(one["kind"], one["key"]): (one["version"], one["payload"]) for one in self.versions}


class WorkflowMachine(RuleBasedStateMachine):
    """A few people who propose, decide, hurry and change their minds; everything is checked after each step."""

    def __init__(self, app: Flask, database: Database) -> None:
        super().__init__()
        database.empty(app)
        self.context = app.app_context()
        self.context.push()
        self.engine = db.engine.execution_options(writes=True)
        self.now = NOON.replace(year=2100)  # after the installation, whenever the database was migrated
        self.approved: dict[tuple[int, int, str], str | None] = {}
        self.history: list[tuple[datetime, dict[tuple[str, str], tuple[int, str | None]]]] = []
        with self.work() as session, session.begin():
            self.people: dict[str, Account] = {name: make_account(session, name, *held) for name, held in STAFF.items()}
            for letter in "ab":
                image = {"mime": "image/png", "content": b"png", "width": 9, "height": 9, "size": 3}
                session.add(Blob(sha256=letter * 64, created_at=NOON, **image))
        self.seen = self.look()

    def work(self) -> Session:
        """Begin to write."""
        return Session(self.engine, expire_on_commit=False)

    def look(self) -> Snapshot:
        """See everything."""
        with Session(self.engine) as session:
            rows = [*session.scalars(select(ChangeRequest).order_by(ChangeRequest.id))]
            return Snapshot(
                {row.id: columns(row) for row in rows},
                [columns(row) for row in session.scalars(select(ConfigVersion).order_by(ConfigVersion.version))],
                [columns(row) for row in session.scalars(select(AuditEvent).order_by(AuditEvent.seq))],
                {row.id: frozenset(one.account_name for one in standing.approvals_of(session, row)) for row in rows},
                [columns(row) for row in session.scalars(select(Decision))],
                frozenset((row.change_id, row.account_name) for row in session.scalars(select(Contributor))),
                {
                    row.username: frozenset(row.roles) if row.disabled_at is None else frozenset()
                    for row in session.scalars(select(Account))
                },
            )

    def step(self, move: str, who: str | None, act: Callable[[Session, Terms], object], number: int | None) -> None:
        """Let somebody do something a minute later, and check all that must hold; a refusal is a result like any other."""
        before, self.now = self.seen, self.now + timedelta(minutes=1)
        terms = terms_of(self.people[who or "vera"], now=self.now)
        if who is None:
            terms = Terms(Actor("due"), self.now, terms.base_url, terms.render)
        refusal: WebappError | None = None
        try:
            with self.work() as session, session.begin():
                act(session, terms)
        except WebappError as problem:
            refusal = problem
        self.seen = self.look()
        if move == "approve" and refusal is None and number is not None and who is not None:
            change = before.changes[number]
            self.approved[number, change["revision"], who] = change["payload"]
        if isinstance(refusal, OpenRequest):
            assert self.seen.changes[refusal.change_id]["state"] in {"pending", "on_hold", "scheduled"}  # I11
        check(Step(move, who, number, before, self.seen, refusal, self.approved))
        self.history.append((self.now, self.seen.live))

    def on_one(self, move: str, who: str | None, place: int, act: Act) -> None:
        """Do something to a request that somebody filed: mostly to one whose state the move knows."""
        filed = {number: one["state"] for number, one in self.seen.changes.items() if one["author_id"] is not None}
        fitting = [number for number, state in filed.items() if state in STATES.get(move, ANY)]
        numbers = [*filed] if place == 0 else fitting
        if numbers:
            number = numbers[-1 - place % min(len(numbers), 4)]
            self.step(move, who, lambda session, terms: act(session, terms, number), number)

    @initialize(wishes=some.lists(ANY_WISH, min_size=3, max_size=4, unique_by=lambda wish: wish[:2]))
    def begin(self, wishes: list[Wanted]) -> None:
        for wish in wishes:
            self.propose("adam" if wish[0] == "access" else "eva", wish, False)

    # One rule for all: of several, Hypothesis likes to try some alone, and a desk where everybody freezes shows nothing.
    @rule(move=some.sampled_from(MOVES), who=PEOPLE, fit=NUMBERS, place=NUMBERS, wish=ANY_WISH, flag=some.booleans())
    def act(self, move: str, who: str, fit: int, place: int, wish: Wanted, flag: bool) -> None:
        """Make a move: mostly somebody who has the role for it."""
        able = ABLE.get(move, ())
        who = able[fit % len(able)] if able and fit > 1 else who
        if move == "propose":
            self.propose(who, wish, flag)
        elif move == "emergency_anew":
            asked = as_wish(wish, reason=URGENT)
            in_emergency = partial(decisions.propose_in_emergency, wish=asked, typed_key=asked.key)
            self.step("emergency", who, in_emergency, None)
        elif move in ("due", "expire"):
            self.now += timedelta(minutes=10) if move == "due" else timedelta(days=15 * flag)
            self.on_one(move, None, place, due.apply_due if move == "due" else due.expire)
        elif move in ("freeze", "role", "disable"):
            self.turn_the_tables(move, who, on=flag and place > 1 if move == "freeze" else flag or place > 1)
        else:
            self.on_one(move, who, place, self.acts(wish, "live" if flag else "proposed")[move])
        self.look_back(place)

    def propose(self, who: str, wish: Wanted, later: bool) -> None:
        """File a request."""
        asked = as_wish(wish, apply_at=self.now + timedelta(minutes=9) if later else None)
        self.step("propose", who, partial(changes.propose_change, wish=asked), None)

    def acts(self, wish: Wanted, word: str) -> dict[str, Act]:
        """Give what each move does to a request."""
        fields = ("known_user_agents", "enabled", "icon", "mode", "roles", WHOLE)
        return {
            "edit": partial(changes.edit_change, edit=Edit(payload=wish[2])),
            "reword": partial(changes.edit_change, edit=Edit(title="Other words")),
            "rebase": partial(changes.rebase_change, chosen=dict.fromkeys(fields, word)),
            "revert": partial(changes.revert_change, reason=REASON),
            "withdraw": changes.withdraw,
            "approve": decisions.approve,
            "hold": partial(decisions.hold, note="Wait."),
            "reject": partial(decisions.reject, note="No."),
            "resume": decisions.resume,
            "take_back": decisions.take_back,
            "acknowledge": decisions.acknowledge,
            "emergency": hurry,
        }

    def turn_the_tables(self, what: str, who: str, *, on: bool) -> None:
        """Freeze everything or let it go, or give somebody their roles or take them."""
        if what == "freeze":
            until = self.now + timedelta(minutes=3)
            self.step(
                "freeze", "adam", partial(decisions.freeze, until=until, reason=REASON) if on else decisions.thaw, None
            )
            return
        self.now += timedelta(minutes=1)
        with self.work() as session, session.begin():
            if what == "role":
                held = STAFF[who] if on else [Role.VIEWER]
                machine.write_roles(session, Actor(MACHINE_NAME), who, held, now=self.now)
            else:
                session.get_one(Account, self.people[who].id).disabled_at = None if on else self.now
        self.seen = self.look()
        self.history.append((self.now, self.seen.live))

    def look_back(self, back: int) -> None:
        """See that what was live at a moment of the past is still told (I13)."""
        if not self.history:
            return
        at, then = self.history[-1 - back % len(self.history)]
        with Session(self.engine) as session:
            for kind, key in then:
                found = ledger.find_at(session, kind, key, at)
                assert found is not None
                assert (found.version, found.payload) == then[kind, key]  # I13

    def teardown(self) -> None:
        """See that the events tell the state of every request (I13)."""
        for number, change in self.seen.changes.items():
            told = [event for event in self.seen.events if event["change_id"] == number]
            if change["author_id"] is not None:
                assert json.loads(told[-1]["body"])["details"]["state"] == change["state"]
                assert told[-1]["revision"] == change["revision"]
                assert all({"before", "after"} <= json.loads(event["body"])["details"].keys() for event in told)
        self.context.pop()


def columns(row: Any) -> dict[str, Any]:  # noqa: ANN401 - a row of any model
    """Give a row as plain values."""
    return {column.key: getattr(row, column.key) for column in row.__table__.columns}


def as_wish(wanted: Wanted, **fields: Any) -> Wish:  # noqa: ANN401 - any field of it
    """Give a wish for a value, or for its deletion."""
    kind, key, payload = wanted
    return make_wish(kind, key, payload, action=Action.DELETE if payload is None else Action.SET, **fields)


def hurry(session: Session, terms: Terms, number: int) -> ChangeRequest:
    """Make a request live in an emergency."""
    key = session.get_one(ChangeRequest, number).key
    return decisions.apply_in_emergency(session, terms, number, typed_key=key, note=URGENT)
