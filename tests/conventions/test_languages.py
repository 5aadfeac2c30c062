"""Is everything that pages say ready to be said in another language, and said in each that there is?"""

import re

import pytest

from tests.translations import OTHERS, catalogs, key_of, messages, missing, unsaid

BARE = {
    "public/api.html": "the programs' interface is English, as the document is that it is made from",
    "help/design.html": "it is for whoever builds pages, and its samples show one language at a time",
}
"""Templates whose own texts stay English -> why."""
STILL_ENGLISH: set[str] = set()
"""Templates whose texts are not marked yet."""
PLACE = re.compile(r"%\((\w+)\)s|(?<!\{)\{(\w+)\}(?!\})")


def places_in(text: str) -> set[str]:
    return {a or b for a, b in PLACE.findall(text)}


def all_of(text: object) -> list[str]:
    return [text] if isinstance(text, str) else [one for one in text if isinstance(one, str)]  # type: ignore[attr-defined]  # of a counted thing a sequence


def last_of(text: object) -> str:
    return all_of(text)[-1]


@pytest.mark.parametrize("language", OTHERS)
class TestGivenALanguage:
    def test_it_has_every_text(self, language: str) -> None:
        assert sorted(missing(language), key=str) == []

    def test_it_has_none_that_nobody_says(self, language: str) -> None:
        known = {key_of(message) for _, catalog in catalogs(language) for message in catalog if message.id}

        assert known - messages() == set()

    def test_what_stands_in_a_text_stands_in_its_translation(self, language: str) -> None:
        wrong = []
        for path, catalog in catalogs(language):
            for message in catalog:
                one = isinstance(message.id, str)
                known, used = places_in(last_of(message.id)), map(places_in, all_of(message.string))
                # Of a counted thing, "one" and "two" of it are words in many languages.
                if message.id and any(names != known if one else names - known for names in used):
                    wrong.append((path.name, message.id))

        assert wrong == []

    def test_no_text_is_in_two_files(self, language: str) -> None:
        seen = [key_of(message) for _, catalog in catalogs(language) for message in catalog if message.id]

        assert len(seen) == len({str(one) for one in seen})


class TestGivenTheTemplates:
    def test_no_text_stands_there_bare(self) -> None:
        assert [one for one in unsaid() if one.template not in {*BARE, *STILL_ENGLISH}] == []

    def test_the_list_of_those_that_are_not_marked_yet_only_shrinks(self) -> None:
        assert STILL_ENGLISH - {one.template for one in unsaid()} == set()
