"""How does a busy path reach the database? By statements compiled once, and with all that one message writes in a single one.

Building a statement anew for each request cost a callback more than running it, and so did each
wait for an answer (docs/benchmarks.md, what was tried).
"""

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, cast

import psycopg
from sqlalchemy import (
    BindParameter,
    ClauseElement,
    Dialect,
    Executable,
    Insert,
    Update,
    bindparam,
    insert,
    literal_column,
    select,
    union_all,
)
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from sqlalchemy.pool import PoolProxiedConnection
from sqlalchemy.sql.compiler import SQLCompiler

from webapp.models.base import db

Convert = Callable[[Any], Any]
Values = Mapping[str, Any]
Rows = Mapping[type[Any], "Values | list[Values] | Callable[[Line], Values]"]
"""The row of each table, or several, or what gives it once all that comes before it is written."""


_NUMERIC = psycopg.adapters.types["numeric"].oid
"""What the driver says of a column of numbers: the toolkit asks for that before it reads one, and for nothing else."""


class Prepared:
    """A statement that is compiled once for each kind of database; its values come by the names of its parameters."""

    def __init__(self, statement: Executable) -> None:
        """Remember the statement; nothing is compiled before it is first run."""
        self._statement = statement
        self._forms: dict[str, _Form] = {}

    def form(self, dialect: Dialect) -> "_Form":
        """Give what the driver of a database needs."""
        found = self._forms.get(dialect.name)
        if found is None:
            found = self._forms[dialect.name] = _Form.of(self._statement, dialect)
        return found


def insertion(model: type[Any]) -> Prepared:
    """Give the statement that inserts one row, whose values come by the names of the columns."""
    return Prepared(insert(model).values({name: bindparam(name) for name in _columns(model)}))


class Together:
    """A change of one row, and the rows that are written beside it where it came about; all of it or nothing.

    One statement on PostgreSQL; several in one transaction on SQLite, which knows no changes within a statement.
    """

    def __init__(self, change: Update, *models: type[Any]) -> None:
        """Change first, then write a row of each of the models, in their order; one that is named twice gets two rows."""
        self.change = Prepared(change)
        self.insertions = {model: insertion(model) for model in models}
        numbers = {model: models.count(model) for model in models}
        self.names = {
            model: [[(_named(model, column, nth), column) for column in _columns(model)] for nth in range(number)]
            for model, number in numbers.items()
        }
        changed = change.returning(literal_column("1")).cte("changed")
        first, *others = (_insert_from(model, changed, number) for model, number in numbers.items())
        # PostgreSQL makes the insertion outside of WITH first and the last of those within it next. In our own order
        # the audit comes at the end, whose writers stand in line until they have committed.
        steps = (other.cte(f"step_{place}") for place, other in enumerate(reversed(others)))
        self.whole = Prepared(first.add_cte(*steps))


class Line:
    """A connection as the driver has it, with the statements that are run on it."""

    def __init__(self, dialect: Dialect, connection: PoolProxiedConnection) -> None:
        """Speak a dialect with the driver's connection that the pool has lent."""
        driver: Any = connection.driver_connection
        self._dialect, self._driver = dialect, driver
        self.on_postgresql = isinstance(driver, psycopg.Connection)
        self._cursor = _raw_cursor(driver, connection.info) if self.on_postgresql else driver.cursor()

    @classmethod
    def of(cls, session: Session) -> "Line":
        """Work in a session's transaction, after all that is pending in it."""
        session.flush()
        connection = session.connection()
        return cls(connection.dialect, connection.connection)

    def ask(self, statement: Prepared, values: Values) -> list[tuple[Any, ...]]:
        """Run a query and give its rows."""
        form = statement.form(self._dialect)
        with _raised_as_toolkit(form.sql):
            return form.converted(self._execute(form, values).fetchall())

    def run(self, statement: Prepared, rows: Sequence[Values]) -> None:
        """Run a statement once for each of the rows."""
        form = statement.form(self._dialect)
        with _raised_as_toolkit(form.sql):
            if len(rows) == 1:
                self._execute(form, rows[0])
            else:
                self._cursor.executemany(form.sql, [form.bound(values) for values in rows])

    def write(self, together: Together, change: Values, rows: Rows) -> bool:
        """Make a change and write its rows; False, with nothing written, where the row is not as the change expects it."""
        if self.on_postgresql:
            return self._write_at_once(together, change, rows)
        if self._driver.in_transaction:
            return self._write_in_steps(together, change, rows)
        with _raised_as_toolkit("BEGIN IMMEDIATE"), self._driver:
            self._driver.execute("BEGIN IMMEDIATE")
            return self._write_in_steps(together, change, rows)

    def _write_at_once(self, together: Together, change: Values, rows: Rows) -> bool:
        values = dict(change)
        for model, places in together.names.items():
            for names, row in zip(places, self._rows(rows, model), strict=True):
                values.update((name, row[column]) for name, column in names)
        form = together.whole.form(self._dialect)
        with _raised_as_toolkit(form.sql):
            return bool(self._execute(form, values).rowcount)

    def _write_in_steps(self, together: Together, change: Values, rows: Rows) -> bool:
        form = together.change.form(self._dialect)
        with _raised_as_toolkit(form.sql):
            if not self._execute(form, change).rowcount:
                return False
        for model, statement in together.insertions.items():
            self.run(statement, self._rows(rows, model))
        return True

    def _rows(self, rows: Rows, model: type[Any]) -> list[Values]:
        row = rows[model]
        if isinstance(row, list):
            return row
        return [row(self) if callable(row) else row]

    def _execute(self, form: "_Form", values: Values) -> Any:  # noqa: ANN401 - a cursor of any driver
        return self._cursor.execute(form.sql, form.bound(values))


