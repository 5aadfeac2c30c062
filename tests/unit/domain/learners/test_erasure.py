"""What is left of somebody who is forgotten, and by what are they known again?"""

import json

import pytest

from webapp.domain.certificates.statuses import Status
from webapp.domain.learners import erasure
from webapp.domain.learners.erasure import Known

KEY, OTHER_KEY = "ab" * 32, "cd" * 32


class TestGivenAPlaceholder:
    def test_it_is_made_of_chance_and_says_what_it_is(self) -> None:
        assert erasure.placeholder("0123456789abcdef0123456789abcdef") == "erased:0123456789abcdef"


class TestGivenAMark:
    def test_the_same_text_has_the_same(self) -> None:
        assert erasure.mark(KEY, Known.USERNAME, "ada") == erasure.mark(KEY, Known.USERNAME, "ada")

    @pytest.mark.parametrize(
        ("key", "known", "text"),
        [
            (OTHER_KEY, Known.USERNAME, "ada"),
            (KEY, Known.NUMBER, "ada"),
            (KEY, Known.USERNAME, "Ada"),
            (KEY, Known.USERNAME, ""),
        ],
    )
    def test_anything_else_has_another(self, key: str, known: Known, text: str) -> None:
        assert erasure.mark(key, known, text) != erasure.mark(KEY, Known.USERNAME, "ada")

    def test_an_identity_is_of_its_issuer(self) -> None:
        assert erasure.identity_text("a", "bc") != erasure.identity_text("ab", "c")


class TestGivenAStatus:
    @pytest.mark.parametrize("status", Status)
    def test_what_is_valid_or_may_become_so_is_ended_and_the_rest_stays(self, status: Status) -> None:
        ends = status in {
            Status.DOWNLOADABLE,
            Status.ERROR,
            Status.GENERATING,
            Status.REGENERATING,
            Status.DELETING,
        }

        assert erasure.ended(status) is (Status.DELETED if ends else None)


class TestGivenATextThatMayNameSomebody:
    @pytest.mark.parametrize(
        ("text", "named"),
        [
            ("ada asked", True),
            ("ADA", True),
            ("asked by ada.", True),
            ("ada@example.org wrote", True),
            ("Ada Lovelace", True),
            ("adage", False),
            ("Canada", False),
            ("request 4711", False),
            ("", False),
        ],
    )
    def test_her_words_count_as_words_alone(self, text: str, *, named: bool) -> None:
        assert erasure.names_somebody(text, ("ada", "ada@example.org", "Ada Lovelace")) is named

    def test_no_word_names_nobody(self) -> None:
        assert not erasure.names_somebody("anything", ("", " "))


class TestGivenAnEvent:
    @pytest.mark.parametrize(
        ("told", "names"),
        [
            ({"user": {"pii": {"username": "ada"}}}, ["ada"]),
            ([{"username": "ada"}, ({"username": "bob"},)], ["ada", "bob"]),
            ({"username": 7, "name": "ada"}, []),
            (None, []),
            ("username", []),
        ],
    )
    def test_its_user_names_are_found_wherever_they_stand(self, told: object, names: list[str]) -> None:
        assert list(erasure.usernames_in(told)) == names


class TestGivenTheBytesOfAMessage:
    def test_a_name_is_found_quoted_as_json_has_it(self) -> None:
        written = json.dumps({"username": "ada"}).encode()

        assert any(form in written for form in erasure.written_forms("ada"))
        assert not any(form in written for form in erasure.written_forms("ad"))

    @pytest.mark.parametrize(("text", "length"), [("ada", b"\x06"), ("a" * 63, b"\x7e"), ("a" * 64, b"\x80\x01")])
    def test_and_behind_its_length_as_avro_has_it(self, text: str, length: bytes) -> None:
        assert erasure.written_forms(text)[1] == length + text.encode()


class TestGivenCounts:
    def test_what_there_was_none_of_is_left_out(self) -> None:
        assert erasure.counted({"notes": 2, "grades": 0}) == {"notes": 2}
