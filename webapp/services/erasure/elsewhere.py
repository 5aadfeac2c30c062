"""Where do other people's rows name a learner: kept messages, views, runs and answers that no key ties to them?"""

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl

from sqlalchemy import ColumnElement, Row, Select, Text, cast, false, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from webapp.domain.identifiers import folded
from webapp.domain.learners.erasure import names_somebody, usernames_in, written_forms
from webapp.models.bus import DeadLetter
from webapp.models.certificates import GenerationRun
from webapp.models.desk.saved_views import SavedView
from webapp.models.messages import IdempotencyKey
from webapp.services.erasure.person import Person

_AT_ONCE = 500


def open_letters(session: Session, person: Person) -> list[int]:
    """Give the numbers of events that wait among the dead letters and are about the learner."""
    told = cast(DeadLetter.told, Text)
    likely = [quoted(told, text) for text in person.exact]
    if person.number is not None:
        likely.append(DeadLetter.waits_for == person.number)
    columns = (DeadLetter.id, DeadLetter.told, DeadLetter.value, DeadLetter.waits_for)
    query = select(*columns).where(
        DeadLetter.closed_at.is_(None), or_(DeadLetter.told.is_(None), *likely) if likely else false()
    )
    forms = [form for text in person.exact for form in written_forms(text)]
    found = []
    for number, said, value, waits_for in _in_steps(session, query, DeadLetter.id):
        awaited = person.number is not None and waits_for == person.number
        named = person.username in usernames_in(said) or any(form in (value or b"") for form in forms)
        if awaited or named:
            found.append(number)
    return found


def noted_letters(session: Session, person: Person) -> list[int]:
    """Give the numbers of discarded events whose note or reason names the learner."""
    rows = session.execute(
        select(DeadLetter.id, DeadLetter.note, DeadLetter.reason).where(DeadLetter.closed_at.is_not(None))
    )
    return [number for number, note, reason in rows if names_somebody(f"{note} {reason}", person.names)]


def saved_views(session: Session, person: Person) -> list[int]:
    """Give the numbers of views that filter by the learner's name or address, those that were taken away among them."""
    words = {folded(text) for text in person.names}
    rows = session.execute(select(SavedView.id, SavedView.query, SavedView.name))
    return [
        number
        for number, query, name in rows
        if words & {folded(value) for _, value in parse_qsl(query)} or names_somebody(name, person.names)
    ]


def runs_by_name(session: Session, person: Person) -> list[int]:
    """Give the numbers of runs whose certificates were chosen by the learner's name or address."""
    rows = session.execute(select(GenerationRun.id, GenerationRun.chosen).where(GenerationRun.chosen != ""))
    return [number for number, chosen in rows if names_somebody(chosen, person.names)]


def kept_answers(session: Session, person: Person) -> list[int]:
    """Give the numbers of answers that are kept to be given once more and name the learner; all of the last day are read."""
    forms = [json.dumps(text).encode() for text in person.names] + [f'"{text}"'.encode() for text in person.names]
    query = select(IdempotencyKey.id, IdempotencyKey.body).where(IdempotencyKey.body.is_not(None))
    rows = _in_steps(session, query, IdempotencyKey.id)
    return [number for number, body in rows if any(form in (body or b"") for form in forms)]


def quoted(column: InstrumentedAttribute[str | None] | ColumnElement[str], text: str) -> ColumnElement[bool]:
    """Give the condition that a JSON text has another as one of its texts, however it writes letters beyond ASCII."""
    return or_(*(column.contains(form, autoescape=True) for form in sorted(_json_forms(text))))


def _in_steps(
    session: Session, query: Select[*tuple[Any, ...]], number: InstrumentedAttribute[int]
) -> Iterator[Row[*tuple[Any, ...]]]:
    """Give the rows of a query, its first column being their number, a few at a time: they may be long."""
    last = 0
    while rows := session.execute(query.where(number > last).order_by(number).limit(_AT_ONCE)).all():
        yield from rows
        last = rows[-1][0]


def _json_forms(text: str) -> Iterator[str]:
    yield json.dumps(text)
    if not text.isascii():
        yield json.dumps(text, ensure_ascii=False)
