"""How is a payload read from JSON of any shape, and how are its texts quoted to people?"""

import json
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from webapp.domain.configs.proposals import SINGLE_KEY, BadPayload, Problem
from webapp.domain.identifiers import made_storable, storable
from webapp.wording import joined as side_by_side
from webapp.wording import phrase, phrase_of, words_of

Reader = Callable[[str, object], Any]
"""Gives the canonical form of the value at a path (any JSON); raises BadPayload with everything that is wrong with it."""

Shape = Mapping[str, Any]
"""What JSON a value has to be, as JSON Schema (2020-12) says it; what that cannot say the reader judges alone."""

HERE = "x-here"
"""What a shape with a name means in one place."""
LARGEST = 64 * 1024
"""Bytes of a payload as compact JSON in UTF-8."""
DEEPEST = 10
"""Levels of objects and lists; what we know needs eight."""
QUOTED = 80
"""Characters of a text that a sentence quotes."""
_DIGITS = 20  # more than any number that is taken
_LARGEST_NUMBER = 2**53  # beyond, readers of JSON disagree (RFC 8259 §6)
_NAME_LENGTH = 100
_ALIKE_SHOWN = 20
_MISLEADING = re.compile("[\u202a-\u202e\u2066-\u2069]")  # turn the reading direction of what follows (Trojan Source)


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a payload: what judges its value, and of which shape that is once it is canonical."""

    read: Reader
    shape: Shape
    taken: Shape | None = None
    """The shape of all that the reader takes, where that is more."""


class NoJson(ValueError):
    """A text is no JSON; it says where, or why."""


def read_json(text: str) -> Any:  # noqa: ANN401 - JSON of any shape
    """Read JSON as the standard has it: no NaN, and no name twice in an object, of which one would silently be lost.

    Raises NoJson.
    """
    try:
        return json.loads(text, object_pairs_hook=_unrepeated, parse_constant=_refuse_constant, parse_int=_whole)
    except json.JSONDecodeError as error:
        where: str = phrase(
            "Line {lineno}, column {colno}: {msg}.", lineno=error.lineno, colno=error.colno, msg=error.msg
        )
    except RecursionError:
        where = phrase("It is nested too deep.")
    except ValueError as error:
        where = words_of(error)
    raise NoJson(where)


def inside(path: str, name: str) -> str:
    """Give the path of a field, however odd its name."""
    shown = made_storable(name[:_NAME_LENGTH])
    return f"{path}.{shown}" if path else shown


def read_payload(value: object, fields: Mapping[str, Field]) -> dict[str, Any]:
    """Read an object that has exactly these fields; raises BadPayload with every problem of every field.

    What no database could keep, what is too large and what is nested too deep is refused before anything is read.
    """
    refuse_unfit("", value)
    if not isinstance(value, dict):
        raise BadPayload([Problem("", phrase("Must be an object with {fields}.", fields=listed(fields)))])
    found: dict[str, Any] = {}
    problems: list[Problem] = []
    for name, field in fields.items():
        try:
            found[name] = field.read(name, value[name])
        except KeyError:
            problems.append(Problem(name, phrase("Is missing.")))
        except BadPayload as bad:
            problems.extend(bad.problems)
    unknown = phrase("There is no such field, only {fields}.", fields=listed(fields))
    problems.extend(Problem(inside("", name), unknown) for name in value if name not in fields)
    if problems:
        raise BadPayload(problems)
    return found


def shape_of(fields: Mapping[str, Field], *, taken: bool = False) -> Shape:
    """Give the shape of the objects that `read_payload` gives for these fields, or of those that it takes."""
    return {
        "type": "object",
        "properties": {name: one.taken if taken and one.taken else one.shape for name, one in fields.items()},
        "required": [*fields],
        "additionalProperties": False,
    }


def switch(means: str) -> Field:
    """Give a field that is true or false; the text says what it switches."""
    return Field(truth, {"type": "boolean", "description": means})


def one_of(words: type[StrEnum]) -> Shape:
    """Give the shape of a word of an enumeration; its title is the enumeration's name."""
    return {"title": words.__name__, "type": "string", "enum": [word.value for word in words]}


def here(shape: Shape, means: str) -> Shape:
    """Give a shape that has a name, with what it means in one place of several."""
    return {**shape, HERE: means}


def or_null(shape: Shape, means: str) -> Shape:
    """Give the shape of what may be null as well; the text says what either means."""
    return {"anyOf": [shape, {"type": "null"}], "description": means}


def truth(path: str, value: object) -> bool:
    """Take true or false, and nothing that merely resembles them."""
    if not isinstance(value, bool):
        raise BadPayload([Problem(path, phrase("Must be true or false."))])
    return value


