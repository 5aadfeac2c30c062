"""How does a text of the world stand on paper: which way does it run, and where may its line break?"""

import re
import unicodedata

LONGEST_WORD = 36
"""A word of more letters is one that no line holds, and that may be broken anywhere."""
ZERO_WIDTH_SPACE = "\u200b"
_LEFT_TO_RIGHT, _RIGHT_TO_LEFT = "L", ("R", "AL")
_JOINED = frozenset("\u200c\u200d")


def printed(text: str, longest: int = LONGEST_WORD) -> dict[str, str | bool]:
    """Give a text as the templates want it: on one line, without control characters, and with its direction."""
    line = " ".join(text.split())
    kept = "".join(letter for letter in line if unicodedata.category(letter) not in ("Cc", "Cs"))
    broken = re.sub(rf"\S{{{longest + 1},}}", lambda word: breakable(word[0]), kept)
    return {"text": broken, "rtl": runs_right_to_left(kept)}


def breakable(word: str) -> str:
    """Let a word break between any two letters, but never between a letter and its marks."""
    return "".join(
        letter if _belongs_to(before, letter) else ZERO_WIDTH_SPACE + letter
        for before, letter in zip(["", *word], word, strict=False)
    )


def runs_right_to_left(text: str) -> bool:
    """Say whether the first letter that has a direction runs from right to left."""
    for letter in text:
        direction = unicodedata.bidirectional(letter)
        if direction == _LEFT_TO_RIGHT:
            return False
        if direction in _RIGHT_TO_LEFT:
            return True
    return False


def _belongs_to(before: str, letter: str) -> bool:
    return not before or unicodedata.category(letter).startswith("M") or letter in _JOINED or before in _JOINED
