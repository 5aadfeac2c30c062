"""What on the page of a certificate differs from others? The rest is drawn once, with holes where its texts go.

A template prints texts, and asks whether they are there; more it asks of few values alone. Pages of which it would be
told the same are drawn alike, and need not be drawn again: that took a fifth of the time of a request.
"""

import re
import secrets
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from markupsafe import escape

from webapp.domain.certificates.page_context import Signatory

Values = Mapping[str, Any]
ASKED = ("course_size", "indexable", "name_size", "on_platform", "preview")
"""Of what a template may ask more than whether it is there."""
MOST = 256
"""Pages that differ by what there is, some 12 KB each; an installation has a few for each of its languages."""
_MARK = secrets.token_hex(8)
"""Random, so that no text that somebody configured can be taken for a hole."""
_HOLE = re.compile(f"{_MARK}(.+?){_MARK}", re.DOTALL)
_SPECIAL = re.compile("[&<>'\"]")
"""To look whether anything is to be escaped takes a third of the time that escaping takes where nothing is."""
_OF_SIGNATORY = tuple(field.name for field in fields(Signatory))


@dataclass(frozen=True, slots=True)
class Stencil:
    """A page with holes: what stands around them, and the name of what belongs into each."""

    parts: tuple[str, ...]
    """Text and name by turns."""
    names: frozenset[str]

    @classmethod
    def cut(cls, drawn: str) -> "Stencil":
        """Cut a page where the marks of holes were printed into it."""
        parts = tuple(_HOLE.split(drawn))
        return cls(parts, frozenset(parts[1::2]))

    def fill(self, texts: Mapping[str, str]) -> str:
        """Give the page with these texts in its holes, escaped as a template would."""
        said = {name: escape(text) if _SPECIAL.search(text := texts[name]) else text for name in self.names}
        page = list(self.parts)
        page[1::2] = [said[name] for name in page[1::2]]
        return "".join(page)


class Stencils:
    """The stencils of one language."""

    def __init__(self, draw: Callable[[Values], str]) -> None:
        """Remember how a page is drawn."""
        self._draw = draw
        self._cut: dict[tuple[object, ...], Stencil] = {}

    def __len__(self) -> int:
        """Tell how many are kept."""
        return len(self._cut)

    def draw(self, values: Values) -> str:
        """Give the page that `draw` would; raises what that raises.

        What it is drawn of when it is cut are holes alone: no text of one certificate can come into that of another.
        """
        texts = dict(_texts(values))
        alike = (*(values[name] for name in ASKED), *(name for name, text in texts.items() if text))
        stencil = self._cut.get(alike)
        if stencil is None:
            stencil = Stencil.cut(self._draw(_with_holes(values)))
            if len(self._cut) >= MOST:
                self._cut.clear()
            self._cut[alike] = stencil
        return stencil.fill(texts)


def _texts(values: Values) -> Iterator[tuple[str, str]]:
    """Give each text of a page by a name of its own."""
    for name, value in values.items():
        if isinstance(value, str) and name not in ASKED:
            yield name, value
    for number, one in enumerate(values["signatories"]):
        for field in _OF_SIGNATORY:
            yield f"{field} {number}", getattr(one, field)
    for link in values["share_links"]:
        yield f"share {link.key}", link.url


def _with_holes(values: Values) -> dict[str, Any]:
    """Give what a stencil is drawn of; what is neither text nor asked is left out, so that no template can print it."""
    holes = {name: _hole(name) if text else text for name, text in _texts(values)}
    return {
        **{name: None for name, value in values.items() if value is None},
        **holes,
        **{name: values[name] for name in ASKED},
        "signatories": [
            Signatory(**{field: holes[f"{field} {number}"] for field in _OF_SIGNATORY})
            for number in range(len(values["signatories"]))
        ],
        "share_links": [replace(link, url=holes[f"share {link.key}"]) for link in values["share_links"]],
    }


def _hole(name: str) -> str:
    return f"{_MARK}{name}{_MARK}"
