"""What on the page of a certificate is its own? All else is drawn once for those that are alike, with holes for that.

A page is its own in some twenty places, whose values it prints and asks nothing of but whether they are there: whom it
names, the day, the addresses. To draw the rest for each of them took a fifth of the time of a request.
"""

import re
import secrets
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from weakref import WeakKeyDictionary

from markupsafe import escape

from webapp.domain.certificates.page_context import UNPUBLISHED, Merged, Page

Values = Mapping[str, Any]
PRINTED = (
    "accomplishment_copy_name",
    "badge_url",
    "canonical_url",
    "card_url",
    "certificate_date_issued",
    "certificate_id_number",
    "certificate_verify_url",
    "check_code",
    "checked_at",
    "checked_at_text",
    "embed_code",
    "linked_data",
    "own_code",
    "own_url",
    "pdf_url",
    "signed_badge_url",
    "summary",
)
"""What a template may print of one certificate, and ask whether it is there; of its links to share, their addresses."""
ASKED = ("name_size", "preview")
"""What it may ask more about: two pages with another answer are not alike."""
_MARK = secrets.token_hex(8)
"""Random, so that no text that somebody configured can be taken for a hole."""
_HOLE = re.compile(f"{_MARK}([a-z_-]+){_MARK}")


@dataclass(frozen=True, slots=True)
class Stencil:
    """A page with holes: what stands around them, and what belongs into each by its name."""

    parts: tuple[str, ...]
    """Text and hole by turns."""

    @classmethod
    def cut(cls, drawn: str) -> "Stencil":
        """Cut a page where the marks of holes were printed into it; equal texts of many stencils are kept once."""
        return cls(tuple(sys.intern(part) for part in _HOLE.split(drawn)))

    def fill(self, own: Mapping[str, str]) -> str:
        """Give the page with this HTML in its holes."""
        page = list(self.parts)
        page[1::2] = [own[name] for name in page[1::2]]
        return "".join(page)


class Stencils:
    """The stencils of one language, each as long as what is merged in it lives."""

    def __init__(self, draw: Callable[[Values], str]) -> None:
        """Remember how a page is drawn."""
        self._draw = draw
        self._cut: WeakKeyDictionary[Merged, dict[tuple[Any, ...], Stencil]] = WeakKeyDictionary()

    def draw(self, page: Page) -> str:
        """Give the page that `draw` would; raises what that raises.

        A stencil is drawn of what is merged and of holes: what is anybody's never comes into it.
        """
        values = page.values
        alike = tuple(values[name] for name in ASKED), tuple(name for name in PRINTED if values[name] is None)
        cut = self._cut.setdefault(page.merged, {})
        stencil = cut.get(alike)
        if stencil is None:
            stencil = cut[alike] = Stencil.cut(self._draw({**page.merged.values, **_with_holes(values)}))
        own = {name: str(escape(values[name])) for name in PRINTED}
        own.update((_of_link(link.key), str(escape(link.url))) for link in values["share_links"])
        return stencil.fill(own)


def _with_holes(values: Values) -> dict[str, Any]:
    links = tuple(replace(link, url=_hole(_of_link(link.key))) for link in values["share_links"])
    holes = {name: None if values[name] is None else _hole(name) for name in PRINTED}
    return {**UNPUBLISHED, **{name: values[name] for name in ASKED}, **holes, "share_links": links}


def _of_link(key: str) -> str:
    return f"share-{key}"


def _hole(name: str) -> str:
    return f"{_MARK}{name}{_MARK}"
