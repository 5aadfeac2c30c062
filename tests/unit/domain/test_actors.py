"""Who acts that is no person, and how do people read their names?"""

import pytest

from webapp.domain import actors
from webapp.domain.actors import WORDS, is_ours, words_for
from webapp.wording import Phrase

NAMES = [value for name, value in vars(actors).items() if name.endswith("_NAME")]
SAY_THEMSELVES = {actors.QUEUE_NAME, actors.DESK_NAME}


class TestGivenWhoIsNoPerson:
    @pytest.mark.parametrize("name", sorted(NAMES))
    def test_no_person_is_given_the_name_in_whatever_case(self, name: str) -> None:
        assert is_ours(name)
        assert is_ours(name.upper())

    @pytest.mark.parametrize("name", sorted({*NAMES} - SAY_THEMSELVES))
    def test_people_read_words_that_every_language_has(self, name: str) -> None:
        assert isinstance(WORDS[name], Phrase)
        assert words_for(name) == WORDS[name] != name


class TestGivenWhoSaysThemselves:
    @pytest.mark.parametrize("name", ["sam", "ليلى", "", *sorted(SAY_THEMSELVES)])
    def test_the_name_stays(self, name: str) -> None:
        assert words_for(name) == name

    def test_a_person_has_a_name_that_is_theirs(self) -> None:
        assert not is_ours("sam")
