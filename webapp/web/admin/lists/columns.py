"""Which columns of a list does the reader see? Those that the address names, else those that most people want."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from webapp.web.cells import Row

NAME = "columns"
"""The argument of the address."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """The columns of a list of which some are shown; the first always is, since it leads to the row."""

    labels: Sequence[str]
    """All that there are: those shown unless somebody chooses, then the others."""
    usual: int
    """So many of them are shown unless somebody chooses."""
    shown: Sequence[int]
    """Which are shown, in the order of the list."""

    @property
    def as_usual(self) -> bool:
        """True where nobody has chosen otherwise."""
        return list(self.shown) == list(range(self.usual))

    @property
    def with_more(self) -> bool:
        """True where some are shown that usually are not."""
        return any(place >= self.usual for place in self.shown)

    @property
    def text(self) -> str:
        """The choice as the address says it; empty for the usual one."""
        return "" if self.as_usual else ",".join(key_of(label) for label in self.shown_labels)

    @property
    def shown_labels(self) -> list[str]:
        """The heads of the columns that are shown."""
        return [self.labels[place] for place in self.shown]

    def of(self, row: Row) -> Row:
        """Give a row, drawn with all of its cells or with the usual ones, with those alone that are shown."""
        return row if self.as_usual else replace(row, cells=[row.cells[place] for place in self.shown])

    def field(self, kept: Mapping[str, str], usual_url: str) -> dict[str, Any]:
        """Give what the page needs to let somebody choose; `kept` is what the address says besides."""
        boxes = [
            {"key": key_of(label), "label": label, "on": place in self.shown, "always": place == 0}
            for place, label in enumerate(self.labels)
        ]
        hidden = [(name, value) for name, value in kept.items() if name != NAME]
        return {"boxes": boxes, "hidden": hidden, "usual_url": None if self.as_usual else usual_url}


def key_of(label: str) -> str:
    """Give the word by which the address names a column."""
    return re.sub(r"[^a-z0-9]+", "-", label.lower()).strip("-")


def choose(usual: Sequence[str], more: Sequence[str], asked: Sequence[str]) -> Chosen:
    """Give the choice that an address makes, once or several times, with commas between; unknown names are passed over."""
    labels = [*usual, *more]
    wanted = {word for text in asked for word in text.split(",")}
    found = [place for place, label in enumerate(labels) if key_of(label) in wanted]
    shown = sorted({0, *found}) if found else list(range(len(usual)))
    return Chosen(labels, len(usual), shown)
