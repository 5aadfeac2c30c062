"""Is what was typed marked in what was found, and only that?"""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from webapp.domain.searching.marking import parts_of


def marked(shown: str, typed: str) -> str:
    return "".join(f"[{part.text}]" if part.typed else part.text for part in parts_of(shown, typed))


class TestGivenWhatWasFound:
    @pytest.mark.parametrize(
        ("shown", "typed", "seen"),
        [
            ("Ada Lovelace", "love ad", "[Ad]a [Love]lace"),
            ("Ada Lovelace", "ADA LOVE", "[Ada Love]lace"),
            ("ada, ada@example.org", "ada", "[ada], [ada]@example.org"),
            ("ada, ada@example.org", "ada@ex", "ada, [ada@ex]ample.org"),
            ("Straße 7", "strass", "[Straß]e 7"),
            ("Bjørn Ødegård", "odeg", "Bjørn [Ødeg]ård"),
            ("Zoe\u0308 Quinn", "zoe", "[Zoe\u0308] Quinn"),
            ("Ｗide", "wi", "[Ｗi]de"),
            ("فاطمة الفهرية", "فاط", "[فاط]مة الفهرية"),
            ("course-v1:edX+Demo+2026", "demo", "course-v1:edX+[Demo]+2026"),
            ("Ada", "", "Ada"),
            ("Ada", "bob", "Ada"),
            ("", "ada", ""),
            ("Bada", "ada", "Bada"),
        ],
    )
    def test_the_beginnings_that_were_typed_are_marked(self, shown: str, typed: str, seen: str) -> None:
        assert marked(shown, typed) == seen

    @settings(max_examples=40)
    @given(st.text(max_size=40), st.text(max_size=10))
    def test_nothing_of_it_is_lost(self, shown: str, typed: str) -> None:
        assert "".join(part.text for part in parts_of(shown, typed)) == shown
