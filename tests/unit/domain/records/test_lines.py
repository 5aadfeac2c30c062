"""What lines of records are taken, and with which reason are bad ones refused?"""

import json
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factories.records import COURSE, EXAMPLES
from webapp.domain.certificates.statuses import ExampleStatus, Status
from webapp.domain.records.kinds import TYPES, CertificateRecord, CourseRecord, Record
from webapp.domain.records.parsing import BadRecord, LongArray, parse_array, parse_line, parse_object, quoted

HEX = "0123456789abcdef" * 2

LACKING = object()

BAD_VALUES = [
    ("learner", "username", LACKING, "username is missing"),
    ("learner", "username", "", "username must be a text of 1 to 150 characters"),
    ("learner", "username", "a" * 151, "username must be a text of 1 to 150 characters"),
    ("learner", "username", 7, "username must be a text of 1 to 150 characters"),
    ("learner", "username", "a\x00b", "username holds a NUL or half a surrogate pair, which no database keeps"),
    ("learner", "name", "\ud800", "name holds a NUL or half a surrogate pair, which no database keeps"),
    ("learner", "name", "\ufdfa" * 100, "name is longer than 510 characters once written out for searching"),
    ("learner", "email", "a" * 255, "email must be a text of 254 characters at most"),
    ("learner", "email", None, "email must be a text of 254 characters at most"),
    ("learner", "allow_certificate", 1, "allow_certificate must be true or false"),
    ("learner", "external_id", True, "external_id must be a whole number from 0 to 2147483647"),
    ("learner", "external_id", 2**31, "external_id must be a whole number from 0 to 2147483647"),
    ("learner", "external_id", 7.0, "external_id must be a whole number from 0 to 2147483647"),
    ("learner", "nmae", "Ada", "'nmae' is not a key of type learner"),
    ("learner", "\ud800\n", "", "'\\ud800\\n' is not a key of type learner"),
    ("course", "course_id", "DemoX", "course_id is not a course key such as course-v1:Org+Course+Run"),
    ("course", "course_id", None, "course_id must be a text"),
    ("course", "start", "2026-01-31T12:00:00", "start must be a time with a zone, such as 2026-01-31T12:00:00Z"),
    ("course", "start", "0001-01-01T00:00:00+14:00", "start must be a time with a zone, such as 2026-01-31T12:00:00Z"),
    ("course", "end", "soon", "end must be a time with a zone, such as 2026-01-31T12:00:00Z"),
    ("course", "end", 1769860800, "end must be a time with a zone, such as 2026-01-31T12:00:00Z"),
    ("course", "certificate", [], "certificate must be an object or null"),
    ("course", "certificate", {"title": 1}, "certificate must have a text or null as its title"),
    ("course", "certificate", {"signatories": {}}, "certificate must have a list of objects as its signatories"),
    ("course", "certificate", {"signatories": ["Ada"]}, "certificate must have a list of objects as its signatories"),
    (
        "course",
        "certificate",
        {"x": ["\x00"]},
        "certificate holds a NUL or half a surrogate pair, which no database keeps",
    ),
    ("course_mode", "mode", "m" * 33, "mode must be a text of 1 to 32 characters"),
    ("course_mode", "requires_id_verification", None, "requires_id_verification must be true or false"),
    ("enrollment", "mode", "", "mode must be a text of 1 to 32 characters"),
    ("enrollment", "mode", LACKING, "mode is missing"),
    ("grade", "percent", 1.01, "percent must be a number from 0 to 1"),
    ("grade", "percent", -0.01, "percent must be a number from 0 to 1"),
    ("grade", "percent", True, "percent must be a number from 0 to 1"),
    ("grade", "percent", "0.87", "percent must be a number from 0 to 1"),
    ("grade", "percent", float("inf"), "percent must be a number from 0 to 1"),
    ("grade", "passed", LACKING, "passed is missing"),
    ("id_verification", "status", "", "status must be a text of 1 to 32 characters"),
    (
        "id_verification",
        "expires",
        "2028-13-01T00:00:00Z",
        "expires must be a time with a zone, such as 2026-01-31T12:00:00Z",
    ),
    ("course_role", "role", LACKING, "role is missing"),
    ("course_role", "active", None, "active must be true or false"),
    ("course_mode", "active", "no", "active must be true or false"),
    ("allowlist", "allowlisted", "yes", "allowlisted must be true or false"),
    *(
        (kind, "notes", "n" * 10_001, "notes must be a text of 10000 characters at most")
        for kind in ("allowlist", "invalidation", "date_override")
    ),
    ("invalidation", "active", None, "active must be true or false"),
    ("certificate", "key", "k" * 33, "key must be a text of 32 characters at most"),
    ("certificate", "grade", "0.8765", "grade must be a text of 5 characters at most"),
    ("certificate", "grade", 0.87, "grade must be a text of 5 characters at most"),
    ("certificate", "verify_uuid", HEX.upper(), "verify_uuid must be empty or 32 lower-case hexadecimal digits"),
    ("certificate", "verify_uuid", None, "verify_uuid must be empty or 32 lower-case hexadecimal digits"),
    ("certificate", "download_uuid", HEX[1:], "download_uuid must be empty or 32 lower-case hexadecimal digits"),
    (
        "certificate",
        "download_url",
        "ftp://x/y",
        "download_url must be empty or a web address that begins with http:// or https://",
    ),
    (
        "certificate",
        "download_url",
        "https://[",
        "download_url must be empty or a web address that begins with http:// or https://",
    ),
    (
        "certificate",
        "download_url",
        "https://x/ y",
        "download_url must be empty or a web address that begins with http:// or https://",
    ),
    (
        "certificate",
        "download_url",
        "https://x/" + "y" * 2039,
        "download_url must be a text of 2048 characters at most",
    ),
    ("certificate", "created", None, "created must be a time with a zone, such as 2026-01-31T12:00:00Z"),
    ("date_override", "date", "31.1.2026", "date must be a day, such as 2026-01-31, or a time with a zone"),
    ("example_certificate", "access_key", LACKING, "access_key is missing"),
    ("example_certificate", "status", "done", "status must be one of started, success, error"),
]

