"""By which words is a learner's name found, and which words does a typed text ask for?

A name is found by the beginnings of its words, in any order. A word is what stands between blanks. Where it has
parts, as O'Neill, Anne-Marie and J.R.R. have, it is also found from each part on: "neill", "marie". Nothing
is said of languages: a name that is written without blanks is one word.

Words are asked for by their plain letters, since not everybody's keyboard has the others: "odegard" finds Ødegård. A
name has each word so, and as it is written.
"""

import unicodedata
from collections.abc import Iterator
from enum import Enum, auto
from itertools import pairwise

from webapp.domain.identifiers import folded

MOST_ASKED = 8
"""So many words of a text are asked for, the longest: who bears all of these is found whatever else was typed."""

LONGEST_WORD = 510
"""Nothing longer is kept of a word: the column has no room for it, and nobody types it."""

_PLAIN = str.maketrans(
    {"ø": "o", "đ": "d", "ð": "d", "ł": "l", "ı": "i", "ħ": "h", "ŧ": "t", "æ": "ae", "œ": "oe", "þ": "th"}
)
_PLAINER = ((0x0041, 0x0530), (0x1E00, 0x2000))
"""Latin, Greek and Cyrillic: marks over their letters are left out on a keyboard. Elsewhere a mark may be a vowel."""

# Each of these is somebody's apostrophe. Before folding, which would make a blank of the acute.
_APOSTROPHES = str.maketrans(dict.fromkeys("´`ʻʼ′‘’׳", "'"))
_SILENT, _SILENT_CATEGORIES = frozenset("'\"״"), frozenset({"Pi", "Pf", "Cf"})
_PARTING, _PARTING_CATEGORIES = frozenset(".,;/·‧・、،؛−"), frozenset({"Pd", "Ps", "Pe"})


class _Kind(Enum):
    LETTER = auto()
    """Digits too."""
    MARK = auto()
    SILENT = auto()
    """Nobody need type it: apostrophes, quotation marks, what cannot be seen."""
    PARTING = auto()
    """Hyphens, stops, brackets: some write a blank there."""
    SIGN = auto()
    """Counts as it is: %, _, <, hearts."""


def words_of(name: str) -> list[str]:
    """Give the words by which a name is found, folded, as written and in plain letters, each once and in order."""
    written = _folded(name)
    runs = {*written.split(), *_without_marks(written).split()}
    return sorted({ending[:LONGEST_WORD] for run in runs for ending in _endings(run)})


def words_asked(text: str) -> list[str]:
    """Give the words that a typed text asks for, the longest first, without those that another one begins with."""
    kept = "".join(_as_asked(character) for character in plain(text))
    words = sorted({word[:LONGEST_WORD] for word in kept.split()})
    telling = [word for word, following in pairwise([*words, ""]) if not following.startswith(word)]
    return sorted(telling, key=len, reverse=True)[:MOST_ASKED]


def plain(text: str) -> str:
    """Give a text folded, and in letters that every keyboard of its script has."""
    return _without_marks(_folded(text))


def _without_marks(text: str) -> str:
    """The folded text without what stands over or in letters of Latin, Greek and Cyrillic."""
    if text.isascii():
        return text
    kept: list[str] = []
    after_letter = False
    for character in unicodedata.normalize("NFD", text):
        if unicodedata.category(character) != "Mn":
            letter = any(first <= ord(character) < end for first, end in _PLAINER)
            after_letter = letter and character.isalpha()
        elif after_letter:
            continue
        kept.append(character)
    return unicodedata.normalize("NFC", "".join(kept)).translate(_PLAIN)


def _folded(text: str) -> str:
    return folded(text.translate(_APOSTROPHES))


def _endings(run: str) -> Iterator[str]:
    """The run from each of its parts on, without what is silent or parts it."""
    parts = [run] if run.isalnum() else _parts(run)
    return ("".join(parts[number:]) for number in range(len(parts)))


def _parts(run: str) -> list[str]:
    """A part begins after what parts, and where letters follow something else."""
    parts: list[str] = []
    parted, within = True, False
    for character in run:
        kind = _kind(character)
        if kind in (_Kind.PARTING, _Kind.SILENT):
            parted, within = parted or kind is _Kind.PARTING, False
            continue
        if parted or (kind is _Kind.LETTER and not within):
            parts.append(character)
        else:
            parts[-1] += character
        parted, within = False, kind is _Kind.LETTER or (kind is _Kind.MARK and within)
    return parts


def _as_asked(character: str) -> str:
    return {_Kind.SILENT: "", _Kind.PARTING: " "}.get(_kind(character), character)


def _kind(character: str) -> _Kind:
    category = unicodedata.category(character)
    if category[0] in "LN":
        return _Kind.LETTER
    if category[0] == "M":
        return _Kind.MARK
    if character in _SILENT or category in _SILENT_CATEGORIES:
        return _Kind.SILENT
    if character in _PARTING or category in _PARTING_CATEGORIES:
        return _Kind.PARTING
    return _Kind.SIGN
