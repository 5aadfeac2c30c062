"""How does a stream of lines become batches that are kept: each in its own transaction, or of a dry run none?"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from typing import IO

from sqlalchemy.exc import OperationalError

from webapp import clock
from webapp.domain.actors import Actor
from webapp.domain.records.fields import LINE_BYTES
from webapp.models.base import Transactions, trial
from webapp.services.following.moves import Switches
from webapp.services.records import intake
from webapp.services.records.intake import Line, Taken

# Each try waits for a lock by itself; what is locked out as often as this is not merely unlucky.
TRIES = 5


class Lines:
    """The lines of a stream with their numbers; of one that is too long only as much as shows that it is."""

    def __init__(self, stream: IO[bytes]) -> None:
        """Begin before the first line."""
        self._stream = stream
        self.bytes_read = 0

    def __iter__(self) -> Iterator[tuple[int, bytes]]:
        """Give one line after the other, the first as number 1."""
        number = 0
        while line := self._next_part():
            number += 1
            yield number, line.removesuffix(b"\n")
            while len(line) > LINE_BYTES and not line.endswith(b"\n"):
                line = self._next_part() or b"\n"

    def _next_part(self) -> bytes:
        part = self._stream.readline(LINE_BYTES + 1)
        self.bytes_read += len(part)
        return part


@contextmanager
def transactions(begin: Transactions, *, dry_run: bool) -> Iterator[Transactions]:
    """Give what begins a transaction: a new one for each batch, or of a dry run one alone that is only tried."""
    if not dry_run:
        yield begin
        return
    with trial() as session:
        yield lambda: nullcontext(session)


def keep(
    begin: Transactions, actor: Actor, batch: Sequence[Line], *, source: str, switches: Switches, dry_run: bool
) -> Taken:
    """Take in a batch with its audit; raises SQLAlchemyError where the database fails, and then nothing of it is kept.

    An upsert may be said twice, so a batch that was locked out, or lost its connection, is simply done again.
    """
    for tries in range(1, TRIES + 1):
        try:
            with begin() as session:
                now = clock.now()
                taken = intake.take(session, actor, batch, switches=switches, now=now)
                if not dry_run:  # it would hold the end of the audit, which every writer waits for
                    intake.write_audit(session, actor, taken, source=source, now=now)
            return taken
        except OperationalError:
            if dry_run or tries == TRIES:
                raise
    raise AssertionError("the last try ends the loop")
