"""Was anything at all written since something was made? Then a list has to be read again, and else it is what it was.

PostgreSQL names the transactions that a statement sees: which is the next, and which before it are still under way. Two
statements that see the same ones see the same rows. The name never comes back once anything is committed, so what was
made after it was read is of that state, or the state has another name by now. SQLite has no name that outlives a connection.
"""

from typing import Any

from sqlalchemy import Text
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


class _Snapshot(FunctionElement[str]):
    type = Text()
    inherit_cache = True


@compiles(_Snapshot)
def _none(_element: _Snapshot, _compiler: SQLCompiler, **_how: Any) -> str:  # noqa: ANN401 - the toolkit's own
    return "NULL"


@compiles(_Snapshot, "postgresql")
def _named(_element: _Snapshot, _compiler: SQLCompiler, **_how: Any) -> str:  # noqa: ANN401 - the toolkit's own
    return "CAST(pg_current_snapshot() AS TEXT)"


SNAPSHOT = _Snapshot()
"""A column of any question: the name of what it sees, None on SQLite."""
