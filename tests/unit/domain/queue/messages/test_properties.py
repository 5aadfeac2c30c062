"""Can anything at all raise more than it should, or give what cannot be kept?"""

import json

from hypothesis import example, given
from hypothesis import strategies as st

from tests.factories.queue_messages import COURSE, KEY, URL, VERIFY, failure, success
from webapp.domain.certificates.transitions import Answer
from webapp.domain.identifiers import COURSE_ID_LENGTH, USERNAME_LENGTH, CourseId, is_hex_32, storable
from webapp.domain.queue.messages import (
    REASON_LENGTH,
    URL_LENGTH,
    BadResult,
    ExampleResult,
    QueueResult,
    UnreadableHeader,
    parse_example_result,
    parse_key,
    parse_object,
    parse_result,
)

COURSE_ID = CourseId(COURSE)
TEXTS = st.text(st.characters(codec=None), max_size=30)
VALUES = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(), TEXTS, st.sampled_from([COURSE, VERIFY, URL, "ada"])
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(TEXTS, inner, max_size=3)),
    max_leaves=6,
)
NAMES = st.sampled_from(
    ["username", "course_id", "download_uuid", "verify_uuid", "url", "error", "error_reason", "action", "lms_key"]
)
MESSAGES = st.dictionaries(NAMES, VALUES).map(
    lambda drawn: json.dumps({"username": "ada", "course_id": COURSE, **drawn})
)
ANY_JSON = VALUES.map(json.dumps)


class TestGivenAnythingAtAll:
    @given(st.one_of(st.none(), TEXTS, ANY_JSON, MESSAGES))
    def test_of_a_header_only_unreadable_header_is_raised(self, header: str | None) -> None:
        try:
            key = parse_key(header)
        except UnreadableHeader as problem:
            key = str(problem)

        assert storable(key)

    @given(st.one_of(st.none(), TEXTS, ANY_JSON, MESSAGES))
    @example(success())
    @example(failure(error_reason="\ud800" * 600))
    def test_of_a_body_only_bad_result_is_raised_and_the_rest_can_be_kept(self, body: str | None) -> None:
        try:
            result = parse_result(KEY, body)
        except BadResult as problem:
            result = QueueResult(KEY, "", COURSE_ID, Answer.FAILED, reason=str(problem))

        assert len(result.username) <= USERNAME_LENGTH
        assert len(result.course_id) <= COURSE_ID_LENGTH
        assert all(value == "" or is_hex_32(value) for value in (result.download_uuid, result.verify_uuid))
        assert len(result.url) <= URL_LENGTH
        assert len(result.error) <= REASON_LENGTH
        assert result.reason is None or len(result.reason) <= REASON_LENGTH
        assert all(
            storable(text)
            for text in (result.username, result.url, result.error, result.reason or "", result.course_id)
        )

    @given(st.one_of(ANY_JSON, MESSAGES))
    def test_of_an_example_only_bad_result_is_raised_and_the_rest_can_be_kept(self, body: str) -> None:
        try:
            result = parse_example_result(KEY, parse_object(body))
        except BadResult as problem:
            result = ExampleResult(KEY, "", failed=True, reason=str(problem))

        assert storable(result.uuid)
        assert storable(result.reason or "")
        assert storable(result.url or "")
        assert len(result.url or "") <= URL_LENGTH
