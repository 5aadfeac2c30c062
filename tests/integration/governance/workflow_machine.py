"""What does anybody do with changes of configuration, in any order, and what must hold after each step (approvals note §3.5)?"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import Flask
from hypothesis import event
from hypothesis import strategies as some
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.databases import Database
from tests.factories.accounts import make_account
from tests.factories.governance import REASON, make_wish, terms_of
from tests.fakes import NOON
from tests.integration.governance.invariants import Step, check
from webapp.domain.actors import MACHINE_NAME, Actor
from webapp.domain.approval.states import Action
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
from webapp.services.governance.terms import Edit, Terms

STAFF = {
    "eva": [Role.EDITOR],
    "bea": [Role.EDITOR, Role.APPROVER],
    "amir": [Role.APPROVER],
    "alice": [Role.APPROVER],
    "adam": [Role.ADMIN, Role.EDITOR],
    "vera": [Role.VIEWER],
}
WISHES: list[tuple[str, str, Any]] = [
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
URGENT = "The robots are upon us, now."
PEOPLE, NUMBERS, ANY_WISH = some.sampled_from(sorted(STAFF)), some.integers(0, 7), some.sampled_from(WISHES)
# Those whom a move is for come up more often than chance would have it: most steps shall be taken.
EDITORS, APPROVERS = (some.sampled_from(names) | PEOPLE for names in (("eva", "bea", "adam"), ("bea", "amir", "alice")))
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
        event(f"{move}: {refusal.code if refusal else 'done'}")  # --hypothesis-show-statistics tells how often
        if move == "approve" and refusal is None and number is not None and who is not None:
            change = before.changes[number]
            self.approved[number, change["revision"], who] = change["payload"]
        if isinstance(refusal, OpenRequest):
            assert self.seen.changes[refusal.change_id]["state"] in {"pending", "on_hold", "scheduled"}  # I11
        check(Step(move, who, number, before, self.seen, refusal, self.approved))
        self.history.append((self.now, self.seen.live))

    def on_one(self, move: str, who: str | None, place: int, act: Act) -> None:
        """Do something to one of the newest requests that somebody filed."""
        filed = [number for number, one in self.seen.changes.items() if one["author_id"] is not None]
        if filed:
            number = filed[-1 - place % min(len(filed), 4)]
            self.step(move, who, lambda session, terms: act(session, terms, number), number)

    @rule(who=EDITORS, wish=ANY_WISH, later=some.booleans())
    def propose(self, who: str, wish: tuple[str, str, Any], later: bool) -> None:
        kind, key, payload = wish
        asked = make_wish(
            kind, key, payload, action=Action.DELETE if payload is None else Action.SET,
            apply_at=self.now + timedelta(minutes=9) if later else None,
        )  # fmt: skip
        self.step("propose", who, lambda session, terms: changes.propose_change(session, terms, asked), None)

    @rule(who=EDITORS, place=NUMBERS, wish=ANY_WISH)
    def edit(self, who: str, place: int, wish: tuple[str, str, Any]) -> None:
        self.on_one("edit", who, place, lambda s, t, n: changes.edit_change(s, t, n, Edit(payload=wish[2])))

    @rule(who=PEOPLE, place=NUMBERS)
    def reword(self, who: str, place: int) -> None:
        self.on_one("reword", who, place, lambda s, t, n: changes.edit_change(s, t, n, Edit(title="Other words")))

    @rule(who=EDITORS, place=NUMBERS, word=some.sampled_from(["live", "proposed"]))
    def rebase(self, who: str, place: int, word: str) -> None:
        fields = ("known_user_agents", "enabled", "icon", "mode", "roles", "the whole value")
        chosen = dict.fromkeys(fields, word)
        self.on_one("rebase", who, place, lambda s, t, n: changes.rebase_change(s, t, n, chosen))

    @rule(who=APPROVERS, place=NUMBERS)
    def approve(self, who: str, place: int) -> None:
        self.on_one("approve", who, place, decisions.approve)

    @rule(who=APPROVERS, place=NUMBERS)
    def approve_too(self, who: str, place: int) -> None:
        self.on_one("approve", who, place, decisions.approve)

    @rule(who=PEOPLE, place=NUMBERS, move=some.sampled_from(["hold", "reject"]))
    def stop(self, who: str, place: int, move: str) -> None:
        act = decisions.hold if move == "hold" else decisions.reject
        self.on_one(move, who, place, lambda s, t, n: act(s, t, n, note="Not so."))

    @rule(who=PEOPLE, place=NUMBERS, move=some.sampled_from(["resume", "take_back", "withdraw", "acknowledge"]))
    def turn(self, who: str, place: int, move: str) -> None:
        act = changes.withdraw if move == "withdraw" else getattr(decisions, move)
        self.on_one(move, who, place, act)

    @rule(who=some.sampled_from(["adam", "adam", "amir"]), place=NUMBERS)
    def hurry(self, who: str, place: int) -> None:
        def act(session: Session, terms: Terms, number: int) -> object:
            key = session.get_one(ChangeRequest, number).key
            return decisions.apply_in_emergency(session, terms, number, typed_key=key, note=URGENT)

        self.on_one("emergency", who, place, act)

    @rule(wish=ANY_WISH)
    def hurry_anew(self, wish: tuple[str, str, Any]) -> None:
        kind, key, payload = wish
        action = Action.DELETE if payload is None else Action.SET
        asked = make_wish(kind, key, payload, action=action, reason=URGENT)
        self.step("emergency", "adam", lambda s, t: decisions.propose_in_emergency(s, t, asked, typed_key=key), None)

    @rule(who=EDITORS, place=NUMBERS)
    def revert(self, who: str, place: int) -> None:
        self.on_one("revert", who, place, lambda s, t, n: changes.revert_change(s, t, n, reason=REASON))

    @rule(place=NUMBERS, wait=some.sampled_from([0, 10]))
    def fall_due(self, place: int, wait: int) -> None:
        self.now += timedelta(minutes=wait)
        self.on_one("due", None, place, due.apply_due)

    @rule(place=NUMBERS, wait=some.sampled_from([0, 0, 15]))
    def expire(self, place: int, wait: int) -> None:
        self.now += timedelta(days=wait)
        self.on_one("expire", None, place, due.expire)

    @rule(on=some.booleans())
    def freeze(self, on: bool) -> None:
        until = self.now + timedelta(minutes=5)
        self.step(
            "freeze", "adam",
            lambda s, t: decisions.freeze(s, t, until=until, reason=REASON) if on else decisions.thaw(s, t), None,
        )  # fmt: skip

    @rule(who=some.sampled_from(["bea", "amir", "alice"]), can=some.booleans())
    def give_or_take_the_role(self, who: str, can: bool) -> None:
        held = STAFF[who] if can else [Role.VIEWER]
        self.now += timedelta(minutes=1)
        with self.work() as session, session.begin():
            machine.write_roles(session, Actor(MACHINE_NAME), who, held, now=self.now)
        self.seen = self.look()
        self.history.append((self.now, self.seen.live))

    @rule(who=some.sampled_from(["bea", "amir", "alice"]), off=some.booleans())
    def disable_or_enable(self, who: str, off: bool) -> None:
        with self.work() as session, session.begin():
            session.get_one(Account, self.people[who].id).disabled_at = self.now if off else None
        self.seen = self.look()

    @precondition(lambda self: self.history)
    @rule(back=NUMBERS)
    def look_back(self, back: int) -> None:
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
        self.context.pop()


def columns(row: Any) -> dict[str, Any]:  # noqa: ANN401 - a row of any model
    """Give a row as plain values."""
    return {column.key: getattr(row, column.key) for column in row.__mapper__.column_attrs}
