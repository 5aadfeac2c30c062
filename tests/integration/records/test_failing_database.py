"""What does an import say that was kept, where the database fails in the middle of it?"""

import io

from sqlalchemy import text

from tests.factories.records import Desk, as_text, learner
from webapp.models.base import db
from webapp.models.learners import Learner


class TestGivenADatabaseThatFailsMidWay:
    def test_it_says_what_was_kept(self, desk: Desk) -> None:
        lines = [learner(f"l{n}") for n in range(2_500)]
        stream = Saboteur(desk, as_text(*lines), after_line=2_000)

        try:
            ran = desk.runs("-", "--quiet", given=stream)
        finally:
            stream.mend()

        assert ran.exit_code == 1
        assert "The database failed at lines 2001 to 2500 of -: " in ran.stderr
        assert "Everything up to line 2000 is kept, nothing after it." in ran.stderr
        assert len(desk.every(Learner)) == 2_000

    def test_it_says_that_nothing_was_kept(self, desk: Desk) -> None:
        stream = Saboteur(desk, as_text(learner()), after_line=-1)

        try:
            ran = desk.runs("-", given=stream)
        finally:
            stream.mend()

        assert ran.exit_code == 1
        assert "Nothing of this file is kept." in ran.stderr

    def test_a_dry_run_says_that_it_was_one(self, desk: Desk) -> None:
        saboteur = Saboteur(desk, as_text(learner()), after_line=-1)
        saboteur.begin()  # before there is a copy to try it in

        try:
            ran = desk.runs("-", "--dry-run", given=as_text(learner()))
        finally:
            saboteur.mend()

        assert ran.exit_code == 1
        assert "This was a dry run: nothing was kept." in ran.stderr
        assert "certdesk db upgrade" in ran.stderr


class Saboteur(io.RawIOBase):
    """A stream that takes a table away once it has been read to a line."""

    def __init__(self, desk: Desk, given: bytes, *, after_line: int) -> None:
        self._desk, self._given, self._lines, self._after_line = desk, io.BytesIO(given), 0, after_line

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1, /) -> bytes:
        return self._given.read(size)

    def readline(self, size: int | None = -1, /) -> bytes:
        self._lines += 1
        if self._lines == self._after_line + 2:
            self.begin()
        return self._given.readline(-1 if size is None else size)

    def begin(self) -> None:
        self._rename("learner", "taken_away")

    def mend(self) -> None:
        self._rename("taken_away", "learner")

    def _rename(self, before: str, after: str) -> None:
        with self._desk.app.app_context(), db.engine.begin() as connection:
            connection.execute(text(f'ALTER TABLE "{before}" RENAME TO "{after}"'))