BAD_LINES = [
    (b"", "the line is not JSON"),
    (b"{", "the line is not JSON"),
    (b"\xff\xfe", "the line is not UTF-8"),
    (b"[" * 100_000, "the line is not JSON"),
    (b'{"type": "course", "certificate": ' + b"[" * 100_000, "the line is not JSON"),
    (b'{"type": "grade", "percent": NaN}', "the line is not JSON"),
    (b'{"type": "grade", "percent": ' + b"9" * 5_000 + b"}", "the line is not JSON"),
    (b'{"type": "learner", "username": "ada", "username": "bob"}', "a key stands twice in one object"),
    (b"null", "the line is not a JSON object"),
    (b'["learner"]', "the line is not a JSON object"),
    (b"{}", "type is missing"),
    (b'{"type": "person"}', f"type must be one of {', '.join(TYPES)}"),
    (b'{"type": ["learner"]}', f"type must be one of {', '.join(TYPES)}"),
    (b'{"type": "learner", "username": "' + b"a" * 1024 * 1024 + b'"}', "the line is longer than 1 MiB"),
]


def line(kind: str, **more: object) -> bytes:
    told = {"type": kind, **EXAMPLES[kind], **more}
    return json.dumps({name: value for name, value in told.items() if value is not LACKING}).encode()


def refusal_of(text: bytes) -> BadRecord:
    with pytest.raises(BadRecord) as refused:
        parse_line(text)
    return refused.value


class TestGivenTheLinesOfTheInterface:
    @pytest.mark.parametrize("kind", TYPES)
    def test_each_gives_a_record_of_its_type_that_carries_every_fact(self, kind: str) -> None:
        record = parse_line(line(kind))

        assert type(record) is TYPES[kind]
        assert record.given == EXAMPLES[kind].keys() - set(record.KEY)
        assert record.carried() == record.facts()

    def test_values_come_typed(self) -> None:
        record = parse_line(line("certificate", status="downloadable", created="2026-01-31T13:00:00+01:00"))

        assert isinstance(record, CertificateRecord)
        assert record.status is Status.DOWNLOADABLE
        assert record.created == datetime(2026, 1, 31, 12, tzinfo=UTC)
        assert record.created.utcoffset() == datetime.now(UTC).utcoffset()
        assert type(record.mode) is str

    @pytest.mark.parametrize(("told", "kept"), [(0.87, "0.8700"), (1, "1.0000"), (0, "0.0000"), (0.99996, "1.0000")])
    def test_a_percentage_is_kept_with_four_places(self, told: float, kept: str) -> None:
        assert parse_line(line("grade", percent=told)).carried()["percent"] == Decimal(kept)

    def test_an_example_has_a_status_of_its_own(self) -> None:
        assert parse_line(line("example_certificate")).facts()["status"] is ExampleStatus.STARTED

    def test_a_byte_order_mark_does_no_harm(self) -> None:
        assert parse_line(b"\xef\xbb\xbf" + line("learner")).natural_key == ("ada",)

    def test_the_natural_key_names_learner_course_and_role(self) -> None:
        assert parse_line(line("course_role")).natural_key == ("ada", COURSE, "beta_tester")

    def test_the_platform_may_say_more_of_a_course_runs_certificate(self) -> None:
        record = parse_line(line("course", certificate={"title": "Diploma", "is_active": True}))

        assert record.carried()["certificate"] == {"title": "Diploma", "is_active": True}


