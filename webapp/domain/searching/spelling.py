"""Which words may somebody have meant who mistyped one letter?

One letter wrong, one too many, one missing, or two neighbours changed about: nine of ten slips of the hand are one of
these. Which letters may stand in a place is known to the index alone, which is asked for those that do (record 29).
"""

import unicodedata
from collections.abc import Iterator, Mapping
from enum import IntEnum

SHORTEST, LONGEST = 3, 100
"""Two letters with one of them wrong are anybody; longer than this no name and no address is."""
WHOLE_UNTIL = 3
"""A word of so few letters is never taken for the beginning of another one: with one letter wrong it fits too many."""
MOST_SPELLINGS = 1_500
_LATIN = (0x20, 0x1EFF)
_FIRST_WITHOUT_ALPHABET = 0x2E80
"""From here on one sign is a word or a syllable: another one in its place is another name."""


class _Slip(IntEnum):
    """How a word may have been mistyped, the likeliest first."""

    MARK = 0
    """É for E: not mistyped at all by whoever has no such key."""
    TURNED = 1
    DOUBLED = 2
    MISSING = 3
    EXTRA = 4
    WRONG = 5


def is_guessed(needle: str) -> bool:
    """Say whether a folded text may be one that was mistyped: numbers and ids name one thing or none."""
    letters = sum(character.isalpha() for character in needle)
    return SHORTEST <= len(needle) <= LONGEST and letters >= max(SHORTEST - 1, len(needle) // 3)


def beginnings(needle: str) -> list[str]:
    """Give the beginnings of a folded text after which another letter than the typed one may have been meant."""
    return [needle[:end] for end in range(len(needle) + 1)] if alphabet_of(needle) else []


def alphabet_of(needle: str) -> tuple[str, str] | None:
    """Give the first and the last letter among which those of a folded text lie; None for scripts without an alphabet."""
    codes = [ord(character) for character in needle if character.isalpha()]
    others = [code for code in codes if _LATIN[1] < code < _FIRST_WITHOUT_ALPHABET or 0x250 <= code < 0x1E00]
    if others:
        block = others[0] & ~0xFF
        return chr(block), chr(block | 0xFF)
    if not any(code <= _LATIN[1] for code in codes):
        return None
    return chr(_LATIN[0]), chr(_LATIN[1])


def spellings(needle: str, following: Mapping[str, str]) -> list[str]:
    """Give the texts that are one slip away from a folded one, the likeliest first, at most 1,500.

    `following` has the letters that stand after each of the beginnings. Digits are never guessed: another number is
    somebody else's.
    """
    ranked: dict[str, tuple[bool, int]] = {}
    for slip, place, spelling in _slips(needle, following):
        rank = (place == 0 and slip is not _Slip.MARK, int(slip))
        if spelling != needle and rank < ranked.get(spelling, (True, len(_Slip))):
            ranked[spelling] = rank
    return sorted(ranked, key=lambda spelling: (ranked[spelling], spelling))[:MOST_SPELLINGS]


def _slips(needle: str, following: Mapping[str, str]) -> Iterator[tuple[_Slip, int, str]]:
    for place, typed in enumerate(needle):
        before, after = needle[:place], needle[place + 1 :]
        if after and not (typed.isdigit() or after[0].isdigit()):
            yield _Slip.TURNED, place, before + after[0] + typed + after[1:]
        if not typed.isdigit():
            doubled = typed in (before[-1:], after[:1])
            yield _Slip.DOUBLED if doubled else _Slip.EXTRA, place, before + after
    for before, letters in following.items():
        place = len(before)
        typed, after = needle[place : place + 1], needle[place + 1 :]
        for letter in letters:
            if letter.isdigit():
                continue
            if typed and not typed.isdigit():
                yield _Slip.MARK if _bare(letter) == _bare(typed) else _Slip.WRONG, place, before + letter + after
            if typed:  # at the end the typed text is the beginning of the longer one, which was looked for
                doubled = letter in (before[-1:], typed)
                yield _Slip.DOUBLED if doubled else _Slip.MISSING, place, before + letter + typed + after


def _bare(letter: str) -> str:
    """The letter without its marks; some letters that the database of characters takes for others are known here."""
    return _BARE.get(letter) or unicodedata.normalize("NFD", letter)[0]


_BARE = {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ı": "i", "ħ": "h", "ё": "е", "أ": "ا", "إ": "ا", "آ": "ا", "ى": "ي"}