@contextmanager
def direct_line() -> Iterator[Line]:
    """Give a line on which each statement is a transaction of its own, and so is each `write`."""
    with _raised_as_toolkit("connect"):
        connection = db.engine.raw_connection()
    driver = connection.driver_connection
    try:
        if isinstance(driver, psycopg.Connection):
            driver.autocommit = True
        yield Line(db.engine.dialect, connection)
    finally:
        if isinstance(driver, psycopg.Connection) and not driver.closed:
            driver.autocommit = False
        connection.close()  # one that broke is thrown away by the pool, which cannot put it back in order


def _raw_cursor(driver: psycopg.Connection[Any], kept: dict[Any, Any]) -> psycopg.RawCursor[Any]:
    """Give the one cursor of a connection that takes the text as it is, for as long as the connection lives.

    The usual kind reads the text anew each time for its placeholders, and a new one learns anew how values are read. We
    take all rows of a statement before the next, so that one is enough.
    """
    cursor: psycopg.RawCursor[Any] | None = kept.get("raw_cursor")
    if cursor is None:
        cursor = kept["raw_cursor"] = psycopg.RawCursor(driver)
    return cursor


@contextmanager
def _raised_as_toolkit(sql: str) -> Iterator[None]:
    """Raise a driver's error as the toolkit would have; no parameters in the text, since they name people."""
    try:
        yield
    except (psycopg.Error, sqlite3.Error) as problem:
        kind = psycopg.Error if isinstance(problem, psycopg.Error) else sqlite3.Error
        raise DBAPIError.instance(sql, None, problem, kind, hide_parameters=True) from problem


def _insert_from(model: type[Any], changed: Any, number: int) -> Insert:  # noqa: ANN401 - a part of a statement
    columns = model.__table__.columns
    names = _columns(model)
    rows = [
        select(*(bindparam(_named(model, name, nth), type_=columns[name].type) for name in names)).select_from(changed)
        for nth in range(number)
    ]
    # In one insertion, since the database makes several in an order of its own.
    return insert(model).from_select(names, rows[0] if number == 1 else union_all(*rows), include_defaults=False)


def _columns(model: type[Any]) -> list[str]:
    """The columns whose values we give: all but a number that the database counts up."""
    table = model.__table__
    return [column.name for column in table.columns if column is not table.autoincrement_column]


def _named(model: type[Any], column: str, nth: int) -> str:
    return f"{model.__tablename__}_{column}_{nth}"


def _spelling_out_constants(compiler: type[Any]) -> type[SQLCompiler]:
    """Have what is the same each time stand in the text itself.

    As a parameter it could be anything to a plan that is made once: a partial index would serve no such plan, and
    PostgreSQL, which compares the two, planned the statement anew each time.
    """

    class SpellingOut(compiler):  # type: ignore[misc]  # of whichever database
        def visit_bindparam(self, bindparam: BindParameter[Any], **how: Any) -> str:  # noqa: ANN401 - the toolkit's own
            how["literal_binds"] = how.get("literal_binds", False) or not bindparam.required
            return cast(str, super().visit_bindparam(bindparam, **how))

    return SpellingOut


@dataclass(frozen=True, slots=True)
class _Form:
    """A statement as one driver wants it: its text, which value goes where and how it is written, and how each column is read."""

    sql: str
    places: tuple[tuple[str, Convert | None], ...]
    readers: tuple[Convert | None, ...]

    @classmethod
    def of(cls, statement: Executable, dialect: Dialect) -> "_Form":
        if dialect.name == "postgresql":
            dialect = PGDialect_psycopg(paramstyle="numeric_dollar")  # type: ignore[no-untyped-call]  # the toolkit has no types there
        compiled = _spelling_out_constants(dialect.statement_compiler)(dialect, cast(ClauseElement, statement))
        binds = {name: bind for bind, name in compiled.bind_names.items()}
        columns = getattr(statement, "selected_columns", ())
        readers = tuple(column.type.dialect_impl(dialect).result_processor(dialect, _NUMERIC) for column in columns)
        return cls(
            sql=compiled.string,
            places=tuple(
                (name, binds[name].type.dialect_impl(dialect).bind_processor(dialect))
                for name in compiled.positiontup or ()
            ),
            readers=readers if any(readers) else (),
        )

    def bound(self, values: Values) -> list[Any]:
        return [values[name] if write is None else write(values[name]) for name, write in self.places]

    def converted(self, rows: list[Any]) -> list[tuple[Any, ...]]:
        readers = [(place, read) for place, read in enumerate(self.readers) if read is not None]
        if not readers:
            return rows
        changed = []
        for row in rows:
            values = list(row)
            for place, read in readers:
                values[place] = read(values[place])
            changed.append(tuple(values))
        return changed