class TestGivenALineThatCarriesOnlyItsKey:
    def test_a_new_course_run_goes_by_the_regular_rules(self) -> None:
        record = parse_object({"type": "course", "course_id": COURSE})

        assert isinstance(record, CourseRecord)
        assert record.use_updated is True
        assert record.carried() == {}

    def test_a_new_certificate_is_unavailable_and_honor(self) -> None:
        record = parse_object({"type": "certificate", "username": "ada", "course_id": COURSE})

        assert record.facts()["status"] is Status.UNAVAILABLE
        assert record.facts()["mode"] == "honor"
        assert record.facts()["created"] is None


class TestGivenABadLine:
    @pytest.mark.parametrize(("kind", "name", "value", "reason"), BAD_VALUES)
    def test_the_reason_names_the_field(self, kind: str, name: str, value: object, reason: str) -> None:
        refused = refusal_of(line(kind, **{name: value}).replace(b"Infinity", b"1e999"))

        assert str(refused) == reason
        assert refused.type == kind

    @pytest.mark.parametrize(("text", "reason"), BAD_LINES)
    def test_a_line_that_is_no_record_says_why(self, text: bytes, reason: str) -> None:
        assert str(refusal_of(text)) == reason

    def test_an_unknown_status_names_the_known_ones(self) -> None:
        assert str(refusal_of(line("certificate", status="done"))).startswith("status must be one of unavailable, ")

    def test_an_unknown_mode_of_a_certificate_names_the_known_ones(self) -> None:
        assert str(refusal_of(line("certificate", mode="honour"))).startswith("mode must be one of honor, ")

    def test_words_for_a_certificate_that_are_nested_too_deep_are_refused(self) -> None:
        nested: object = "end"
        for _ in range(30):
            nested = [nested]

        assert (
            str(refusal_of(line("course", certificate={"x": nested})))
            == "certificate is nested more than 20 levels deep"
        )

    def test_a_number_too_large_to_keep_is_refused_in_them(self) -> None:
        text = line("course", certificate={"x": float("inf")}).replace(b"Infinity", b"1e999")

        assert str(refusal_of(text)) == "certificate holds a number that is too large"


class TestGivenAnythingAtAll:
    json_values = st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
        max_leaves=8,
    )

    @given(st.binary(max_size=200))
    def test_bytes_give_a_record_or_a_reason(self, text: bytes) -> None:
        assert self.judged(text)

    @given(json_values)
    def test_a_json_value_gives_a_record_or_a_reason(self, value: object) -> None:
        assert self.judged(json.dumps(value).encode())

    @given(kind=st.sampled_from(sorted(TYPES)), spoilt=st.data())
    def test_a_good_line_with_one_value_spoilt_gives_a_record_or_a_reason(
        self, kind: str, spoilt: st.DataObject
    ) -> None:
        name = spoilt.draw(st.sampled_from(sorted(EXAMPLES[kind])))
        value = spoilt.draw(
            self.json_values | st.datetimes().map(str) | st.text("0123456789abcdefTZ:+-. \ud800", max_size=40)
        )

        assert self.judged(line(kind, **{name: value}))

    def judged(self, text: bytes) -> bool:
        try:
            return isinstance(parse_line(text), Record)
        except BadRecord as refused:
            return bool(str(refused)) and "\n" not in str(refused)


class TestGivenSomebodyElsesText:
    def test_a_message_shows_it_on_one_line_and_cut(self) -> None:
        assert quoted("a\x1b[2J\n" + "b" * 100) == "'a\\x1b[2J\\n" + "b" * 51 + "...'"


class TestGivenNotesOfTheGreatestLength:
    @pytest.mark.parametrize("kind", ["allowlist", "invalidation", "date_override"])
    def test_they_are_kept_to_the_last_character(self, kind: str) -> None:
        longest = "\U0001f4dc" * 10_000

        assert parse_line(line(kind, notes=longest)).carried()["notes"] == longest


class TestGivenAnArray:
    def test_one_with_more_values_than_records_have_room_is_refused(self) -> None:
        assert len(parse_array(b"[" + b"0," * 31_999 + b"0]")) == 32_000
        with pytest.raises(LongArray, match=r"^the text has 32,001 records, and 32,000 are taken at once$"):
            parse_array(b"[" + b"0," * 32_000 + b"0]")

    def test_its_values_are_given_whatever_they_are(self) -> None:
        assert parse_array(b'\xef\xbb\xbf [{"type": "learner"}, 7, null] ') == [{"type": "learner"}, 7, None]

    @pytest.mark.parametrize(
        ("content", "reason"),
        [
            (b"{}", "the text is not a JSON array"),
            (b"[1,]", "the text is not JSON"),
            (b"[NaN]", "the text is not JSON"),
            (b"[" * 100_000, "the text is not JSON"),
            (b"\xff", "the text is not UTF-8"),
            (b'[{"a": 1, "a": 2}]', "a key stands twice in one object"),
        ],
    )
    def test_anything_else_is_refused(self, content: bytes, reason: str) -> None:
        with pytest.raises(BadRecord, match=f"^{reason}$"):
            parse_array(content)
