"""Does the code on a certificate say its address, whatever the id and the installation's own address?"""

import re

import pytest
import segno
from hypothesis import given
from hypothesis import strategies as st

from webapp.adapters.certificate_page.qr import QUIET, draw_qr

PREFIXES = ("https://desk.test/certificates/", "http://127.0.0.1:8000/certificates/", "https://münchen.example/über/c/")


def drawn(address: str) -> set[tuple[int, int]]:
    """Give the dark modules of a drawing, by row and column."""
    (path,) = re.findall(r'class="qr__ink" d="([^"]*)"', str(draw_qr(address, "A code")))
    dark, column, row = set(), 0, 0.0
    for command, first, second in re.findall(r"([Mmh])(-?\d+)(?: ([\d.]+))?", path):
        if command == "h":
            dark |= {(int(row) - QUIET, place - QUIET) for place in range(column, column + int(first))}
            column += int(first)
        else:
            column, row = (0 if command == "M" else column) + int(first), row + float(second)
    return dark


def encoded(address: str) -> set[tuple[int, int]]:
    """Give those of the whole encoding, by a library that is not ours."""
    matrix = segno.make(address, error="m", mode="byte", micro=False, mask=3).matrix
    return {(number, column) for number, row in enumerate(matrix) for column, dark in enumerate(row) if dark}


class TestGivenAnAddress:
    @given(prefix=st.sampled_from(PREFIXES), number=st.text("0123456789abcdef", min_size=32, max_size=32))
    def test_putting_it_together_is_as_good_as_encoding_it(self, prefix: str, number: str) -> None:
        assert drawn(prefix + number) == encoded(prefix + number)

    @pytest.mark.parametrize("address", ["a", "https://desk.test/verify?id=1", "0" * 31, "A" * 32, "x" * 2000])
    def test_one_without_an_id_is_encoded_whole(self, address: str) -> None:
        assert drawn(address) == encoded(address)

    def test_its_label_is_a_text(self) -> None:
        assert 'aria-label="&lt;b&gt;&#34;"' in draw_qr("a", '<b>"')