def single_key(key: str) -> str:
    """Take the one key of a kind that has a single value."""
    if key != SINGLE_KEY:
        only = phrase("Must be {key}: there is one value for the whole desk.", key=SINGLE_KEY)
        raise BadPayload([Problem("key", only)])
    return key


ONLY_KEY: Shape = {"type": "string", "enum": [SINGLE_KEY], "description": "There is one value for the whole desk."}
"""The shape of what `single_key` takes."""


def refuse_unfit(path: str, value: object) -> None:
    """Raise BadPayload for what is no JSON, cannot be stored, or exceeds LARGEST or DEEPEST; never recurses."""
    too_large = BadPayload([Problem(path, phrase("Is larger than {number} KiB.", number=LARGEST // 1024))])
    waiting: list[tuple[str, object, int]] = [(path, value, 1)]
    problems: list[Problem] = []
    least = 0
    while waiting:
        at, part, depth = waiting.pop()
        least += _least_bytes(part)
        if least > LARGEST:
            raise too_large
        reason = _unfit(part, depth)
        if reason:
            problems.append(Problem(at, reason))
        elif isinstance(part, dict):
            problems.extend(Problem(inside(at, name), _UNSTORABLE) for name in part if not storable(name))
            waiting.extend((inside(at, name), inner, depth + 1) for name, inner in reversed(part.items()))
        elif isinstance(part, list):
            waiting.extend((f"{at}[{number}]", part[number], depth + 1) for number in reversed(range(len(part))))
    if problems:
        raise BadPayload(problems)
    if len(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()) > LARGEST:
        raise too_large


_UNSTORABLE = phrase("Holds a NUL or half a surrogate pair, which no database keeps.")


def _unfit(part: object, depth: int) -> str:
    if isinstance(part, dict | list):
        if depth > DEEPEST:
            return phrase("Is nested more than {number} levels deep.", number=DEEPEST)
        return (
            ""
            if isinstance(part, list) or all(isinstance(name, str) for name in part)
            else phrase("Has a name that is no text.")
        )
    if isinstance(part, str):
        return "" if storable(part) else _UNSTORABLE
    if isinstance(part, int | float):
        return "" if abs(part) <= _LARGEST_NUMBER else phrase("Is a number that is too large.")
    return "" if part is None else phrase("Is no JSON.")


def _least_bytes(part: object) -> int:
    """Give what a part takes at the least, its inner ones apart, so that what is far too large is not walked through."""
    if isinstance(part, dict):
        return sum(len(name) for name in part if isinstance(name, str)) + len(part)
    return len(part) if isinstance(part, str | list) else 1


def listed(names: Iterable[str], *, joined: str = "and", most: int = 20) -> str:
    """Give names as people list them: "a, b and c"; of more than `most`, the rest by its number."""
    shown = [*names]
    if len(shown) > most:
        shown[most:] = [phrase_of(len(shown) - most, "{number} more", "{number} more", number=len(shown) - most)]
    *first, last = shown
    if not first:
        return last
    if joined == "or":
        return phrase("{first} or {last}", first=side_by_side(first), last=last)
    return phrase("{first} and {last}", first=side_by_side(first), last=last)


def quoted(text: str, *, start: int = 0) -> str:
    """Quote a text in one line, cut after QUOTED characters; what would turn the line's direction is made visible."""
    shown = _one_line(text)
    cut = shown[start : start + QUOTED]
    return f"“{'…' if start else ''}{cut}{'…' if len(shown) > start + QUOTED else ''}”"


def quoted_pair(one: str, other: str) -> tuple[str, str]:
    """Quote two texts so that their difference is seen, however late in them it comes."""
    if quoted(one) != quoted(other):
        return quoted(one), quoted(other)
    pairs = zip(_one_line(one), _one_line(other), strict=False)
    alike = next((place for place, (left, right) in enumerate(pairs) if left != right), min(len(one), len(other)))
    start = max(0, alike - _ALIKE_SHOWN)
    return quoted(one, start=start), quoted(other, start=start)


def _one_line(text: str) -> str:
    visible = _MISLEADING.sub("\ufffd", " ".join(text.split()))
    return "".join("\ufffd" if unicodedata.category(one) == "Cc" else one for one in visible)


def _whole(digits: str) -> int | float:
    """Python reads no whole number of more than 4,300 digits; one that large is refused by its place later."""
    return int(digits) if len(digits) <= _DIGITS else float(digits)


def _unrepeated(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise ValueError(phrase("The name {name} stands twice in one object.", name=quoted(name)))
        found[name] = value
    return found


def _refuse_constant(name: str) -> object:
    raise ValueError(phrase("{name} is no JSON.", name=name))
