"""How is something said in English, and so that a page can say it in its reader's language?

A sentence is an English text like any other, to the log, to the terminal and to programs. It remembers how it was put
together, and so whoever draws a page can put it together anew (`webapp/languages.py`).
"""

from collections.abc import Iterable, Mapping
from typing import Any, Self


class Phrase(str):
    """An English text that knows its template and what stands in it."""

    __slots__ = ("about", "many", "number", "template", "values")
    template: str
    many: str | None
    number: int
    values: Mapping[str, Any]
    about: str

    def __new__(
        cls,
        template: str,
        values: Mapping[str, Any] | None = None,
        *,
        many: str | None = None,
        number: int = 1,
        about: str = "",
    ) -> Self:
        """Put a text together; `many` is the template for any number but one, `about` says which of its meanings it has."""
        values = values or {}
        chosen = template if many is None or number == 1 else many
        text = super().__new__(cls, chosen.format_map(values) if values else chosen)
        text.template, text.many, text.number, text.values, text.about = template, many, number, values, about
        return text

    def __getnewargs__(self) -> tuple[str, Mapping[str, Any]]:  # type: ignore[override]  # what `__new__` takes, not what str has
        """Give what a copy is made of."""
        return (self.template, self.values)


def phrase(template: str, /, **values: Any) -> Phrase:  # noqa: ANN401 - whatever stands in a sentence
    """Give a sentence; `{name}` in it stands for a value. Raises KeyError for a name without one."""
    return Phrase(template, values)


def phrase_of(number: int, one: str, many: str, /, **values: Any) -> Phrase:  # noqa: ANN401 - as above
    """Give a sentence about a number of things, `{number}` in it, in the form that goes with that number."""
    return Phrase(one, {"number": f"{number:,}", **values}, many=many, number=number)


def phrase_as(about: str, template: str, /, **values: Any) -> Phrase:  # noqa: ANN401 - as above
    """Give a sentence as `phrase` does, of an English word that other languages have several for; `about` tells them apart."""
    return Phrase(template, values, about=about)


class Joined(str):
    """English texts side by side, with something between them; each of them, and that, can be said in other languages."""

    __slots__ = ("between", "parts")
    parts: tuple[str, ...]
    between: str

    def __new__(cls, parts: Iterable[str], between: str) -> Self:
        """Put the parts together."""
        parts = tuple(parts)
        text = super().__new__(cls, between.join(parts))
        text.parts, text.between = parts, between
        return text

    def __getnewargs__(self) -> tuple[tuple[str, ...], str]:  # type: ignore[override]  # as above
        """Give what a copy is made of."""
        return (self.parts, self.between)


COMMA = phrase(", ")
OR = phrase(" or ")
AND = phrase(" and ")
SEMICOLON = phrase("; ")
SPACE = " "


def joined(parts: Iterable[str], between: str = COMMA) -> Joined:
    """Give texts side by side, with commas between them or with something else that is a phrase where people read it."""
    return Joined(parts, between)


def kept(text: str) -> Phrase:
    """Give a sentence of ours that was kept in English, in the database for instance, with its values in it."""
    return Phrase(text)


def words_of(problem: BaseException) -> str:
    """Give what an error says, so that a page can say it in its reader's language; `str` of it is English alone."""
    said = problem.args[0] if problem.args else ""
    return said if isinstance(said, str) else str(problem)
