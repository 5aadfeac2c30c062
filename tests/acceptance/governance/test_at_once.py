"""Do many who decide at the same moment leave what one after the other would have left (I3, I10)?"""

import random
import threading
from collections import Counter
from collections.abc import Callable
from functools import partial

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from tests.acceptance.generation.races import Act, errors
from tests.acceptance.governance.conftest import DEEP, Desk
from tests.factories.accounts import make_account
from tests.factories.governance import make_change, make_wish, terms_of
from tests.fakes import NOON
from tests.waiting import seeing_writers_wait, wait_until
from webapp.domain.actors import Actor
from webapp.domain.approval.states import Action, Origin
from webapp.domain.certificates.modes import Mode
from webapp.domain.configs.kinds import KINDS, Kind
from webapp.domain.roles import Role
from webapp.errors import WebappError
from webapp.errors.governance import InvalidPayload, StaleBase, WrongState
from webapp.models.accounts import Account
from webapp.models.governance.changes import ChangeRequest, Decision
from webapp.models.governance.versions import Blob, ConfigVersion
from webapp.services import accounts
from webapp.services.configs import ledger
from webapp.services.governance import changes, decisions, due

REQUESTS = 60 if DEEP else 12
ROUNDS = 80 if DEEP else 12
URGENT = "The robots are upon us, now."


def approving(who: Account, number: int) -> Act:
    """Approve a request."""
    return lambda session: decisions.approve(session, terms_of(who), number).state.value


def rejecting(who: Account, number: int) -> Act:
    """Reject a request."""
    return lambda session: decisions.reject(session, terms_of(who), number, note="No.").state.value


def count(session: Session, of: type, *conditions: object) -> int:
    return session.scalar(select(func.count()).select_from(of).where(*conditions)) or 0  # type: ignore[arg-type]  # conditions of any table


class TestGivenRequestsThatNeedTwoOfEightWhoApproveAtOnce:
    def test_each_is_applied_once_with_two_approvals(self, desk: Desk, session: Session) -> None:
        numbers = []
        for number in range(REQUESTS):
            make_account(session, f"user{number}")
            wish = make_wish("access", f"user{number}", {"roles": ["viewer"]})
            numbers.append(make_change(session, desk.staff.admin, wish, approvals={"access": 2}).id)

        results = [desk.at_once(*[desk.acting(approving(who, n)) for who in desk.approvers]) for n in numbers]

        for one in results:
            assert errors(one) == []
            done = Counter(result if isinstance(result, str) else type(result) for result in one)
            assert done == {"pending": 1, "applied": 1, WrongState: 6}
        with desk.look() as look:
            votes = look.execute(select(Decision.change_id, func.count()).group_by(Decision.change_id)).all()
            assert sorted(map(tuple, votes)) == [(number, 2) for number in numbers]
            assert count(look, ConfigVersion, ConfigVersion.change_id.in_(numbers)) == REQUESTS
        assert desk.faults() == []


class TestGivenTwoRequestsOnOneBase:
    """One is a proposal; the other has to be an emergency, since a key has one open proposal."""

    def test_however_they_are_decided_on_one_becomes_live_at_the_most(self, desk: Desk, session: Session) -> None:
        chance = random.Random(8)
        for number in range(ROUNDS):
            base = ledger.live_number(session, "crawlers", "-")
            quorum = 1 + number % 2
            wish = make_wish(payload={"enabled": True, "known_user_agents": [f"Robot{number}"]})
            change = make_change(session, desk.staff.editor, wish, approvals={"crawlers": quorum}).id
            rejecters = chance.randrange(3)
            acts = [rejecting(who, change) for who in desk.approvers[:rejecters]]
            acts += [approving(who, change) for who in desk.approvers[rejecters:]]
            acts += [hurrying(desk.staff.admin, number, base), partial(withdrawing, desk=desk, number=change)]
            chance.shuffle(acts)

            results = desk.at_once(*map(desk.acting, acts))

            session.rollback()
            assert errors(results) == []
            assert desk.faults() == []
            state, live = desk.state(change), ledger.live_number(session, "crawlers", "-")
            assert live <= base + 1
            assert state in {"pending", "applied", "rejected", "withdrawn"}
            assert Counter(results)["applied"] == live - base or any(isinstance(one, StaleBase) for one in results)
            end(session, desk, change)

    def test_even_without_any_lock_of_ours_one_becomes_live(self, desk: Desk, session: Session) -> None:
        change = make_change(session, desk.staff.editor, make_wish(apply_at=NOON.replace(hour=20)))
        decisions.approve(session, terms_of(desk.staff.approver), change.id)
        terms = terms_of(desk.staff.admin)
        wish = make_wish(payload={"enabled": True, "known_user_agents": ["Rival"]}, reason=URGENT)
        rival = changes.draft(session, terms, KINDS[Kind.CRAWLERS], wish, origin=Origin.EMERGENCY)
        changes.add(session, terms, rival)
        session.commit()
        version = text(
            "INSERT INTO config_version (kind, key, version, payload, shape, change_id, created_at) SELECT kind, key,"
            " base_version + 1, payload, 1, id, touched_at FROM change_request WHERE id = :id"
        )

        def insert(number: int) -> object:
            try:
                with desk.work() as work:
                    work.execute(version, {"id": number})
            except DatabaseError as refusal:
                return refusal
            return "in"

        results = desk.at_once(*[partial(insert, change.id), partial(insert, rival.id)] * 4)

        assert Counter(one if isinstance(one, str) else "refused" for one in results) == {"in": 1, "refused": 7}
        assert ledger.live_number(session, "crawlers", "-") == 2
        assert (desk.state(change.id), desk.state(rival.id)) in {("applied", "pending"), ("scheduled", "applied")}


