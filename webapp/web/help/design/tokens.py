"""Which decisions does the style sheet of tokens hold, and do its colours stand out from each other?

Everything is read from the sheet that browsers get, so that the page cannot tell of colours that are not there.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from webapp import paths

_TOKEN = re.compile(r"^\s*--([a-z0-9-]+):\s*(.+?);\s*$", re.MULTILINE)
_BOTH = re.compile(r"light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)")
_HEX = re.compile(r"#[0-9a-f]{6}")
WORDS, MARKS = 4.5, 3.0
"""What WCAG 2.2 asks of words (1.4.3) and of the edges of fields and marks (1.4.11)."""
PAIRS: tuple[tuple[str, str, float], ...] = (
    *((ink, paper, WORDS) for ink in ("text", "text-soft", "text-faint") for paper in ("canvas", "surface", "sunken")),
    ("accent", "surface", WORDS),
    ("accent", "accent-soft", WORDS),
    ("on-accent", "accent-fill", WORDS),
    ("on-accent", "bad-fill", WORDS),
    *((tone, f"{tone}-soft", WORDS) for tone in ("good", "progress", "waiting", "warning", "bad", "neutral")),
    ("bad", "surface", WORDS),
    ("line-field", "surface", MARKS),
    ("line-field", "canvas", MARKS),
    ("focus", "canvas", MARKS),
    ("focus", "surface", MARKS),
)
"""Which ink lies on which paper, and how far they must stand apart."""


@dataclass(frozen=True, slots=True)
class Colour:
    """One colour, by day and by night."""

    name: str
    light: str
    dark: str


@dataclass(frozen=True, slots=True)
class Pair:
    """An ink on a paper, with the ratio of their luminances by day and by night."""

    ink: Colour
    paper: Colour
    light: float
    dark: float
    needed: float

    @property
    def enough(self) -> bool:
        """True where both stand far enough apart."""
        return min(self.light, self.dark) >= self.needed


@cache
def read_tokens() -> Mapping[str, str]:
    """Give every token with its value as the sheet has it first, which is without anybody's wishes for more contrast."""
    sheet = (paths.STATIC / "css" / "tokens.css").read_text(encoding="utf-8")
    found: dict[str, str] = {}
    for name, value in _TOKEN.findall(sheet):
        found.setdefault(name, value)
    return found


def list_colours() -> list[Colour]:
    """Give every colour, in the order of the sheet."""
    found = []
    for name, value in read_tokens().items():
        both, one = _BOTH.fullmatch(value), _HEX.fullmatch(value)
        if both or one:
            found.append(Colour(name, both[1] if both else value, both[2] if both else value))
    return found


def list_pairs() -> list[Pair]:
    """Give every pair that stands on pages, with its ratios."""
    colours = {one.name: one for one in list_colours()}
    return [
        Pair(
            colours[ink],
            colours[paper],
            contrast(colours[ink].light, colours[paper].light),
            contrast(colours[ink].dark, colours[paper].dark),
            needed,
        )
        for ink, paper, needed in PAIRS
    ]


def list_named(*beginnings: str) -> list[tuple[str, str]]:
    """Give the tokens whose name begins so, with their values."""
    return [(name, value) for name, value in read_tokens().items() if name.startswith(beginnings)]


def contrast(one: str, other: str) -> float:
    """Give the contrast ratio of two colours such as #ffffff, from 1 to 21 (WCAG 2.2, definition of contrast ratio)."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
