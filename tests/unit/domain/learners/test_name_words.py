"""By which words is a name found, and which does a typed text ask for?"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.domain.learners.name_words import LONGEST_WORD, MOST_ASKED, words_asked, words_of

NAMES: dict[str, list[str]] = {
    "Ada Lovelace": ["ada", "lovelace"],
    "  Ada \t Lovelace\n": ["ada", "lovelace"],
    "Ali Ali": ["ali"],
    "": [],
    " ": [],
    "'": [],
    "--": [],
    "O'Neill": ["neill", "oneill"],
    "O\u2019Neill": ["neill", "oneill"],
    "O\u02bcNeill": ["neill", "oneill"],
    "O\u00b4Neill": ["neill", "oneill"],
    "Anne-Marie": ["annemarie", "marie"],
    "Anne\u2010Marie": ["annemarie", "marie"],
    "Jean-Luc-Marie": ["jeanlucmarie", "lucmarie", "marie"],
    "D'Arcy-O'Connor": ["arcyoconnor", "connor", "darcyoconnor", "oconnor"],
    "J.R.R. Tolkien": ["jrr", "r", "rr", "tolkien"],
    "Lovelace, Ada": ["ada", "lovelace"],
    "Lovelace,Ada": ["ada", "lovelaceada"],
    'Robert "Bob" (Bobby) Smith': ["bob", "bobby", "robert", "smith"],
    "'Abd al-Rahman": ["abd", "alrahman", "rahman"],
    "Straße ＷＩＤＥ": ["strasse", "wide"],
    "Zoe\u0308 Ὀδυσσεύς": ["zoe", "zoë", "οδυσσευσ", "ὀδυσσεύσ"],
    "Bjørn Ødegård": ["bjorn", "bjørn", "odegard", "ødegård"],
    "Łucja Đặng-Œuvrier": ["dangoeuvrier", "lucja", "oeuvrier", "đặngœuvrier", "łucja", "œuvrier"],
    "Юрий Ёлкин": ["елкин", "юрии", "юрий", "ёлкин"],
    "İbrahim Yıldız": ["ibrahim", "i̇brahim", "yildiz", "yıldız"],
    "فاطمة الفهرية": ["الفهرية", "فاطمة"],
    "علی\u200cرضا": ["رضا", "علیرضا"],
    "נועם בן־גוריון": ["בןגוריון", "גוריון", "נועם"],
    "רמב״ם": ["ם", "רמבם"],
    "הִלֵּל": ["הִלֵּל"],
    "हिन्दी": ["हिन्दी"],
    "李明": ["李明"],
    "李 明": ["明", "李"],
    "ジョン・スミス": ["ジョンスミス", "スミス"],
    "100%": ["100%"],
    "a_b": ["a_b", "b"],
    "\u2665Ada\u2665": ["ada\u2665", "\u2665ada\u2665"],
    "'%": ["%"],
    "a-\u2665": ["a\u2665", "\u2665"],
    "\u202eAda\u202c": ["ada"],
}

TEXTS: dict[str, list[str]] = {
    "Lovelace": ["lovelace"],
    "love ada": ["love", "ada"],
    "Lovelace, Ada": ["lovelace", "ada"],
    "ada ADA ad a": ["ada"],
    "Augusta A": ["augusta"],
    "Ødegård": ["odegard"],
    "Zo\u00eb zoe": ["zoe"],
    "O'Neill": ["oneill"],
    "o\u2019n": ["on"],
    "anne-marie": ["marie", "anne"],
    "J.R.R.": ["j", "r"],
    "100%": ["100%"],
    "a_": ["a_"],
    "%": ["%"],
    "'": [],
    " - ": [],
    "": [],
    " ".join("abcdefghij"): list("abcdefgh"),
    "a bb ccc dddd eeeee ffffff ggggggg hhhhhhhh iiiiiiiii": [
        "iiiiiiiii", "hhhhhhhh", "ggggggg", "ffffff", "eeeee", "dddd", "ccc", "bb",
    ],
}  # fmt: skip


def finds(text: str, name: str) -> bool:
    return all(any(word.startswith(asked) for word in words_of(name)) for asked in words_asked(text))


class TestGivenAName:
    @pytest.mark.parametrize(("name", "words"), NAMES.items())
    def test_it_is_found_by_these_words(self, name: str, words: list[str]) -> None:
        assert words_of(name) == words

    @pytest.mark.parametrize(
        ("name", "text"),
        [
            ("O'Neill", "o'neill"),
            ("O'Neill", "O\u2019NEILL"),
            ("O'Neill", "oneill"),
            ("O'Neill", "neil"),
            ("O Neill", "neill o"),
            ("Anne-Marie du Pont", "anne-marie"),
            ("Anne-Marie du Pont", "annemarie"),
            ("Anne-Marie du Pont", "marie anne"),
            ("Anne Marie du Pont", "Anne-Marie"),
            ("Jean-Luc-Marie", "luc-m"),
            ("J. R. R. Tolkien", "J.R.R. Tolkien"),
            ("J.R.R. Tolkien", "j r tolk"),
            ("Martin King Jr", "King Jr."),
            ("Zoë", "ZOE\u0308"),
            ("Zoë", "zoe"),
            ("Bjørn Ødegård", "odegard"),
            ("Bjørn Ødegård", "ØDEGÅRD bj"),
            ("Olúwáṣeun Adébáyọ̀", "adebayo"),
            ("Olúwáṣeun Adébáyọ̀", "Oluwaseun Adébáyọ̀"),
            ("Aoife Ní Bhriain", "aoife ni"),
            ("Aoife Ni Bhriain", "Aoife Ní"),
            ("Æthelthryth Þórsdóttir", "aethel thors"),
            ("Nguyễn Đức", "nguyen duc"),
            ("Strauß", "strauss"),
            ("Ὀδυσσεύς", "οδυσσευς"),
            ("Семён", "Семен"),
            ("\u2665Ada\u2665", "ada"),
        ],
    )
    def test_so_it_is_found_by_this_text(self, name: str, text: str) -> None:
        assert finds(text, name)

    @pytest.mark.parametrize(
        ("name", "text"),
        [
            ("Ada Lovelace", "ovelace"),
            ("Zoë", "zoa"),
            ("हिन्दी", "हनद"),
            ("हिन्दी", "हान"),
            ("شَدّ", "شد"),
            ("שׁלום", "שלום"),
            ("李明", "明"),
            ("Ada", "a_a"),
            ("Ada", "a%"),
            ("Ada", "ada b"),
        ],
    )
    def test_and_not_by_that_one(self, name: str, text: str) -> None:
        assert not finds(text, name)

    @pytest.mark.parametrize(
        "name",
        [
            "x" * 255,
            "x " * 127,
            "x-" * 127,
            "Ǆ" * 255,
            "x'" * 127,
            "\U00010400" * 255,
            "æ" * 255,
            "\ufb03" * 127 + "æ" * 128,
        ],
    )
    def test_the_longest_is_found_by_all_of_it(self, name: str) -> None:
        assert finds(name, name)
        assert max(map(len, words_of(name))) <= LONGEST_WORD

    @given(
        st.text(st.one_of(st.characters(codec="utf-8"), st.sampled_from("aéøß-.' \u0301\u200c%\u2665")), max_size=20)
    )
    def test_whatever_it_is_typing_it_finds_it(self, name: str) -> None:
        assert finds(name, name)


class TestGivenATypedText:
    @pytest.mark.parametrize(("text", "words"), TEXTS.items())
    def test_it_asks_for_these_words(self, text: str, words: list[str]) -> None:
        assert words_asked(text) == words

    @given(st.text(max_size=60))
    def test_no_text_asks_for_more_than_can_be_asked(self, text: str) -> None:
        assert len(words_asked(text)) <= MOST_ASKED
