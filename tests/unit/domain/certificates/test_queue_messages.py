"""What does each message of XQueue say, and is everything broken refused in words?"""

import json
from collections.abc import Callable

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from webapp.domain.certificates.queue_messages import (
    CUT_MARK,
    KEY_LENGTH,
    REASON_LENGTH,
    URL_LENGTH,
    BadResult,
    ExampleResult,
    QueueResult,
    UnreadableHeader,
    cut,
    digest,
    parse_example_result,
    parse_key,
    parse_object,
    parse_result,
)
from webapp.domain.certificates.transitions import Answer
from webapp.domain.identifiers import COURSE_ID_LENGTH, USERNAME_LENGTH, CourseId, is_hex_32, storable

KEY = "529aa7bcfd893e4197da49aa13f7f721"
COURSE = "course-v1:edX+DemoX+Demo_Course"
COURSE_ID = CourseId(COURSE)
DOWNLOAD = "b1893280b1b146dba4ebdda414fe2c3b"
VERIFY = "065f7d6fcbe54fe8a044a7d0c411bdd4"
URL = f"https://certs.example.org/downloads/{DOWNLOAD}/Certificate.pdf"
LEFT_OUT = object()
DEEP = "[" * 100_000
HUGE = "9" * 5_000
BROKEN_JSON = ["", " ", "{", "xqueue", "'{}'", "{'a': 1}", DEEP, '{"a":' * 50_000, HUGE, "\x00", "\ufeff{}", "\ud800"]
NO_OBJECT = ["[]", "1", "null", "true", '"text"', "NaN", "-Infinity", "1e999", "[{}]"]


def success(**changed: object) -> str:
    """The body of a success, with members changed or left out."""
    message: dict[str, object] = {
        "action": "create",
        "download_uuid": DOWNLOAD,
        "verify_uuid": VERIFY,
        "username": "ada",
        "course_id": COURSE,
        "url": URL,
        **changed,
    }
    return json.dumps({name: value for name, value in message.items() if value is not LEFT_OUT})


def failure(**changed: object) -> str:
    """The body of an error, with members changed or left out."""
    message: dict[str, object] = {
        "error": "There was an error processing the certificate request: no font",
        "username": "ada",
        "course_id": COURSE,
        "error_reason": "(ada) <class 'ValueError'>: no font: certificate_agent.py:117",
        **changed,
    }
    return json.dumps({name: value for name, value in message.items() if value is not LEFT_OUT})


class TestGivenAHeaderOfXQueue:
    @pytest.mark.parametrize(
        "header",
        [
            f'{{"lms_callback_url": "http://lms/update_certificate?key={KEY}", "lms_key": "{KEY}", "queue_name": "c"}}',
            f'{{"lms_key": "{KEY}"}}',
            f'  {{"lms_key": "{KEY}", "extra": [1, {{"é": null}}]}}  ',
            f'{{"lms_key": "older", "lms_key": "{KEY}"}}',
        ],
    )
    def test_its_key_is_read(self, header: str) -> None:
        key = parse_key(header)

        assert key == KEY

    @pytest.mark.parametrize("key", ["", "x" * 1_000, "ключ", "a b"])
    def test_any_text_is_a_key(self, key: str) -> None:
        read = parse_key(json.dumps({"lms_key": key}))

        assert read == key

    @pytest.mark.parametrize("key", ["\x00", "\ud800", "a\udfffb"])
    def test_a_key_that_cannot_be_kept_is_made_so(self, key: str) -> None:
        read = parse_key(json.dumps({"lms_key": key}))

        assert storable(read)

    @pytest.mark.parametrize("header", [*BROKEN_JSON, *NO_OBJECT])
    def test_no_json_object_is_unreadable(self, header: str) -> None:
        with pytest.raises(UnreadableHeader, match="xqueue_header is not") as refusal:
            parse_key(header)

        assert refusal.value.field == "xqueue_header"

    def test_a_missing_one_is_unreadable(self) -> None:
        with pytest.raises(UnreadableHeader, match="'xqueue_header' is required"):
            parse_key(None)

    @pytest.mark.parametrize("header", ["{}", '{"LMS_KEY": "a"}', '{"lms_callback_url": "x"}'])
    def test_one_without_a_key_is_unreadable(self, header: str) -> None:
        with pytest.raises(UnreadableHeader, match="has no lms_key"):
            parse_key(header)

    @pytest.mark.parametrize("key", [None, 1, 1.5, True, [], {}, [KEY]])
    def test_a_key_that_is_no_text_is_unreadable(self, key: object) -> None:
        with pytest.raises(UnreadableHeader, match="lms_key in xqueue_header is not a text"):
            parse_key(json.dumps({"lms_key": key}))


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
        body = json.dumps({"action": "remove", "username": "ada", "course_id": COURSE})

        result = parse_result(KEY, body)

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


