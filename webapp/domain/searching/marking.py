"""Which part of what was found is what somebody typed?"""

import unicodedata
from dataclasses import dataclass
from itertools import groupby

from webapp.domain.learners.name_words import plain, words_asked

LONGEST = 300
"""Of a longer text nothing is marked: nobody could see it in a line."""


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a text that is shown."""

    text: str
    typed: bool


def parts_of(shown: str, typed: str) -> list[Part]:
    """Give a text in pieces, of which some are the beginnings that were typed, whatever their case, width, marks and order."""
    needles = {needle for needle in (plain(typed.strip()), *words_asked(typed)) if needle}
    if not needles or len(shown) > LONGEST:
        return [Part(shown, typed=False)] if shown else []
    marked = [False] * len(shown)
    for start, character in enumerate(shown):
        if start and character.isalnum() == shown[start - 1].isalnum() and character.isalnum():
            continue
        for needle in needles:
            end = _end_of(shown, start, needle)
            marked[start:end] = [True] * (end - start)
    return [
        Part("".join(shown[place] for place in places), is_typed)
        for is_typed, places in groupby(range(len(shown)), marked.__getitem__)
    ]


def _end_of(shown: str, start: int, needle: str) -> int:
    """Where a text that begins there has told all of the needle; its start where it does not begin so.

    Folding may make two letters of one, and one of a letter with its marks: the texts are compared as they become.
    """
    if not plain(shown[start : start + 4 * len(needle)]).startswith(needle):
        return start
    ends = range(start + 1, len(shown) + 1)
    end = next(end for end in ends if plain(shown[start:end]).startswith(needle))
    while end < len(shown) and unicodedata.combining(shown[end]):
        end += 1
    return end
