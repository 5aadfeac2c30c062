"""Where does the status of a signed badge stand, and how is a list of them written?"""

import base64
import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openbadgeslib.ob3 import decode_encoded_list, set_indices

from webapp.domain.badges import status_lists
from webapp.domain.badges.status_lists import AWARDS_A_LIST, PLACES

places = st.integers(0, PLACES - 1)
lists = st.integers(1, 2**31)


@pytest.mark.parametrize(
    ("awards", "number"),
    [(0, 1), (1, 1), (AWARDS_A_LIST - 1, 1), (AWARDS_A_LIST, 2), (2 * AWARDS_A_LIST - 1, 2), (10 * AWARDS_A_LIST, 11)],
)
def test_a_list_is_left_when_it_is_half_full(awards: int, number: int) -> None:
    assert status_lists.list_after(awards) == number


@pytest.mark.parametrize(
    ("drawn", "place"),
    [("0" * 32, 0), ("1ffff", PLACES - 1), ("20000", 0), ("f" * 32, PLACES - 1), ("0a", 10)],
)
def test_what_is_drawn_says_the_place_alone(drawn: str, place: int) -> None:
    number = status_lists.status_number(3, drawn)

    assert (status_lists.list_of(number), status_lists.place_of(number)) == (3, place)


@given(lists, places)
def test_the_number_of_an_award_is_one_of_its_list_s(number_of_list: int, place: int) -> None:
    number = status_lists.status_number(number_of_list, f"{place:032x}")

    assert number in status_lists.numbers_of(number_of_list)
    assert number not in status_lists.numbers_of(number_of_list + 1)
    assert number not in status_lists.numbers_of(number_of_list - 1)


@pytest.mark.parametrize(
    ("place", "byte", "value"),
    [(0, 0, 0b1000_0000), (7, 0, 0b0000_0001), (8, 1, 0b1000_0000), (PLACES - 1, PLACES // 8 - 1, 0b0000_0001)],
)
def test_the_first_place_is_the_highest_bit_of_the_first_byte(place: int, byte: int, value: int) -> None:
    text = status_lists.encoded([place])

    bits = gzip.decompress(base64.urlsafe_b64decode(text[1:] + "=" * (-len(text[1:]) % 4)))
    assert (text[0], len(bits), bits[byte], sum(bits)) == ("u", 16_384, value, value)


@given(st.sets(places, max_size=50))
def test_a_program_of_others_reads_the_places_that_were_written(lost: set[int]) -> None:
    bits = decode_encoded_list(status_lists.encoded(lost))

    assert set_indices(bits) == lost
    assert len(bits) * 8 == PLACES


def test_the_same_places_give_the_same_bytes_in_any_order() -> None:
    assert status_lists.encoded([3, 1, 3]) == status_lists.encoded([1, 3])


@pytest.mark.parametrize("number", range(4))
def test_a_list_carries_neither_padding_nor_the_moment_it_was_packed(number: int) -> None:
    text = status_lists.encoded(range(0, number * 97, 97))

    packed = base64.urlsafe_b64decode(text[1:] + "=" * (-len(text[1:]) % 4))
    assert "=" not in text
    assert packed[4:8] == bytes(4)  # where gzip says when (RFC 1952)
