"""Which texts name a course run, a certificate, a learner, and which can be kept at all?"""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from webapp.domain.identifiers import (
    BIGGEST_ROW,
    COURSE_ID_LENGTH,
    BadCourseId,
    course_of,
    folded,
    is_ccx,
    is_hex_32,
    made_storable,
    organisation_of,
    parse_course_id,
    row_number,
    storable,
)

OLD = "edX/DemoX/Demo_Course"
NEW = "course-v1:edX+DemoX+Demo_Course"
ANYTHING = st.text(st.characters(), max_size=40)
KEY_LIKE = st.builds(
    lambda start, parts, joint: start + joint.join(parts),
    st.sampled_from(["course-v1:", "ccx-v1:", "library-v1:", "slashes:", "i4x://", ""]),
    st.lists(st.text(st.sampled_from("aZ0_-.~é李@/+: \n\x00\ud800"), max_size=4), max_size=6),
    st.sampled_from(["+", "/", "+ccx@", "+branch@", "+version@", "+type@", "+block@"]),
)


class TestGivenACourseKey:
    @pytest.mark.parametrize(
        ("text", "organisation", "course"),
        [
            (OLD, "edX", "DemoX"),
            (NEW, "edX", "DemoX"),
            ("course-v1:Universität+Größe+2026_Frühjahr", "Universität", "Größe"),
            ("course-v1:清华+李明+1", "清华", "李明"),
            ("course-v1:a.b-c_d~e+f+g", "a.b-c_d~e", "f"),
        ],
    )
    def test_it_is_kept_as_it_is(self, text: str, organisation: str, course: str) -> None:
        course_id = parse_course_id(text)

        assert course_id == text
        assert (organisation_of(course_id), course_of(course_id)) == (organisation, course)
        assert not is_ccx(course_id)

    def test_a_key_of_255_characters_is_one(self) -> None:
        text = f"course-v1:edX+DemoX+{'r' * (COURSE_ID_LENGTH - 20)}"

        course_id = parse_course_id(text)

        assert len(course_id) == COURSE_ID_LENGTH

    def test_parsing_again_changes_nothing(self) -> None:
        once = parse_course_id("slashes:edX+DemoX+1")

        again = parse_course_id(once)

        assert again == once

    @pytest.mark.parametrize("text", [f"ccx-v1:edX+DemoX+Demo_Course+ccx@{number}" for number in (1, 42, 10**17)])
    def test_a_ccx_is_one(self, text: str) -> None:
        course_id = parse_course_id(text)

        assert course_id == text
        assert (organisation_of(course_id), course_of(course_id)) == ("edX", "DemoX")
        assert is_ccx(course_id)


class TestGivenAnythingElse:
    @pytest.mark.parametrize(
        "text",
        [
            "",
            " ",
            "edX",
            "edX/DemoX",
            "edX/DemoX/1/2",
            "course-v1:edX+DemoX",
            "course-v1:edX DemoX 1",
            "course-v1:edX+DemoX+1\n",
            " course-v1:edX+DemoX+1",
            "course-v1:edX+DemoX+1 ",
            "COURSE-V1:edX+DemoX+1",
            "course-v1:++",
            "course-v2:edX+DemoX+1",
            "course-v1:edX+DemoX+\x00",
            "course-v1:edX+DemoX+\ud800",
            "edX/DemoX/\udfff",
            "course-v1:edX+DemoX+1<script>",
            "block-v1:edX+DemoX+1+type@html+block@a",
            f"course-v1:edX+DemoX+{'r' * (COURSE_ID_LENGTH - 19)}",
            "i4x://edX/DemoX/html/1",
            "library-v1:edX+Lib",
            "ccx-v1:edX+DemoX+1",
            "ccx-v1:edX+DemoX+ccx@1",
            "ccx-v1:edX+DemoX+1+ccx@",
            "ccx-v1:edX+DemoX+1+ccx@x",
            "ccx-v1:edX+DemoX+1+ccx@1\n",
            "ccx-v1:edX+DemoX+1+ccx@٣",
            "ccx-v1:edX/DemoX/1+ccx@1",
            f"ccx-v1:edX+DemoX+1+ccx@{'1' * 40}",
            "[" * 10_000,
        ],
    )
    def test_it_is_refused(self, text: str) -> None:
        with pytest.raises(BadCourseId):
            parse_course_id(text)

    def test_a_branch_is_refused(self) -> None:
        text = "course-v1:edX+DemoX+1+branch@draft-branch"

        with pytest.raises(BadCourseId):
            parse_course_id(text)

    @given(st.one_of(ANYTHING, KEY_LIKE))
    @example("ccx-v1:edX+DemoX+1+ccx@x")
    @example("course-v1:edX+DemoX+1+version@not-hex")
    def test_nothing_but_bad_course_id_is_raised(self, text: str) -> None:
        try:
            course_id = parse_course_id(text)
        except BadCourseId:
            return

        assert storable(course_id)
        assert len(course_id) <= COURSE_ID_LENGTH
        assert parse_course_id(course_id) == course_id
        assert storable(organisation_of(course_id))


