"""Is a request that a program sends again under its key carried out once, whatever happens between (interface §6)?"""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from tests.factories.accounts import make_account
from tests.factories.pictures import a_picture
from tests.factories.programs import Program, program_of
from webapp import clock
from webapp.domain.roles import Role
from webapp.errors import KeyInFlight
from webapp.models.accounts import Account
from webapp.models.audit import AuditEvent
from webapp.models.base import db, one_transaction, unit_of_work
from webapp.models.governance.changes import ChangeRequest
from webapp.models.messages import IdempotencyKey
from webapp.services.messages import idempotency
from webapp.services.messages.idempotency import Answer, Claim

KEY = "b7e6f0de-3a7f-4c9d-8a0e-1f2d3c4b5a69"
WISH: dict[str, Any] = {
    "kind": "crawlers",
    "key": "-",
    "action": "set",
    "payload": {"enabled": True, "known_user_agents": ["Bot", "Spider"]},
    "title": "Add Spider",
    "reason": "it visits every night",
}
WISH_ALONE = {name: WISH[name] for name in ("kind", "key", "action", "payload")}


@pytest.fixture
def program(app: Flask, session: Session) -> Program:
    """A program of an editor's."""
    return program_of(app, session, make_account(session, "eva", Role.EDITOR))


def change_and(act: Callable[[Session], object]) -> None:
    """Change everybody's address in one unit of work and do something in another, both in one transaction."""
    with one_transaction():
        with unit_of_work() as work:
            work.execute(update(Account).values(email="changed@example.org"))
        with unit_of_work() as work:
            act(work)


def email_of(session: Session) -> str | None:
    """Give the address of the one account."""
    session.rollback()
    return session.scalar(select(Account.email))


def proposed(session: Session) -> int:
    """Say how many change requests there are of what we wish."""
    session.rollback()
    return (
        session.scalar(select(func.count()).select_from(ChangeRequest).where(ChangeRequest.title == "Add Spider")) or 0
    )


class TestGivenARequestThatWasAnswered:
    def test_it_is_answered_the_same_and_not_carried_out_again(self, program: Program, session: Session) -> None:
        first = program.post("changes", WISH, Idempotency_Key=KEY)

        again = program.post("changes", WISH, Idempotency_Key=KEY)

        assert (first.status_code, again.status_code) == (201, 201)
        assert again.data == first.data
        assert again.headers["Location"] == first.headers["Location"]
        assert again.headers["ETag"] == first.headers["ETag"]
        assert again.headers["Idempotent-Replayed"] == "true"
        assert "Idempotent-Replayed" not in first.headers
        assert proposed(session) == 1

    def test_another_request_under_its_key_is_refused(self, program: Program, session: Session) -> None:
        program.post("changes", WISH, Idempotency_Key=KEY)

        other = program.post("changes", {**WISH, "reason": "it visits every morning"}, Idempotency_Key=KEY)
        elsewhere = program.post("changes/preview", {"kind": "crawlers", "key": "-"}, Idempotency_Key=KEY)

        assert [(one.status_code, one.get_json()["code"]) for one in (other, elsewhere)] == [
            (422, "idempotency_key_reused")
        ] * 2

    def test_somebody_elses_key_is_another_one(self, app: Flask, program: Program, session: Session) -> None:
        program.post("changes", WISH, Idempotency_Key=KEY)

        other = program_of(app, session, make_account(session, "emil", Role.EDITOR)).post(
            "changes", WISH, Idempotency_Key=KEY
        )

        assert (other.status_code, other.get_json()["code"]) == (409, "open_request")

    def test_after_a_day_the_key_is_forgotten(self, app: Flask, program: Program, session: Session) -> None:
        program.post("changes", WISH, Idempotency_Key=KEY)

        with app.app_context(), unit_of_work() as work:
            early = idempotency.purge(work, now=clock.now() + idempotency.KEPT - timedelta(minutes=1))
            late = idempotency.purge(work, now=clock.now() + idempotency.KEPT + timedelta(minutes=1))

        assert (early, late) == (0, 1)

    def test_a_form_is_the_same_whatever_divides_its_parts(self, program: Program) -> None:
        headers = {**program.headers, "Idempotency-Key": KEY}

        def send(size: int) -> Any:  # noqa: ANN401 - an answer
            form = {"file": (BytesIO(a_picture(size, size)), "badge.png")}
            return program.client.post("/api/v1/blobs", data=form, headers=headers)

        first, again, other = send(8), send(8), send(9)

        assert (first.status_code, again.status_code, other.status_code) == (201, 201, 422)
        assert again.data == first.data