class TestGivenAnError:
    def test_it_is_read_whole(self) -> None:
        result = parse_result(KEY, failure())

        assert result.answer is Answer.FAILED
        assert result.reason == "(ada) <class 'ValueError'>: no font: certificate_agent.py:117"
        assert result.error == "There was an error processing the certificate request: no font"
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


class TestGivenAnExample:
    def test_a_success_names_its_file(self) -> None:
        result = parse_example_result(KEY, {"username": VERIFY, "url": URL})

        assert result == ExampleResult(KEY, VERIFY, failed=False, url=URL)

    @pytest.mark.parametrize(("message", "url"), [({}, None), ({"url": None}, None), ({"url": ""}, "")])
    def test_no_address_and_an_empty_one_are_told_apart(self, message: dict[str, object], url: str | None) -> None:
        result = parse_example_result(KEY, {"username": VERIFY, **message})

        assert result.url == url

    @pytest.mark.parametrize("url", [0, False, [], "javascript:alert(1)", "x" * 3_000, "https://a/\x00"])
    def test_what_is_no_web_address_is_refused(self, url: object) -> None:
        with pytest.raises(BadResult, match="url in xqueue_body"):
            parse_example_result(KEY, {"username": VERIFY, "url": url})

    @pytest.mark.parametrize(
        ("reason", "kept"), [(None, None), ("", None), (0, None), ([], None), ("no font", "no font"), ([1], "[1]")]
    )
    def test_an_error_has_a_reason_if_it_says_something(self, reason: object, kept: str | None) -> None:
        result = parse_example_result(KEY, {"username": VERIFY, "error": None, "error_reason": reason, "url": URL})

        assert result == ExampleResult(KEY, VERIFY, failed=True, reason=kept)

    @pytest.mark.parametrize("username", [None, 1, [], {}, "\x00", "\ud800"])
    def test_what_cannot_be_its_id_is_none(self, username: object) -> None:
        result = parse_example_result(KEY, {"username": username, "url": URL})

        assert result.uuid == ""


class TestGivenTwoDeliveries:
    def test_equal_letters_have_one_fingerprint(self) -> None:
        prints = {digest("header", "body"), digest("header", "body")}

        assert len(prints) == 1

    def test_any_other_letters_have_another(self) -> None:
        pairs = [
            ("h", "b"),
            ("h", "b "),
            ("H", "b"),
            ("hb", ""),
            ("", "hb"),
            (None, "b"),
            ("h", None),
            ("h\ud800", "b"),
        ]

        prints = {digest(header, body) for header, body in pairs}

        assert len(prints) == len(pairs)


class TestGivenALongReason:
    @pytest.mark.parametrize("length", [0, 511, 512, 513, 5_000])
    def test_it_is_never_longer_than_its_column(self, length: int) -> None:
        reason = cut("x" * length)

        assert len(reason) == min(length, REASON_LENGTH)
        assert reason.endswith(CUT_MARK) == (length > REASON_LENGTH)


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
    @settings(max_examples=100, deadline=None, derandomize=True)
    @given(st.one_of(st.none(), TEXTS, ANY_JSON, MESSAGES))
    def test_of_a_header_only_unreadable_header_is_raised(self, header: str | None) -> None:
        try:
            key = parse_key(header)
        except UnreadableHeader as problem:
            key = str(problem)

        assert storable(key)

    @settings(max_examples=150, deadline=None, derandomize=True)
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

    @settings(max_examples=100, deadline=None, derandomize=True)
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

    def test_a_key_of_ours_is_as_long_as_its_column(self) -> None:
        length = len(KEY)

        assert length == KEY_LENGTH
