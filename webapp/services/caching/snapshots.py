"""Was anything at all written since something was made? Then a list has to be read again, and else it is what it was."""

from sqlalchemy import Text, cast, func, select
from sqlalchemy.orm import Session

from webapp.models.prepared import Line, Prepared


def read_snapshot(session: Session) -> str | None:
    """Give a name for all that is committed by now; None on SQLite, which has none that outlives a connection.

    PostgreSQL names the transactions that a statement sees: which is the next, and which before it are still under way.
    Two statements that see the same ones see the same rows. The name never comes back once anything is committed, so
    what was made after it was read is of that state, or the state has another name by now.
    """
    line = Line.of(session)
    if not line.on_postgresql:
        return None
    name: str = line.ask(_SNAPSHOT, {})[0][0]
    return name


_SNAPSHOT = Prepared(select(cast(func.pg_current_snapshot(), Text)))