class TestGivenARequestThatWasRefused:
    def test_its_key_is_free_and_the_refusal_left_its_event(self, program: Program, session: Session) -> None:
        refused = program.post("changes", {**WISH, "payload": {"enabled": 1}}, Idempotency_Key=KEY)

        again = program.post("changes", WISH, Idempotency_Key=KEY)

        assert (refused.status_code, again.status_code) == (422, 201)
        events = session.scalars(select(AuditEvent.action).where(AuditEvent.kind == "crawlers")).all()
        assert "change.refused" in events

    def test_what_the_door_refused_is_carried_out_under_its_key_once_it_is_put_right(self, program: Program) -> None:
        change = program.post("changes", WISH)
        address = f"changes/{change.get_json()['id']}/withdraw"

        refused = program.post(address, Idempotency_Key=KEY)
        again = program.post(address, Idempotency_Key=KEY, If_Match=change.headers["ETag"])

        assert (refused.status_code, again.status_code) == (428, 200)
        assert "Idempotent-Replayed" not in again.headers

    @pytest.mark.parametrize("key", ["", "ü", "with space", "x" * 256])
    def test_a_key_that_is_none_is_told(self, program: Program, session: Session, key: str) -> None:
        refused = program.post("changes", WISH, Idempotency_Key=key)

        assert (refused.status_code, refused.get_json()["code"]) == (400, "bad_idempotency_key")
        assert proposed(session) == 0


class TestGivenARequestThatDied:
    def test_the_same_is_told_to_wait_and_then_carried_out(self, program: Program, session: Session) -> None:
        program.post("changes/preview", WISH_ALONE, Idempotency_Key=KEY)
        under_way = update(IdempotencyKey).values(status=None, headers=None, body=None)
        session.execute(under_way.values(until=clock.now() + timedelta(seconds=30)))
        session.commit()

        early = program.post("changes/preview", WISH_ALONE, Idempotency_Key=KEY)
        session.execute(update(IdempotencyKey).values(until=clock.now()))
        session.commit()
        late = program.post("changes/preview", WISH_ALONE, Idempotency_Key=KEY)

        assert (early.status_code, early.get_json()["code"]) == (409, "idempotency_key_in_flight")
        assert 20 <= int(early.headers["Retry-After"]) <= 30
        assert (late.status_code, "Idempotent-Replayed" in late.headers) == (200, False)

    def test_what_a_request_did_whose_key_is_anothers_by_now_is_undone(self, app: Flask, session: Session) -> None:
        account = make_account(session, "eva")
        session.commit()
        now = clock.now()
        with app.app_context():
            with unit_of_work() as work:
                first = idempotency.claim(work, account.id, KEY, "digest", holder="first", now=now)
            with unit_of_work() as work:
                idempotency.claim(work, account.id, KEY, "digest", holder="second", now=now + idempotency.AT_IT_FOR)
            assert isinstance(first, Claim)

            def end_late(work: Session) -> None:
                idempotency.keep(work, first, Answer(200, {}, b""))

            with pytest.raises(KeyInFlight):
                change_and(end_late)

        assert email_of(session) == "eva@example.org"


class TestGivenADatabaseThatFailsAtTheEnd:
    @pytest.fixture
    def failing(self, app: Flask, session: Session) -> Iterator[None]:
        """A database that keeps no answer."""
        session.execute(text("ALTER TABLE idempotency_key RENAME COLUMN body TO elsewhere"))
        session.commit()
        yield
        with app.app_context():
            db.session.remove()
        session.execute(text("ALTER TABLE idempotency_key RENAME COLUMN elsewhere TO body"))
        session.commit()

    @pytest.mark.usefixtures("failing")
    def test_nothing_is_done_and_the_key_is_free(self, program: Program, session: Session) -> None:
        failed = program.post("changes", WISH, Idempotency_Key=KEY)

        assert failed.status_code == 503
        assert proposed(session) == 0
        assert session.scalar(select(func.count()).select_from(IdempotencyKey.__table__)) == 0


class TestGivenTheSameRequestManyTimesAtOnce:
    def test_it_is_carried_out_once(self, program: Program, session: Session) -> None:
        begin = threading.Barrier(6)

        def send(_number: int) -> tuple[int, str]:
            client = program.app.test_client()
            begin.wait(10)
            answer = client.post("/api/v1/changes", json=WISH, headers={**program.headers, "Idempotency-Key": KEY})
            return answer.status_code, answer.get_json().get("code", "")

        with ThreadPoolExecutor(6) as pool:
            found = set(pool.map(send, range(6)))

        assert found <= {(201, ""), (409, "idempotency_key_in_flight")}
        assert (201, "") in found
        assert proposed(session) == 1


class TestGivenUnitsOfWorkInOneTransaction:
    def test_an_error_undoes_them_all(self, app: Flask, session: Session) -> None:
        make_account(session, "eva")
        session.commit()

        with app.app_context(), pytest.raises(SQLAlchemyError):
            change_and(lambda work: work.execute(text("SELECT nonsense")))

        assert email_of(session) == "eva@example.org"

    def test_one_that_fails_undoes_itself_alone(self, app: Flask, session: Session) -> None:
        make_account(session, "eva")
        session.commit()

        with app.app_context(), one_transaction():
            with unit_of_work() as work:
                work.execute(update(Account).values(email="changed@example.org"))
            with pytest.raises(SQLAlchemyError), unit_of_work() as work:
                work.execute(text("SELECT nonsense"))

        assert email_of(session) == "changed@example.org"
