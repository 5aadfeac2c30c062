"""Is what people paste read as what they mean?"""

import pytest

from webapp.domain.searching.typed import course_keys_meant, is_whole_course_key, read_typed

ID = "0123456789abcdef0123456789abcdef"
COURSE = "course-v1:edX+Demo+2026"


class TestGivenAnId:
    @pytest.mark.parametrize(
        "text",
        [
            ID,
            ID.upper(),
            f" {ID}\n",
            f"<{ID}>",
            f"“{ID}”,",
            "01234567 89abcdef 01234567 89abcdef",
            "01234567-89ab-cdef-0123-456789abcdef",
            f"\u200e{ID}\u200f",
            "０１２３４５６７８９ａｂｃｄｅｆ" * 2,
            f"https://desk.example.org/certificates/{ID}",
            f"HTTPS://desk.example.org/certificates/{ID.upper()}/",
            f"https://desk.example.org/certificates/{ID}?utm_source=mail#top",
            f"<https://desk.example.org/certificates/{ID}/certificate.pdf>",
            f"desk.example.org/certificates/{ID}",
            f"/certificates/{ID}",
        ],
    )
    def test_it_is_read_however_it_was_sent(self, text: str) -> None:
        assert read_typed(text).public_id == ID

    @pytest.mark.parametrize("text", [ID[:-1], f"{ID}0", f"x{ID}", f"https://desk.example.org/certificates/{ID}0"])
    def test_what_is_no_id_is_none(self, text: str) -> None:
        assert read_typed(text).public_id is None


class TestGivenANumber:
    @pytest.mark.parametrize("text", ["17", " 17 ", "#17", "１７", "١٧", "1 7", "\u206617\u2069"])
    def test_it_is_read_in_any_digits(self, text: str) -> None:
        assert read_typed(text).number == 17

    @pytest.mark.parametrize("text", ["", "²", "17a", "-17", "1.7", "9" * 20])
    def test_what_is_no_number_is_none(self, text: str) -> None:
        assert read_typed(text).number is None


class TestGivenAnAddress:
    @pytest.mark.parametrize(
        ("text", "meant"),
        [
            ("ada+test@example.org", "ada+test@example.org"),
            ("ada test@example.org", "ada+test@example.org"),
            ("<ada@example.org>;", "ada@example.org"),
            ("https://learn.example.org/courses/course-v1:edX+Demo+2026/about", COURSE),
            ("https://learn.example.org/courses/course-v1%3AedX%2BDemo%2B2026/progress", COURSE),
            ("course-v1:edX Demo 2026", COURSE),
            ("https://desk.example.org/learners/ada", "ada"),
            ("https://desk.example.org/learners/ad%20a?x=1", "ad a"),
            ("https://desk.example.org/learners/ad%00a", "ad\ufffda"),
            ("https://desk.example.org/learners/ada/course-v1:edX+Demo+2026", COURSE),
            ("https://example.org/elsewhere", "https://example.org/elsewhere"),
            ("edX/Demo/2026", "edX/Demo/2026"),
            ("Ada  Lovelace", "Ada  Lovelace"),
        ],
    )
    def test_it_stands_for_what_it_shows(self, text: str, meant: str) -> None:
        assert read_typed(text).text == meant


class TestGivenACourseKey:
    @pytest.mark.parametrize(
        "text", [COURSE, "COURSE-V1:EDX+demo+2026", "edX/Demo/2026", "edX+Demo+2026", "ｅｄＸ/Demo/2026"]
    )
    def test_both_spellings_of_it_are_meant(self, text: str) -> None:
        assert {"course-v1:edx+demo+2026", "edx/demo/2026"} <= set(course_keys_meant(text))

    def test_a_beginning_is_meant_in_both_too(self) -> None:
        assert course_keys_meant("edX/De") == ["edx/de", "course-v1:edx+de"]
        assert course_keys_meant("Sailing") == ["sailing"]

    @pytest.mark.parametrize("text", ["ccx-v1:edX+Demo+2026+ccx@1", "library-v1:edX+Lib"])
    def test_other_kinds_of_keys_are_themselves(self, text: str) -> None:
        assert course_keys_meant(text)[0] == text.lower()

    def test_a_whole_key_is_told_from_a_beginning(self) -> None:
        assert [is_whole_course_key(text) for text in (COURSE, "edX/Demo/2026", "course-v1:edX+De", "Sailing")] == [
            True,
            True,
            False,
            False,
        ]
