"""Is every body that is no result refused in words?"""

import json
from collections.abc import Callable

import pytest

from tests.factories.queue_messages import BROKEN_JSON, KEY, LEFT_OUT, NO_OBJECT, URL, VERIFY, failure, success
from webapp.domain.identifiers import USERNAME_LENGTH
from webapp.domain.queue.messages import URL_LENGTH, BadResult, parse_result


class TestGivenABodyThatIsNoResult:
    def test_a_missing_one_is_refused(self) -> None:
        with pytest.raises(BadResult, match="'xqueue_body' is required"):
            parse_result(KEY, None)

    @pytest.mark.parametrize("body", BROKEN_JSON)
    def test_what_is_not_json_is_refused(self, body: str) -> None:
        with pytest.raises(BadResult, match="xqueue_body is not JSON"):
            parse_result(KEY, body)

    @pytest.mark.parametrize("body", NO_OBJECT)
    def test_json_that_is_no_object_is_refused(self, body: str) -> None:
        with pytest.raises(BadResult, match="xqueue_body is not a JSON object"):
            parse_result(KEY, body)

    @pytest.mark.parametrize("make", [success, failure])
    @pytest.mark.parametrize("value", [LEFT_OUT, None, "", 1, 0, True, [], ["ada"], {}])
    @pytest.mark.parametrize("name", ["username", "course_id"])
    def test_one_without_a_learner_or_a_course_is_refused(
        self, make: Callable[..., str], name: str, value: object
    ) -> None:
        with pytest.raises(BadResult, match=f"xqueue_body has no {name}"):
            parse_result(KEY, make(**{name: value}))

    @pytest.mark.parametrize("make", [success, failure])
    @pytest.mark.parametrize("username", ["x" * (USERNAME_LENGTH + 1), "a\x00", "\ud800", "ada\udfff"])
    def test_what_is_no_user_name_is_refused(self, make: Callable[..., str], username: str) -> None:
        with pytest.raises(BadResult, match="username in xqueue_body is not a user name"):
            parse_result(KEY, make(username=username))

    @pytest.mark.parametrize("make", [success, failure])
    @pytest.mark.parametrize(
        "course_id", ["edX", "course-v1:edX+DemoX", "course-v1:a+b+\x00", "course-v1:a+b+\ud800", "x/" * 300, "a/b/c/d"]
    )
    def test_what_is_no_course_key_is_refused(self, make: Callable[..., str], course_id: str) -> None:
        with pytest.raises(BadResult, match="course_id in xqueue_body is not a course key"):
            parse_result(KEY, make(course_id=course_id))

    @pytest.mark.parametrize(
        "value",
        [
            VERIFY.upper(),
            VERIFY[:31],
            VERIFY + "0",
            "g" * 32,
            VERIFY[:31] + "\n",
            VERIFY[:31] + "\x00",
            "\ud800" * 32,
            "065f7d6f-cbe5-4fe8-a044-a7d0c411bdd4",
            0,
            1,
            False,
            [],
            [VERIFY],
            {},
            10**40,
        ],
    )
    @pytest.mark.parametrize("name", ["verify_uuid", "download_uuid"])
    def test_what_is_no_id_is_refused(self, name: str, value: object) -> None:
        with pytest.raises(BadResult, match=f"{name} in xqueue_body is not 32 lower-case hexadecimal digits"):
            parse_result(KEY, success(**{name: value}))

    @pytest.mark.parametrize(
        ("url", "reason"),
        [
            ("https://a/" + "x" * (URL_LENGTH - 9), "longer than 2048"),
            ("javascript:alert(1)", "not a web address"),
            ("JavaScript://a/%0aalert(1)", "not a web address"),
            ("data:text/html,x", "not a web address"),
            ("ftp://a/b", "not a web address"),
            ("//a/b", "not a web address"),
            ("/downloads/1.pdf", "not a web address"),
            ("not-a-url", "not a web address"),
            ("https://", "not a web address"),
            ("https:///x", "not a web address"),
            ("https://a/b c", "not a web address"),
            ("https://a/b\nc", "not a web address"),
            ("java\nscript:alert(1)", "not a web address"),
            ("https://[::1", "not a web address"),
            (" https://a/b", "not a web address"),
            ("https://a/\x00", "not a text"),
            ("https://a/\ud800", "not a text"),
            (1, "not a text"),
            (False, "not a text"),
            ([], "not a text"),
            ({"url": URL}, "not a text"),
        ],
    )
    def test_what_is_no_web_address_is_refused(self, url: object, reason: str) -> None:
        with pytest.raises(BadResult, match=f"url in xqueue_body is {reason}"):
            parse_result(KEY, success(url=url))

    def test_the_body_of_a_grader_is_refused(self) -> None:
        body = json.dumps({"correct": None, "score": 0, "msg": "Your submission could not be graded."})

        with pytest.raises(BadResult, match="xqueue_body has no username"):
            parse_result(KEY, body)
