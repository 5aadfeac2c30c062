"""Which words may somebody have meant who mistyped one letter?"""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from webapp.domain.identifiers import folded
from webapp.domain.searching.spelling import beginnings, is_guessed, spellings

WORDS = ("lovelace", "émilie", "grace", "guadalupe", "anna", "nguyễn", "søren", "юрий", "فاطمة", "ada1815", "李小龙")


def following(needle: str, words: tuple[str, ...] = WORDS) -> dict[str, str]:
    """Give what an index of the words would: the letters after each beginning."""
    return {
        before: "".join(sorted({word[len(before)] for word in words if word.startswith(before) and word != before}))
        for before in beginnings(needle)
    }


def meant(needle: str) -> list[str]:
    """Give those of the words that a text is a slip of, the likeliest first."""
    return [one for one in spellings(needle, following(needle)) if one in WORDS]


class TestGivenAWordWithOneSlip:
    @pytest.mark.parametrize(
        ("typed", "word"),
        [
            ("lovelcae", "lovelace"),
            ("lovelase", "lovelace"),
            ("lovelce", "lovelace"),
            ("lovellace", "lovelace"),
            ("ovelace", "lovelace"),
            ("olvelace", "lovelace"),
            ("kovelace", "lovelace"),
            ("lovelacee", "lovelace"),
            ("emilie", "émilie"),
            ("nguyen", "nguyễn"),
            ("soren", "søren"),
            ("ana", "anna"),
            ("юирй", "юрий"),
            ("юрый", "юрий"),
            ("فاظمة", "فاطمة"),
            ("aad1815", "ada1815"),
            ("小李龙", "李小龙"),
        ],
    )
    def test_the_word_is_among_what_may_be_meant(self, typed: str, word: str) -> None:
        assert meant(typed) == [word]

    @pytest.mark.parametrize("typed", ["lvoelcae", "lovelaxx", "ada1816", "ada1851", "李大龙", "yuriy", "grace"])
    def test_two_slips_a_number_and_another_script_are_another_name(self, typed: str) -> None:
        assert meant(typed) == []

    def test_the_likeliest_comes_first(self) -> None:
        letters = {"": "cm", "m": "aá", "ma": "r"}

        found = spellings("mairo", {before: letters.get(before, "") for before in beginnings("mairo")})

        order = ["máiro", "mario", "miro", "marro", "cairo"]
        assert [one for one in found if one in order] == order

    @settings(max_examples=30)
    @given(st.text(min_size=3, max_size=12), st.data())
    def test_a_mark_is_no_slip_and_nothing_is_its_own_spelling(self, text: str, data: st.DataObject) -> None:
        needle = folded(text)
        letters = {before: data.draw(st.text("aéb1ø ", max_size=4)) for before in beginnings(needle)}

        found = spellings(needle, letters)

        assert needle not in found
        assert len(set(found)) == len(found)
        assert {len(one) - len(needle) for one in found} <= {-1, 0, 1}


class TestGivenATextThatNamesOneThing:
    @pytest.mark.parametrize(
        "text", ["", "ab", "12345", "17", "0123456789abcdef0123456789abcdef"[:10], "%%%", "a" * 101, "李明"]
    )
    def test_it_is_not_guessed(self, text: str) -> None:
        assert not is_guessed(text)

    @pytest.mark.parametrize("text", ["ada", "o'neill", "user0017x", "ada@example.org", "course-v1:edx+demo", "李小龙"])
    def test_names_and_addresses_are(self, text: str) -> None:
        assert is_guessed(text)
