"""What does each field of an object mean, and each word of a list? The document has the texts that stand below them."""

import ast
import inspect
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from enum import Enum
from functools import cache
from typing import Any, get_args

import msgspec

from webapp.web.api.reference.fields import FIELDS

Schemas = dict[str, dict[str, Any]]
"""Name of a component -> its schema."""
_OURS = re.compile(
    r"\s*\((?:decisions? \d|records? \d|defects? \d|I\d|(?:domain|approvals|ecosystem|architecture) note|interface §)[^)]*\)"
)
"""Where we look something up, and a stranger cannot."""


def tell_fields(components: Schemas, kinds: Iterable[type]) -> None:
    """Say of each field of these objects, and of those within them, what it means: as its object does, or as all do.

    A text that cannot be empty has to be there, whatever it is taken for where it is not.
    """
    for name, kind in _objects_in(kinds).items():
        own = meanings_of(kind)
        for field, schema in components[name].get("properties", {}).items():
            meaning = own.get(field) or schema.get("description") or FIELDS.get(field)
            if meaning:
                schema["description"] = meaning
            if schema.get("minLength") and schema.get("default") == "":  # services refuse it, and tell of that
                del schema["default"]
                components[name].setdefault("required", []).append(field)


def tell_words(components: Schemas, lists: Iterable[type[Enum]]) -> None:
    """Say of each of these lists of words what it is, and what each of its words means."""
    for words in lists:
        own = meanings_of(words)
        each = [f"`{word.value}`: {own[word.name]}" for word in words if word.name in own]
        components[words.__name__]["description"] = " ".join((_in_a_line(words.__doc__ or ""), *each))


def words_in(kinds: Iterable[type]) -> list[type[Enum]]:
    """Give the lists of words that fields of these objects have."""
    found: dict[str, type] = {}
    for kind in kinds:
        _collect(kind, found)
    return [one for one in found.values() if issubclass(one, Enum)]


def meanings_of(kind: type) -> dict[str, str]:
    """Give the texts that stand below the fields of a type in its source, those of its bases as well, by their names."""
    found: dict[str, str] = {}
    for base in reversed(kind.__mro__):
        found |= _texts_of(base.__module__).get(base.__qualname__, {})
    if issubclass(kind, msgspec.Struct):
        names = {field.name: field.encode_name for field in msgspec.structs.fields(kind)}
        found = {names[name]: text for name, text in found.items() if name in names}
    return found


def plain(part: Any) -> Any:  # noqa: ANN401 - any part of the document
    """Give a part of the document without what its texts say of our own notes and decisions."""
    if isinstance(part, list):
        return [plain(one) for one in part]
    if not isinstance(part, Mapping):
        return part
    return {
        name: _OURS.sub("", said) if name in ("description", "summary") and isinstance(said, str) else plain(said)
        for name, said in part.items()
    }


@cache
def _texts_of(module: str) -> Mapping[str, Mapping[str, str]]:
    """Give for each class of a module of ours the texts below its fields."""
    if module.partition(".")[0] != __name__.partition(".")[0]:
        return {}
    tree = ast.parse(inspect.getsource(sys.modules[module]))
    return {one.name: dict(_below_fields(one)) for one in tree.body if isinstance(one, ast.ClassDef)}


def _below_fields(one: ast.ClassDef) -> Iterator[tuple[str, str]]:
    for field, below in zip(one.body, one.body[1:], strict=False):
        targets = [field.target] if isinstance(field, ast.AnnAssign) else getattr(field, "targets", [])
        text = below.value if isinstance(below, ast.Expr) else None
        if isinstance(text, ast.Constant) and isinstance(text.value, str):
            yield from ((target.id, _in_a_line(text.value)) for target in targets if isinstance(target, ast.Name))


def _objects_in(kinds: Iterable[type]) -> dict[str, type]:
    found: dict[str, type] = {}
    for kind in kinds:
        _collect(kind, found)
    return {name: one for name, one in found.items() if issubclass(one, msgspec.Struct)}


def _collect(said: Any, found: dict[str, type]) -> None:  # noqa: ANN401 - any type
    if not isinstance(said, type):
        for part in get_args(said):
            _collect(part, found)
    elif issubclass(said, msgspec.Struct | Enum) and said.__name__ not in found:
        found[said.__name__] = said
        if issubclass(said, msgspec.Struct):
            for field in msgspec.structs.fields(said):
                _collect(field.type, found)


def _in_a_line(text: str) -> str:
    return " ".join(text.split())
