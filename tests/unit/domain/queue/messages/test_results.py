"""What does a body of XQueue say, and how long may its words be?"""

import pytest

from tests.factories.queue_messages import (
    COURSE,
    DOWNLOAD,
    ERROR,
    KEY,
    LEFT_OUT,
    REASON,
    URL,
    VERIFY,
    failure,
    removal,
    success,
)
from webapp.domain.certificates.transitions import Answer
from webapp.domain.identifiers import USERNAME_LENGTH, CourseId
from webapp.domain.queue.messages import (
    CUT_MARK,
    REASON_LENGTH,
    URL_LENGTH,
    BadResult,
    QueueResult,
    cut,
    parse_result,
)

COURSE_ID = CourseId(COURSE)


class TestGivenASuccess:
    def test_it_is_read_whole(self) -> None:
        result = parse_result(KEY, success())

        assert result == QueueResult(KEY, "ada", COURSE_ID, Answer.DONE, DOWNLOAD, VERIFY, URL)
        assert result.course_id == COURSE
        assert (result.reason, result.error) == (None, "")

    @pytest.mark.parametrize("value", [LEFT_OUT, None, ""])
    @pytest.mark.parametrize("name", ["verify_uuid", "download_uuid", "url"])
    def test_missing_null_and_empty_are_one(self, name: str, value: object) -> None:
        result = parse_result(KEY, success(**{name: value}))

        assert getattr(result, name) == ""

    def test_a_removal_names_no_file(self) -> None:
        result = parse_result(KEY, removal())

        assert (result.answer, result.download_uuid, result.verify_uuid, result.url) == (Answer.DONE, "", "", "")

    @pytest.mark.parametrize("action", [LEFT_OUT, None, "regen", "remove", 1, {}])
    def test_the_action_says_nothing(self, action: object) -> None:
        result = parse_result(KEY, success(action=action))

        assert result.answer is Answer.DONE

    @pytest.mark.parametrize("username", ["zoë", "李明", "a.b-c_d", "x" * USERNAME_LENGTH, "ada@example.org", " "])
    def test_any_user_name_of_the_platform_is_one(self, username: str) -> None:
        result = parse_result(KEY, success(username=username))

        assert result.username == username

    @pytest.mark.parametrize("url", ["http://a/b", URL, "HTTPS://A/b", "https://a/" + "é" * 100, "http://[::1]:8/x"])
    def test_any_web_address_is_one(self, url: str) -> None:
        result = parse_result(KEY, success(url=url))

        assert result.url == url

    def test_an_address_of_2048_characters_fits(self) -> None:
        url = "https://a/" + "x" * (URL_LENGTH - 10)

        result = parse_result(KEY, success(url=url))

        assert len(result.url) == URL_LENGTH

    def test_the_old_spelling_of_a_course_key_stays(self) -> None:
        result = parse_result(KEY, success(course_id="edX/DemoX/2014"))

        assert result.course_id == "edX/DemoX/2014"


class TestGivenAnError:
    def test_it_is_read_whole(self) -> None:
        result = parse_result(KEY, failure())

        assert result.answer is Answer.FAILED
        assert result.reason == REASON
        assert result.error == ERROR
        assert (result.download_uuid, result.verify_uuid, result.url) == ("", "", "")

    @pytest.mark.parametrize("error", [None, False, True, "", 0, [], {}, "no font"])
    def test_its_presence_counts_whatever_it_holds(self, error: object) -> None:
        result = parse_result(KEY, success(error=error))

        assert result.answer is Answer.FAILED

    def test_without_a_reason_there_is_none(self) -> None:
        result = parse_result(KEY, failure(error_reason=LEFT_OUT))

        assert result.reason is None

    @pytest.mark.parametrize(
        ("value", "reason"),
        [
            (None, ""),
            ("", ""),
            (0, "0"),
            (False, "false"),
            (1.5, "1.5"),
            (["é", 1], '["é", 1]'),
            ({"a": None}, '{"a": null}'),
            ("Zoë FAIL 李明 😀", "Zoë FAIL 李明 😀"),
            ("two\nlines <b>&", "two\nlines <b>&"),
            ("a\x00b", "a\ufffdb"),
            ("a\ud800b", "a\ufffdb"),
            (["\ud800", "\x00"], '["\ufffd", "\\u0000"]'),
            (10**100, str(10**100)),
            (float("nan"), "NaN"),
        ],
    )
    def test_any_reason_becomes_a_text(self, value: object, reason: str) -> None:
        result = parse_result(KEY, failure(error_reason=value, error=value))

        assert (result.reason, result.error) == (reason, reason)

    def test_surrogate_pairs_come_out_whole(self) -> None:
        body = f'{{"error": "", "username": "ada", "course_id": "{COURSE}", "error_reason": "\\ud83d\\ude00"}}'

        result = parse_result(KEY, body)

        assert result.reason == "😀"

    @pytest.mark.parametrize("name", ["reason", "error"])
    def test_5000_characters_are_cut_with_a_mark(self, name: str) -> None:
        text = "é" * 5_000

        result = parse_result(KEY, failure(error=text, error_reason=text))

        assert getattr(result, name) == "é" * (REASON_LENGTH - len(CUT_MARK)) + CUT_MARK

    def test_512_characters_are_not_cut(self) -> None:
        text = "x" * REASON_LENGTH

        result = parse_result(KEY, failure(error_reason=text))

        assert result.reason == text

    @pytest.mark.parametrize("depth", range(940, 1_000, 3))
    def test_a_reason_however_deep_is_read_or_refused(self, depth: int) -> None:
        nested = "[" * depth + "]" * depth
        body = f'{{"error": {nested}, "username": "ada", "course_id": "{COURSE}", "error_reason": {nested}}}'

        try:
            result = parse_result(KEY, body)
        except BadResult:
            return

        assert len(str(result.reason)) == REASON_LENGTH


class TestGivenALongReason:
    @pytest.mark.parametrize("length", [0, 511, 512, 513, 5_000])
    def test_it_is_never_longer_than_its_column(self, length: int) -> None:
        reason = cut("x" * length)

        assert len(reason) == min(length, REASON_LENGTH)
        assert reason.endswith(CUT_MARK) == (length > REASON_LENGTH)
