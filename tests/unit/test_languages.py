"""Is a sentence English to everybody, and put together anew for a reader of another language?"""

import copy
import json

import pytest

from webapp.languages import best_of, tell
from webapp.wording import OR, Phrase, joined, phrase, phrase_as, phrase_of, words_of


class TestGivenAPhrase:
    def test_it_is_an_english_text(self) -> None:
        text = phrase("{course}: {what}", course="Calculus", what=phrase("Issued"))

        assert text == "Calculus: Issued"
        assert json.dumps(text) == '"Calculus: Issued"'
        assert type(text.upper()) is str

    def test_a_text_without_places_may_hold_braces(self) -> None:
        assert phrase("{}") == "{}"

    def test_a_copy_knows_what_it_is_made_of(self) -> None:
        text = phrase("{course}: {what}", course="Calculus", what="Issued")

        assert copy.deepcopy(text).values == {"course": "Calculus", "what": "Issued"}

    @pytest.mark.parametrize(("number", "said"), [(0, "0 minutes"), (1, "1 minute"), (2_000, "2,000 minutes")])
    def test_a_number_has_its_form(self, number: int, said: str) -> None:
        assert phrase_of(number, "{number} minute", "{number} minutes") == said

    def test_a_word_of_several_meanings_is_one_word_in_english(self) -> None:
        assert phrase_as("a switch", "On") == "On"
        assert copy.deepcopy(phrase_as("a switch", "On")).about == "a switch"

    def test_what_has_no_value_is_a_mistake(self) -> None:
        with pytest.raises(KeyError):
            phrase("{course}: {what}", course="Calculus")


class TestGivenTextsSideBySide:
    def test_they_are_an_english_text(self) -> None:
        assert joined(["honor", phrase("Issued"), "audit"]) == "honor, Issued, audit"
        assert joined([phrase("Admin"), phrase("Auditor")], OR) == "Admin or Auditor"

    def test_each_of_them_is_said_in_arabic_and_what_stands_between_them(self) -> None:
        assert tell(joined([phrase("Issued"), "audit"]), "ar") == "صدرت، \u2068audit\u2069"
        assert tell(phrase("{course}: {what}", course="x", what=joined([phrase("Issued")])), "ar").endswith("صدرت")

    def test_a_copy_knows_its_parts(self) -> None:
        assert copy.deepcopy(joined(["a", "b"], OR)).parts == ("a", "b")


class TestGivenAnError:
    def test_what_it_says_is_still_a_sentence(self) -> None:
        said = phrase("Issued")

        assert words_of(ValueError(said)) is said
        assert (words_of(KeyError(7)), words_of(ValueError())) == ("7", "")


class TestGivenAReader:
    def test_of_english_it_stays_as_it_is(self) -> None:
        text = phrase("Issued")

        assert tell(text, "en") is text

    def test_of_arabic_it_is_said_in_arabic_with_all_that_stands_in_it(self) -> None:
        text = phrase("{course}: {what}", course="Calculus", what=phrase("Issued"))

        assert tell(text, "ar") == "\u2068Calculus\u2069: صدرت"

    def test_of_arabic_each_meaning_of_a_word_has_its_own(self) -> None:
        assert tell(phrase_as("a switch", "On"), "ar") != tell(phrase("On"), "ar")

    @pytest.mark.parametrize(("number", "form"), [(1, "دقيقة واحدة"), (2, "دقيقتين"), (5, "5 دقائق"), (15, "15 دقيقة")])
    def test_a_number_has_the_form_of_the_language(self, number: int, form: str) -> None:
        one, many = (f"Too many wrong codes. Try again in {{number}} minute{end}." for end in ("", "s"))

        assert form in tell(phrase_of(number, one, many), "ar").replace("\u2068", "").replace("\u2069", "")

    @pytest.mark.parametrize("value", ["Issued", 7, None, ["Issued"]])
    def test_anything_else_is_theirs_and_not_ours_to_translate(self, value: object) -> None:
        assert tell(value, "ar") is value

    def test_what_has_no_translation_yet_is_said_in_english(self) -> None:
        assert tell(Phrase("Never said anywhere"), "ar") == "Never said anywhere"

    @pytest.mark.parametrize(
        ("wanted", "language"),
        [([], "en"), (["de", "fr"], "en"), (["ar"], "ar"), (["AR_eg", "en"], "ar"), (["de", "ar-SA"], "ar"), (["en-GB", "ar"], "en"), (["*"], "en")],
    )  # fmt: skip
    def test_the_first_of_their_languages_that_we_speak_counts(self, wanted: list[str], language: str) -> None:
        assert best_of(wanted) == language
