"""Which rows of a table does a batch touch? Read at once, changed in memory, written at once."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from sqlalchemy import ColumnElement, Table, bindparam, insert, select, tuple_, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from webapp.models.base import Model

Key = tuple[str, ...]


@dataclass(slots=True, eq=False)
class Row:
    """One row as the lines up to now would have it; a parent's id may be known only once the parent is written."""

    values: dict[str, Any]
    parents: Mapping[str, "Row"] = field(default_factory=dict)
    touched: set[str] = field(default_factory=set)
    """Columns that the database does not have like this."""

    @property
    def id(self) -> int:
        """The row's number; a new row has it once it is written."""
        return cast("int", self.values["id"])


class Rows:
    """The rows of one table, found by their natural key, in which a user name stands for the learner's number."""

    def __init__(self, model: type[Model], *key: str, upsert: bool = False) -> None:
        """Begin without rows; with `upsert` a row that somebody else adds meanwhile is no error (decision 37)."""
        self.table = cast("Table", model.__table__)
        self.key = key
        self._upsert = upsert
        self._by_key: dict[Key, Row] = {}
        self._new: list[Row] = []
        self._changed: dict[int, Row] = {}
        self._gone: list[int] = []

    def load(
        self, session: Session, keys: Iterable[Key], learners: "Rows | None" = None, *, lock: bool = False
    ) -> None:
        """Read the rows of the keys; with `lock` nobody else changes them before the transaction ends."""
        names: dict[Any, str] = {}
        wanted: Iterable[tuple[Any, ...]] = keys
        if learners is not None:
            names = {number: username for number, (username,) in learners.stored().items()}
            numbers = {username: number for number, username in names.items()}
            wanted = [(numbers[key[0]], *key[1:]) for key in keys if key[0] in numbers]
        condition = self._among(sorted(set(wanted)))
        if condition is None:
            return
        query = select(self.table).where(condition)
        if lock:
            query = query.order_by(self.table.c.id).with_for_update(key_share=True)
        for found in session.execute(query).mappings():
            key = tuple(found[name] for name in self.key)
            self._by_key[(names[key[0]], *key[1:]) if names else key] = Row(dict(found))

    def find(self, key: Key) -> Row | None:
        """Give the row of a key, or None."""
        return self._by_key.get(key)

    def stored(self) -> dict[int, Key]:
        """Give the key of every row that the database had, by its number."""
        return {row.id: key for key, row in self._by_key.items() if "id" in row.values}

    def put(self, key: Key, row: Row) -> None:
        """Take in a row that was read elsewhere."""
        self._by_key[key] = row

    def forget(self, key: Key) -> None:
        """Let another row have the key; this one is written all the same."""
        del self._by_key[key]

    def remove(self, key: Key) -> None:
        """Take the row of a key away, in a table where the role that serves may (docs/operations.md); another may have the key."""
        row = self._by_key.pop(key)
        if "id" in row.values:
            self._changed.pop(row.id, None)
            self._gone.append(row.id)
        else:
            self._new.remove(row)

    def add(self, key: Key, values: dict[str, Any], parents: Mapping[str, Row], carried: Iterable[str] = ()) -> Row:
        """Add a row; `carried` are the columns that count against a row that somebody else added meanwhile."""
        row = Row(values, parents, set(carried))
        self._by_key[key] = row
        self._new.append(row)
        return row

    def change(self, row: Row, values: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
        """Change what is otherwise and give, by column, what it was and what it became."""
        changes = {name: (row.values[name], value) for name, value in values.items() if row.values[name] != value}
        row.values.update((name, value) for name, (_, value) in changes.items())
        row.touched.update(changes)
        if changes and "id" in row.values:
            self._changed[row.id] = row
        return changes

    def touched(self, column: str) -> list[Row]:
        """Give the rows, new and old, in which a line said something else of a column than the database does."""
        return [row for row in (*self._changed.values(), *self._new) if column in row.touched]

    def write(self, session: Session) -> None:
        """Write the changed rows, then the new ones, so that what a changed row gives up, or one that goes, is free for a new one."""
        if self._gone:
            session.execute(self.table.delete().where(self.table.c.id.in_(self._gone)))
        groups: defaultdict[frozenset[str], list[Row]] = defaultdict(list)
        for number in sorted(self._changed):
            groups[frozenset(self._changed[number].touched)].append(self._changed[number])
        for columns, rows in groups.items():
            statement = update(self.table).where(self.table.c.id == bindparam("row_id"))
            session.execute(statement, [{"row_id": row.id, **{c: row.values[c] for c in columns}} for row in rows])
        if self._upsert:
            self._write_upserts(session)
        elif self._new:
            query = insert(self.table).returning(self.table.c.id, sort_by_parameter_order=True)
            numbers = session.scalars(query, [_complete(row) for row in self._new]).all()
            for row, number in zip(self._new, numbers, strict=True):
                row.values["id"] = number

    def _write_upserts(self, session: Session) -> None:
        groups: defaultdict[frozenset[str], list[Row]] = defaultdict(list)
        for row in self._new:
            groups[frozenset(row.touched)].append(row)
        for columns, rows in groups.items():
            self._write_group(session, columns, rows)

    def _write_group(self, session: Session, columns: frozenset[str], rows: Sequence[Row]) -> None:
        dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
        key = [self.table.c[name] for name in self.key]
        query = dialect.insert(self.table)
        # A row that is there already must come back as well, so it is "changed" even where nothing changes.
        changes = {name: query.excluded[name] for name in sorted(columns) or self.key[:1]}
        upsert = query.on_conflict_do_update(index_elements=key, set_=changes).returning(self.table.c.id, *key)
        complete = {
            tuple(values[name] for name in self.key): (row, values) for row in rows for values in [_complete(row)]
        }
        for number, *found in session.execute(upsert, [complete[one][1] for one in sorted(complete)]):
            complete[tuple(found)][0].values["id"] = number

    def _among(self, wanted: Sequence[tuple[Any, ...]]) -> ColumnElement[bool] | None:
        if not wanted:
            return None
        columns = [self.table.c[name] for name in self.key]
        return columns[0].in_([one for (one,) in wanted]) if len(columns) == 1 else tuple_(*columns).in_(wanted)


def _complete(row: Row) -> dict[str, Any]:
    return row.values | {column: parent.id for column, parent in row.parents.items()}
