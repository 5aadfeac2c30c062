"""What does a page ask the database, and how much does the database read for it?"""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask
from sqlalchemy import Connection, event

from webapp.models.base import db

STEPS_A_ROW = 5


@contextmanager
def statements_of(app: Flask) -> Iterator[list[tuple[str, Any]]]:
    """Give what is asked of the database while the block runs, with the values."""
    seen: list[tuple[str, Any]] = []

    def note(_connection: object, _cursor: object, statement: str, parameters: Any, *_more: object) -> None:  # noqa: ANN401 - as the driver has them
        if statement.lstrip().upper().startswith("SELECT"):
            seen.append((statement, parameters))

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)


@contextmanager
def asked_of_sqlite(app: Flask) -> Iterator[list[str]]:
    """Give what SQLite is asked while the block runs, by the toolkit or past it, as prepared questions are."""
    seen: list[str] = []
    with app.app_context():
        engine = db.engine

    def watch(connection: sqlite3.Connection, *_more: object) -> None:
        connection.set_trace_callback(seen.append)

    def leave(connection: sqlite3.Connection, *_more: object) -> None:
        connection.set_trace_callback(None)

    event.listen(engine, "checkout", watch)
    event.listen(engine, "checkin", leave)
    try:
        yield seen
    finally:
        event.remove(engine, "checkout", watch)
        event.remove(engine, "checkin", leave)


def plan_of(app: Flask, statement: str, parameters: Any) -> str:  # noqa: ANN401 - as the driver has them
    """Give how the database means to answer a query."""
    with app.app_context(), db.engine.connect() as connection:
        sqlite = connection.dialect.name == "sqlite"
        prefix = "EXPLAIN QUERY PLAN " if sqlite else "EXPLAIN "
        rows = connection.exec_driver_sql(prefix + statement, parameters).all()
    return "\n".join(str(row[-1]) for row in rows)


def full_scans(plan: str, table: str) -> list[str]:
    """Give the lines of a plan that read a whole table; one in the order of its key stops after a page."""
    lines = [line for line in plan.splitlines() if re.search(rf"Seq Scan on {table}\b|SCAN {table}(?! USING)", line)]
    in_order_of_key = "USE TEMP B-TREE FOR ORDER BY" not in plan
    return [line for line in lines if not (in_order_of_key and line == f"SCAN {table}")]


def rows_passed_over(app: Flask, statement: str, values: Any) -> int:  # noqa: ANN401 - as the driver has them
    """Give how many rows a query looked at in vain; for SQLite, which does not count them, a guess from its steps."""
    with app.app_context(), db.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            return _steps_of(connection, statement, values) // STEPS_A_ROW
        rows = connection.exec_driver_sql("EXPLAIN (ANALYZE, TIMING OFF) " + statement, values).all()
    plan = "\n".join(str(row[0]) for row in rows)
    removed = re.findall(r"loops=(\d+)\)(?:(?!loops=)[\s\S])*?Rows Removed by (?:Filter|Join Filter): (\d+)", plan)
    return sum(int(loops) * int(number) for loops, number in removed)


def skips_nothing(statement: str, values: Any) -> bool:  # noqa: ANN401 - as the driver has them
    """Say whether every offset is zero: SQLAlchemy writes LIMIT ? OFFSET ? for SQLite even then, in subqueries too."""
    given = values if isinstance(values, tuple) else tuple(values.values())
    places = [statement[: found.end() - 1].count("?") for found in re.finditer(r"OFFSET \?", statement)]
    return len(places) == statement.count("OFFSET") and all(given[place] == 0 for place in places)


def _steps_of(connection: Connection, statement: str, values: Any) -> int:  # noqa: ANN401 - as the driver has them
    ticks: list[int] = []
    driver: Any = connection.connection.driver_connection
    driver.set_progress_handler(lambda: ticks.append(1), 100)
    connection.exec_driver_sql(statement, values).all()
    driver.set_progress_handler(None, 0)
    return 100 * len(ticks)
