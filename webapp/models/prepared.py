"""How does a busy path run its statements: compiled once, and sent without waiting for each one's answer?

Building a statement anew for each request cost a callback more than running it, and so did each
wait for an answer (docs/benchmarks.md, what was tried).
"""

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import psycopg
from sqlalchemy import Dialect, Executable, bindparam, insert
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from sqlalchemy.sql.compiler import SQLCompiler

Convert = Callable[[Any], Any]
Values = Mapping[str, Any]


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


def insertion(model: type[Any], *, made_by_database: tuple[str, ...] = ()) -> Prepared:
    """Give the statement that inserts one row, whose values come by the names of the columns."""
    columns = [column.name for column in model.__table__.columns if column.name not in made_by_database]
    return Prepared(insert(model).values({name: bindparam(name) for name in columns}))


class Batch:
    """Statements of one transaction, sent together as late as possible: when an answer is needed, or at the end."""

    def __init__(self, session: Session) -> None:
        """Work in the session's transaction, after all that is pending in it."""
        session.flush()
        connection = session.connection()
        self._dialect = connection.dialect
        self._driver: Any = connection.connection.driver_connection
        self._waiting: list[_Call] = []

    @property
    def on_postgresql(self) -> bool:
        """True on PostgreSQL."""
        return self._dialect.name == "postgresql"

    def add(self, statement: Prepared, values: Values, *, must_change_one: bool = False) -> None:
        """Let a statement run with the next ones; `must_change_one` undoes everything where it changed no row."""
        self._waiting.append(_Call(statement.form(self._dialect), (values,), must_change_one))

    def add_each(self, statement: Prepared, rows: Sequence[Values]) -> None:
        """Let a statement run once for each of the rows, with the next ones."""
        if rows:
            self._waiting.append(_Call(statement.form(self._dialect), rows))

    def ask(self, statement: Prepared, values: Values) -> list[tuple[Any, ...]]:
        """Run what waits and then a query, and give its rows."""
        self.add(statement, values)
        calls, cursors = self._run()
        rows: list[tuple[Any, ...]] = calls[-1].form.converted(cursors[-1].fetchall())
        return rows

    def run(self) -> None:
        """Run what waits."""
        if self._waiting:
            self._run()

    def _run(self) -> "tuple[list[_Call], list[Any]]":
        calls, self._waiting = self._waiting, []
        try:
            cursors = self._send(calls)
        except (psycopg.Error, sqlite3.Error) as problem:
            # As the toolkit would have raised it; no parameters in the text, since they name people.
            kind = psycopg.Error if isinstance(problem, psycopg.Error) else sqlite3.Error
            statements = "; ".join(call.form.sql for call in calls)
            raise DBAPIError.instance(statements, None, problem, kind, hide_parameters=True) from problem
        for call, cursor in zip(calls, cursors, strict=True):
            if call.must_change_one and cursor.rowcount != 1:
                raise ChangedMeanwhile(call.form.sql)
        return calls, cursors

    def _send(self, calls: "Sequence[_Call]") -> list[Any]:
        if isinstance(self._driver, psycopg.Connection) and len(calls) > 1:
            with self._driver.pipeline():
                return [call.send(self._driver) for call in calls]
        return [call.send(self._driver) for call in calls]


class ChangedMeanwhile(RuntimeError):
    """A row that was locked was changed all the same: nothing of the transaction may stay."""


@dataclass(frozen=True, slots=True)
class _Call:
    form: "_Form"
    rows: Sequence[Values]
    must_change_one: bool = False

    def send(self, driver: Any) -> Any:  # noqa: ANN401 - a connection of any driver, and its cursor
        bound = [self.form.bound(values) for values in self.rows]
        if len(bound) == 1:
            return driver.execute(self.form.sql, bound[0])
        cursor = driver.cursor()
        cursor.executemany(self.form.sql, bound)
        return cursor


@dataclass(frozen=True, slots=True)
class _Form:
    """A statement as one driver wants it: its text, how each value is written, and how each column is read."""

    sql: str
    order: tuple[str, ...] | None  # SQLite's driver takes values by place, PostgreSQL's by name
    writers: dict[str, Convert]
    readers: tuple[Convert | None, ...]
    constants: dict[str, Any]

    @classmethod
    def of(cls, statement: Executable, dialect: Dialect) -> "_Form":
        compiled = statement.compile(dialect=dialect)  # type: ignore[attr-defined]  # every executable of the toolkit can
        assert isinstance(compiled, SQLCompiler)
        names = compiled.bind_names
        writers = {name: bind.type.dialect_impl(dialect).bind_processor(dialect) for bind, name in names.items()}
        columns = getattr(statement, "selected_columns", ())
        readers = tuple(column.type.dialect_impl(dialect).result_processor(dialect, None) for column in columns)
        return cls(
            sql=compiled.string,
            order=tuple(compiled.positiontup) if compiled.positional and compiled.positiontup else None,
            writers={name: writer for name, writer in writers.items() if writer is not None},
            readers=readers if any(readers) else (),
            constants={name: bind.value for bind, name in names.items() if not bind.required},
        )

    def bound(self, values: Values) -> Any:  # noqa: ANN401 - by place or by name
        merged = {**self.constants, **values}
        for name, writer in self.writers.items():
            merged[name] = writer(merged[name])
        return merged if self.order is None else [merged[name] for name in self.order]

    def converted(self, rows: list[Any]) -> list[tuple[Any, ...]]:
        if not self.readers:
            return rows
        return [
            tuple(value if read is None else read(value) for read, value in zip(self.readers, row, strict=True))
            for row in rows
        ]
