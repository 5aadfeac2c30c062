"""Which part of what was found is what somebody typed?"""

from dataclasses import dataclass
from itertools import groupby

from webapp.domain.identifiers import folded
from webapp.domain.learners.name_words import words_asked

LONGEST = 300
"""Of a longer text nothing is marked: nobody could see it in a line."""


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a text that is shown."""

    text: str
    typed: bool


def parts_of(shown: str, typed: str) -> list[Part]:
    """Give a text in pieces, of which some are the beginnings that were typed, whatever their case, width and order."""
    needles = {needle for needle in (folded(typed.strip()), *words_asked(typed)) if needle}
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

    Folding may make two letters of one, and one of two: the texts are compared as they become.
    """
    if not folded(shown[start : start + 2 * len(needle)]).startswith(needle):
        return start
    ends = range(start + 1, len(shown) + 1)
    return next(end for end in ends if folded(shown[start:end]).startswith(needle))
