"""How does a whole list get out of the door, a few lines at a time, and how is that written down?"""

from collections.abc import Callable, Iterable, Iterator, Mapping

from flask import Flask, Response, current_app, request
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from webapp import clock
from webapp.models.base import db, unit_of_work
from webapp.services.exports import noting
from webapp.services.exports.sources import FORMS, MIMES, Row, Source
from webapp.web import auth

LINES, CHARACTERS = 500, 256 * 1024
"""How many lines are sent at a time, and how many characters: a server keeps several pieces for whoever reads slowly."""
Ended = Callable[[int, bool], None]
"""Is told how many rows were read, and whether those were all."""


def export(source: Source, form: str, filters: Mapping[str, str]) -> Response:
    """Send a list as `csv` or `jsonl`, and leave the events that tell who took it, by which filters, and how many rows.

    Who asks for the head alone takes nothing.
    """
    if request.method == "HEAD":
        return sent(source, form)
    app, actor = current_app._get_current_object(), auth.actor()  # type: ignore[attr-defined]  # Flask's documented way
    with unit_of_work() as session:
        noting.note_begun(session, actor, source.name, form, filters, now=clock.now())

    def ended(rows: int, complete: bool) -> None:  # noqa: FBT001 - one call, below
        _in_context(
            app,
            lambda session: noting.note_ended(session, actor, source.name, rows, complete=complete, now=clock.now()),
        )

    return sent(source, form, ended)


def sent(source: Source, form: str, ended: Ended = lambda _rows, _complete: None) -> Response:
    """Send a list as `csv` or `jsonl`, a few lines at a time; leaves no event."""
    answer = Response(_lines(source, form, db.engine, ended), mimetype=MIMES[form])
    answer.headers["Content-Disposition"] = f"attachment; filename={source.name}.{form}"
    return answer


class _Counted:
    """Rows, and how many of them were taken."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self._rows = rows
        self.number = 0

    def __iter__(self) -> Iterator[Row]:
        for row in self._rows:
            self.number += 1
            yield row


def _lines(source: Source, form: str, engine: Engine, ended: Ended) -> Iterator[str]:
    complete = False
    with Session(engine) as session:  # of its own: the request's ends before the last line is sent
        rows = _Counted(source.rows(session))
        try:
            yield from _several(FORMS[form](source.fields, rows))
            complete = True
        finally:
            session.rollback()
            ended(rows.number, complete)


def _several(lines: Iterator[str]) -> Iterator[str]:
    """Join lines, as many as are sent at a time, and cut what is longer than a piece."""
    waiting: list[str] = []
    characters = 0
    for line in lines:
        waiting.append(line)
        characters += len(line)
        if len(waiting) == LINES or characters >= CHARACTERS:
            yield from _cut("".join(waiting))
            waiting, characters = [], 0
    yield from _cut("".join(waiting))


def _cut(text: str) -> Iterator[str]:
    return (text[start : start + CHARACTERS] for start in range(0, len(text), CHARACTERS))


def _in_context(app: Flask, write: Callable[[Session], None]) -> None:
    with app.app_context(), unit_of_work() as session:
        write(session)