def hurrying(admin: Account, number: int, base: int) -> Act:
    """Make another value of the same key live in an emergency, from the same version."""
    wish = make_wish(
        payload={"enabled": True, "known_user_agents": [f"Urgent{number}"]}, reason=URGENT, base_version=base
    )
    return lambda session: decisions.propose_in_emergency(session, terms_of(admin), wish, typed_key="-").state.value


def withdrawing(session: Session, desk: Desk, number: int) -> str:
    """Give a request up."""
    return changes.withdraw(session, terms_of(desk.staff.editor), number).state.value


def end(session: Session, desk: Desk, number: int) -> None:
    """Leave no request open for the next round."""
    session.rollback()
    if desk.state(number) == "pending":
        with desk.work() as work:
            withdrawing(work, desk, number)


class TestGivenTwoChangesThatAreFineAlone:
    def test_a_default_badge_and_its_deletion_do_not_both_become_live(self, desk: Desk, session: Session) -> None:
        session.add(Blob(sha256="a" * 64, mime="image/png", content=b"x", width=9, height=9, size=1, created_at=NOON))
        for mode in list(Mode)[: 10 if DEEP else 4]:
            badge = make_change(session, desk.staff.editor, make_wish("badge", mode, {"icon": "a" * 64}))
            decisions.approve(session, terms_of(desk.staff.approver), badge.id)
            session.commit()
            default = make_change(session, desk.staff.editor, make_wish("badge-default", payload={"mode": mode}))
            gone = make_change(session, desk.staff.editor, make_wish("badge", mode, action=Action.DELETE))

            results = desk.at_once(
                desk.acting(approving(desk.staff.approver, default.id)),
                desk.acting(approving(desk.staff.second, gone.id)),
            )

            session.rollback()
            kinds = Counter(one if isinstance(one, str) else type(one) for one in results)
            assert kinds == {"applied": 1, InvalidPayload: 1}
            pointed = ledger.live_set(session, "badge-default")["-"]["mode"]
            assert pointed is None or pointed in ledger.live_set(session, "badge")
            for change in (default, gone):
                end(session, desk, change.id)
        assert desk.faults() == []


class TestGivenTheSameMoveTwiceAtOnce:
    @pytest.mark.parametrize("move", ["approve", "due", "expire", "emergency", "withdraw", "propose"])
    def test_it_happens_once(self, desk: Desk, session: Session, move: str) -> None:
        later = NOON.replace(hour=13)
        change = make_change(session, desk.staff.editor, make_wish(apply_at=later if move == "due" else None))
        if move == "due":
            decisions.approve(session, terms_of(desk.staff.approver), change.id)
            session.commit()
        if move == "propose":
            end(session, desk, change.id)
        moves: dict[str, Callable[[Session], object]] = {
            "approve": approving(desk.staff.approver, change.id),
            "due": lambda work: due.apply_due(work, terms_of(desk.staff.admin, now=later), change.id),
            "expire": lambda work: due.expire(work, terms_of(desk.staff.admin, now=NOON.replace(month=12)), change.id),
            "emergency": lambda work: bool(
                decisions.apply_in_emergency(work, terms_of(desk.staff.admin), change.id, typed_key="-", note=URGENT)
            ),
            "withdraw": lambda work: withdrawing(work, desk, change.id),
            "propose": lambda work: bool(changes.propose_change(work, terms_of(desk.staff.editor), make_wish(ask=""))),
        }

        results = desk.at_once(*[desk.acting(moves[move])] * 6)

        assert errors(results) == []
        assert sum(bool(one) and not isinstance(one, WebappError) for one in results) == 1
        assert desk.faults() == []


class TestGivenAVersionThatIsBeingAdded:
    def test_none_of_another_kind_comes_before_it(self, desk: Desk, session: Session) -> None:
        first = make_change(session, desk.staff.editor, make_wish(apply_at=NOON.replace(hour=20)))
        decisions.approve(session, terms_of(desk.staff.approver), first.id)
        session.commit()
        second = make_change(
            session, desk.staff.editor, make_wish("generation", payload={"enabled": True}), approvals={"generation": 1}
        )
        added = threading.Event()
        seen: list[str] = []

        def add_first(waits: Callable[[], bool]) -> object:
            with desk.work() as work:
                ledger.add_version(work, work.get_one(ChangeRequest, first.id), now=NOON)
                added.set()
                wait_until(waits)
                with desk.look() as look:
                    seen.extend(look.scalars(select(ConfigVersion.kind).where(ConfigVersion.version == 2)))
            return "added"

        def add_second() -> object:
            added.wait(30)
            with desk.work() as work:
                return decisions.approve(work, terms_of(desk.staff.second), second.id).state.value

        with seeing_writers_wait(desk.app) as waits:
            results = desk.at_once(partial(add_first, waits), add_second)

        assert results == ["added", "applied"]
        assert seen == []


class TestGivenTwoGrantsOfRolesAtOnce:
    def test_neither_undoes_the_other(self, desk: Desk, session: Session) -> None:
        make_account(session, "new")
        session.commit()
        machine = Actor("command line")

        def granting(role: Role) -> Act:
            return lambda work: accounts.grant(work, machine, "new", [role], now=NOON).username

        results = desk.at_once(*[desk.acting(granting(role)) for role in (Role.VIEWER, Role.EDITOR, Role.APPROVER)])

        assert results == ["new"] * 3
        assert accounts.get_account(session, "new").roles == (Role.VIEWER, Role.EDITOR, Role.APPROVER)
