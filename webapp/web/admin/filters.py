"""By what can a list be narrowed? Each filter is a field of the form and lives in the address."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Any, Literal

from sqlalchemy import ColumnElement
from sqlalchemy.orm import InstrumentedAttribute

from webapp.domain.actors import WORDS
from webapp.domain.identifiers import BadCourseId, parse_course_id, storable
from webapp.web.language import tell
from webapp.wording import SPACE, joined, phrase

Condition = Callable[[str], ColumnElement[bool]]
LONGEST_WORD = 80
"""Of what somebody typed the chip shows no more."""
YES, NO = phrase("Yes"), phrase("No")
ANY = phrase("Any")


class NotUnderstood(ValueError):
    """A filter's value means nothing; the text says what it should be."""


@dataclass(frozen=True, slots=True)
class Filter:
    """One field; `condition` gives what a value asks for and raises NotUnderstood."""

    name: str
    label: str
    kind: Literal["choice", "date", "text", "flag"]
    condition: Condition
    choices: tuple[tuple[str, str], ...] = ()
    bound: Literal["", "from", "to"] = ""
    """One end of the span by which the list is then ordered, so that an index serves it."""
    unset: str = ANY
    """What is shown where none of the choices is made, in a word."""

    def word_for(self, value: str) -> str:
        """Give a value in words."""
        return dict(self.choices).get(value, value[:LONGEST_WORD])

    def chip(self, value: str) -> str:
        """Give what stands on the page for as long as the filter narrows by a value."""
        return phrase("{label}: {value}", label=self.label, value=self.word_for(value))


def sentences(problems: Sequence[str]) -> str:
    """Give what was not understood, each as a sentence."""
    return joined((phrase("{said}.", said=one) for one in problems), SPACE)


def choice(name: str, label: str, column: InstrumentedAttribute[Any], words: Mapping[Any, str]) -> Filter:
    """Narrow by one value of a fixed set."""
    choices = tuple((str(value), word) for value, word in words.items())
    by_text = {str(value): value for value in words}

    def condition(value: str) -> ColumnElement[bool]:
        if value not in by_text:
            raise NotUnderstood(phrase("{label}: “{value}” is not one of the choices", label=label, value=value[:40]))
        chosen: ColumnElement[bool] = column == by_text[value]
        return chosen

    return Filter(name, label, "choice", condition, choices)


def yes_no(name: str, label: str, column: InstrumentedAttribute[bool], *, yes: str = YES, no: str = NO) -> Filter:
    """Narrow by a column that is true or false."""
    chosen = choice(name, label, column, {True: yes, False: no})
    words = (("yes", yes), ("no", no))

    def condition(value: str) -> ColumnElement[bool]:
        return chosen.condition({"yes": "True", "no": "False"}.get(value, value))

    return Filter(name, label, "choice", condition, words)


def enum_choice(
    name: str, label: str, column: InstrumentedAttribute[Any], kind: type[StrEnum], word: Callable[[str], str]
) -> Filter:
    """Narrow by one member of an enum."""
    return choice(name, label, column, {member: word(member) for member in kind})


def course(column: InstrumentedAttribute[str]) -> Filter:
    """Narrow by a course run, given by its key in either spelling."""

    def condition(value: str) -> ColumnElement[bool]:
        try:
            return column == parse_course_id(value)
        except BadCourseId:
            raise NotUnderstood(
                phrase("Course: “{value}” is not a course key such as course-v1:Org+Course+Run", value=value[:60])
            ) from None

    return Filter("course", phrase("Course"), "text", condition)


def text(name: str, label: str, condition: Condition) -> Filter:
    """Narrow by a text that somebody types."""

    def checked(value: str) -> ColumnElement[bool]:
        if not storable(value):
            raise NotUnderstood(phrase("{label}: that text has characters that no name has", label=label))
        return condition(value)

    return Filter(name, label, "text", checked)


def actor(name: str, label: str, column: InstrumentedAttribute[str]) -> Filter:
    """Narrow by who acted, be it typed as it is kept or as a list shows it."""
    return text(name, label, lambda typed: column == name_of(typed))


def name_of(typed: str) -> str:
    """Give the name that is kept of an actor for the words that people read in its place."""
    return next((name for name, words in WORDS.items() if typed in (words, tell(words))), typed)


def flag(name: str, label: str, condition: Callable[[], ColumnElement[bool]]) -> Filter:
    """Narrow by a property that is there or not."""
    return Filter(name, label, "flag", lambda _value: condition(), (("1", YES),))


def dates(
    prefix: str, label: str, column: InstrumentedAttribute[datetime], *, ordered: bool = True
) -> tuple[Filter, Filter]:
    """Narrow by a span of days in UTC, both ends counted."""

    def since(value: str) -> ColumnElement[bool]:
        return column >= _day(value, label)

    def until(value: str) -> ColumnElement[bool]:
        return column < _day(value, label) + timedelta(days=1)

    return (
        Filter(
            f"{prefix}_from",
            phrase("{label} from (UTC)", label=label),
            "date",
            since,
            bound="from" if ordered else "",
        ),
        Filter(
            f"{prefix}_to",
            phrase("{label} to (UTC)", label=label),
            "date",
            until,
            bound="to" if ordered else "",
        ),
    )


def _day(value: str, label: str) -> datetime:
    try:
        day = date.fromisoformat(value)
    except ValueError:
        raise NotUnderstood(
            phrase("{label}: “{value}” is not a date such as 2026-01-31", label=label, value=value[:20])
        ) from None
    if not date(1970, 1, 1) <= day <= date(9000, 1, 1):
        raise NotUnderstood(phrase("{label}: {value} is out of range", label=label, value=value))
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