class TestGivenAPublicId:
    @pytest.mark.parametrize("text", ["0" * 32, "065f7d6fcbe54fe8a044a7d0c411bdd4"])
    def test_32_lower_hex_digits_are_one(self, text: str) -> None:
        verdict = is_hex_32(text)

        assert verdict is True

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "0" * 31,
            "0" * 33,
            "A" * 32,
            "g" * 32,
            "0" * 32 + "\n",
            "065f7d6f-cbe5-4fe8-a044-a7d0c411bdd4",
            "٠" * 32,
            " " * 32,
        ],
    )
    def test_anything_else_is_none(self, text: str) -> None:
        verdict = is_hex_32(text)

        assert verdict is False


class TestGivenATextToKeep:
    @pytest.mark.parametrize("text", ["\x00", "a\x00b", "\ud800b", "😀\udc00"])
    def test_what_no_database_keeps_is_replaced(self, text: str) -> None:
        kept = made_storable(text)

        assert not storable(text)
        assert storable(kept)
        assert len(kept) == len(text)

    @pytest.mark.parametrize("text", ["", "Zoë FAIL 李明 😀", "\x01\x1f\x7f\ufffe\uffff"])
    def test_what_can_be_kept_stays(self, text: str) -> None:
        kept = made_storable(text)

        assert storable(text)
        assert kept == text

    @given(st.text(st.characters(codec=None), max_size=20))
    def test_what_was_made_storable_can_be_encoded(self, text: str) -> None:
        kept = made_storable(text)

        assert b"\x00" not in kept.encode()


class TestGivenATypedNumber:
    @pytest.mark.parametrize(
        ("text", "number"),
        [
            ("1", 1),
            ("007", 7),
            (str(BIGGEST_ROW), BIGGEST_ROW),
            (str(BIGGEST_ROW + 1), None),
            ("1" * 5_000, None),
            ("", None),
            ("-1", None),
            ("1.0", None),
            ("٣", None),
            ("²", None),
        ],
    )
    def test_it_is_a_rows_or_none(self, text: str, number: int | None) -> None:
        assert row_number(text) == number


class TestGivenNamesToCompare:
    @pytest.mark.parametrize(
        ("one", "other"),
        [("Ada", "ADA"), ("Straße", "STRASSE"), ("Zoë", "Zoe\u0308"), ("ＡＤＡ", "ada"), ("ﬁne", "FINE")],
    )
    def test_case_and_width_do_not_count(self, one: str, other: str) -> None:
        both = {folded(one), folded(other)}

        assert len(both) == 1

    def test_accents_count(self) -> None:
        both = {folded("Zoë"), folded("Zoe")}

        assert len(both) == 2

    @given(st.text(max_size=12))
    def test_folding_twice_changes_nothing(self, text: str) -> None:
        once = folded(text)

        assert folded(once) == once
