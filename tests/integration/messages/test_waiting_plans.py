"""However much waits in the outbox, is what is due found without a look at all of it?"""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import bindparam, text
from sqlalchemy.orm import Session

from tests.factories.messages import make_entry
from tests.fakes import NOON
from tests.integration.lists.statements import full_scans, plan_of, rows_passed_over, statements_of
from webapp.models.base import UtcDateTime, db, unit_of_work
from webapp.services.messages import outbox
from webapp.services.messages.outbox import Channel

MANY, COURSES, TAKEN = 20_000, 200, 5
MOST_READ = 100
AHEAD = NOON + timedelta(minutes=5)
FILL = """
    INSERT INTO outbox (channel, recipient, payload, created_at, next_try_at, tries, last_problem, request_id)
    SELECT 'bus', 'course ' || (i % :courses), '{}', :now, :next, 1, '', ''
    FROM (WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :many) SELECT i FROM n) AS numbers
"""


@pytest.fixture
def crowded(request: pytest.FixtureRequest, app: Flask, session: Session) -> Iterator[Flask]:
    """The application over an outbox in which many events have to wait, or are due, and few entries of other kinds are due."""
    next_try_at = request.param
    moments = (bindparam("now", NOON, UtcDateTime), bindparam("next", next_try_at, UtcDateTime))
    session.execute(text(FILL).bindparams(*moments), {"many": MANY, "courses": COURSES})
    for number in range(TAKEN):
        make_entry(session, next_try_at=NOON)
        make_entry(session, channel=Channel.BUS.value, recipient=f"another course {number}", next_try_at=NOON)
    make_entry(session, channel=Channel.BUS.value, recipient="course 7", next_try_at=NOON)
    session.commit()
    with app.app_context():
        yield app


def rows_read(app: Flask, statement: str, values: Any) -> int:  # noqa: ANN401 - as the driver has them
    """Give how many rows, of a table or of an index, a query looks at; for SQLite a guess from its steps."""
    if db.engine.dialect.name == "sqlite":
        return rows_passed_over(app, statement, values)
    with db.engine.connect() as connection:
        lines = [
            str(row[0]) for row in connection.exec_driver_sql("EXPLAIN (ANALYZE, TIMING OFF) " + statement, values)
        ]
    read = re.findall(r"Scan.*actual rows=(\d+) loops=(\d+)", "\n".join(lines))
    return sum(int(rows) * int(loops) for rows, loops in read) + rows_passed_over(app, statement, values)


@pytest.fixture(params=[True, False], ids=["analysed", "never analysed"])
def planner(request: pytest.FixtureRequest, crowded: Flask, session: Session) -> None:
    """What the planner knows: nothing on most of SQLite's databases; PostgreSQL's looks by itself."""
    if request.param:
        session.execute(text("ANALYZE"))
        session.commit()
    elif db.engine.dialect.name == "postgresql":
        pytest.skip("its server analyses by itself")


@pytest.mark.usefixtures("planner")
class TestGivenManyEventsThatHaveToWait:
    @pytest.mark.parametrize("crowded", [AHEAD], ids=["have to wait"], indirect=True)
    def test_those_that_are_due_are_found_by_indexes(self, crowded: Flask) -> None:
        with statements_of(crowded) as asked, unit_of_work() as session:
            channels = outbox.due_channels(session, now=NOON)
            taken = outbox.take_in_order(session, Channel.BUS, now=NOON, at_most=500)
            session.rollback()

        looks = [(statement, values) for statement, values in asked if "FROM outbox" in statement]
        assert channels == {"bus", "xqueue"}
        assert {entry.recipient for entry in taken} == {f"another course {number}" for number in range(TAKEN)}
        assert len(looks) == 2
        assert [full_scans(plan_of(crowded, *look), "outbox") for look in looks] == [[], []]
        assert [number for look in looks if (number := rows_read(crowded, *look)) > MOST_READ] == []


@pytest.mark.usefixtures("planner")
class TestGivenManyEventsThatAreDue:
    @pytest.mark.parametrize("crowded", [NOON - timedelta(minutes=5)], ids=["are due"], indirect=True)
    def test_jobs_of_another_channel_are_found_past_them(self, crowded: Flask) -> None:
        with statements_of(crowded) as asked, unit_of_work() as session:
            taken = outbox.take_due(session, Channel.XQUEUE, now=NOON, at_most=50)
            session.rollback()

        ((statement, values),) = asked
        assert len(taken) == TAKEN
        assert rows_read(crowded, statement, values) <= MOST_READ
