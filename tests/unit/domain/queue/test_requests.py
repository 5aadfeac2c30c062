"""Is each request to XQueue as it was seen to be, within XQueue's limits, and each reply understood?"""

import json
from collections.abc import Callable

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.factories.queue_messages import COURSE, DOWNLOAD, KEY, VERIFY
from tests.factories.queue_messages import EXAMPLE_UUID as UUID
from webapp.domain.identifiers import storable
from webapp.domain.queue.messages import REASON_LENGTH
from webapp.domain.queue.requests import (
    HEADER_LENGTH,
    TOLD_APART_BY,
    BadReply,
    QueueReply,
    Submission,
    UnusableHeader,
    certificate_submission,
    example_submission,
    grade_label,
    parse_reply,
    removal_submission,
)
from webapp.setting_values import LONGEST_QUEUE_NAME
from webapp.settings import LONGEST_BASE_URL

BASE_URL = "http://127.0.0.1:18051"


def certificate(**changed: str | None) -> Submission:
    """A request as the platform was seen to send it, with parts changed."""
    parts: dict[str, str | None] = {
        "key": KEY,
        "username": "ada",
        "course_id": COURSE,
        "course_name": "Demonstration Course",
        "name": "Ada Lovelace",
        "grade": "Pass",
        "template_pdf": "certificate-template-edX-DemoX.pdf",
        "designation": None,
        "base_url": BASE_URL,
        "queue_name": "certificates",
        **changed,
    }
    return certificate_submission(**parts)  # type: ignore[arg-type]  # only two of them may be None


def an_example(base_url: str = BASE_URL, queue_name: str = "certificates") -> Submission:
    return example_submission(
        uuid=UUID,
        access_key=KEY,
        course_id=COURSE,
        course_name="Demonstration Course",
        name="John Doë",
        template_pdf="certificate-template-edX-DemoX.pdf",
        base_url=base_url,
        queue_name=queue_name,
    )


def removal(base_url: str = BASE_URL, queue_name: str = "certificates") -> Submission:
    return removal_submission(
        key=KEY,
        username="ada",
        course_id=COURSE,
        course_name="Demonstration Course",
        name="Ada Lovelace",
        delete_download_uuid=DOWNLOAD,
        delete_verify_uuid=VERIFY,
        base_url=base_url,
        queue_name=queue_name,
    )


KINDS = [certificate, an_example, removal]


class TestGivenACertificate:
    def test_the_header_names_the_callback_the_key_and_the_queue(self) -> None:
        submission = certificate()

        assert submission.header == (
            f'{{"lms_callback_url": "{BASE_URL}/update_certificate?key={KEY}", '
            f'"lms_key": "{KEY}", "queue_name": "certificates"}}'
        )

    def test_the_body_says_what_the_agent_reads(self) -> None:
        submission = certificate(grade="B", designation="PhD")

        assert submission.body == (
            '{"action": "create", "username": "ada", "course_id": "course-v1:edX+DemoX+Demo_Course", '
            '"course_name": "Demonstration Course", "name": "Ada Lovelace", "grade": "B", '
            '"template_pdf": "certificate-template-edX-DemoX.pdf", "designation": "PhD"}'
        )

    def test_what_is_not_known_is_null(self) -> None:
        body = json.loads(certificate(grade=None, designation=None).body)

        assert (body["grade"], body["designation"]) == (None, None)

    @pytest.mark.parametrize("name", ["Zoë", "李明", "😀", 'Ada "Countess" O\'Neil', "a\\b\n", "<b>&amp;"])
    def test_any_name_comes_out_whole_and_travels_as_ascii(self, name: str) -> None:
        body = certificate(name=name).body

        assert body.isascii()
        assert json.loads(body)["name"] == name

    def test_it_cannot_be_changed(self) -> None:
        submission = certificate()

        with pytest.raises(AttributeError):
            submission.body = "{}"  # type: ignore[misc]  # that it is refused is what is tried


class TestGivenAnExample:
    def test_the_callback_carries_its_id_and_the_header_its_access_key(self) -> None:
        header = json.loads(an_example().header)

        assert header["lms_callback_url"] == f"{BASE_URL}/update_example_certificate?key={UUID}"
        assert header["lms_key"] == KEY

    def test_the_course_is_named_so_that_the_agent_does_not_drop_it(self) -> None:
        submission = an_example()

        assert submission.body == (
            '{"action": "create", "course_id": "course-v1:edX+DemoX+Demo_Course", "name": "John Do\\u00eb", '
            f'"template_pdf": "certificate-template-edX-DemoX.pdf", "username": "{UUID}", '
            '"example_certificate": true, "course_name": "Demonstration Course"}'
        )


class TestGivenARemoval:
    def test_it_names_both_ids_of_the_file(self) -> None:
        submission = removal()

        assert submission.header == certificate().header
        assert submission.body == (
            '{"action": "remove", "username": "ada", "course_id": "course-v1:edX+DemoX+Demo_Course", '
            '"course_name": "Demonstration Course", "name": "Ada Lovelace", '
            '"delete_download_uuid": "b1893280b1b146dba4ebdda414fe2c3b", '
            '"delete_verify_uuid": "065f7d6fcbe54fe8a044a7d0c411bdd4"}'
        )


class TestGivenALongBaseUrl:
    @pytest.mark.parametrize("build", KINDS)
    def test_the_longest_that_settings_take_keeps_the_key_in_sight(self, build: Callable[..., Submission]) -> None:
        base_url = "https://".ljust(LONGEST_BASE_URL, "x")

        url = json.loads(build(base_url=base_url).header)["lms_callback_url"]

        assert url[:TOLD_APART_BY].endswith((KEY, UUID))

    def test_it_leaves_no_room_unused(self) -> None:
        base_url = "https://".ljust(LONGEST_BASE_URL, "x")

        url = json.loads(an_example(base_url).header)["lms_callback_url"]

        assert len(url) == TOLD_APART_BY

    @pytest.mark.parametrize("build", KINDS)
    def test_one_that_hides_the_key_is_refused(self, build: Callable[..., Submission]) -> None:
        base_url = "https://".ljust(TOLD_APART_BY, "x")

        with pytest.raises(UnusableHeader, match="the callback URL is longer than the 128 characters"):
            build(base_url=base_url)


class TestGivenALongQueueName:
    @pytest.mark.parametrize("build", KINDS)
    def test_the_longest_that_settings_take_fits(self, build: Callable[..., Submission]) -> None:
        submission = build(base_url="https://".ljust(LONGEST_BASE_URL, "x"), queue_name='"' * LONGEST_QUEUE_NAME)

        assert len(submission.header) <= HEADER_LENGTH

    @pytest.mark.parametrize("build", KINDS)
    def test_one_character_too_many_is_refused(self, build: Callable[..., Submission]) -> None:
        room = HEADER_LENGTH - len(build(queue_name="").header)

        fitting = build(queue_name="q" * room)

        assert len(fitting.header) == HEADER_LENGTH
        with pytest.raises(UnusableHeader, match="the header is longer than the 1024 characters"):
            build(queue_name="q" * (room + 1))


class TestGivenAGrade:
    @pytest.mark.parametrize(
        ("letter", "forced", "label"),
        [
            ("Pass", None, "Pass"),
            ("A", None, "A"),
            ("A+", "B", "B"),
            (None, "B", "B"),
            ("A", "", "A"),
            ("<b>A</b>", None, "A"),
            ('<span class="grade">B</span>', None, "B"),
            ("<p>Pass<br/></p>", None, "Pass"),
            (" A ", None, "A"),
            ("A<!-- not B -->", None, "A"),
            ("Distinction &amp; honours", None, "Distinction & honours"),
            ("&lt;A&gt;", None, "<A>"),
            ("A < B", None, "A < B"),
            ("a <b", None, "a <b"),
            ("<B>A", None, "A"),
            ("优", None, "优"),
            (None, None, None),
            ("", None, None),
            ("<b></b>", None, None),
            ("  ", None, None),
        ],
    )
    def test_its_label_is_plain_text(self, letter: str | None, forced: str | None, label: str | None) -> None:
        assert grade_label(letter, forced=forced) == label


class TestGivenAReply:
    @pytest.mark.parametrize(
        ("text", "reply"),
        [
            ('{"return_code": 0, "content": "1"}', QueueReply(accepted=True, content="1")),
            ('{"return_code": 0, "content": 0}', QueueReply(accepted=True, content="0")),
            ('{"return_code": 0, "content": ""}', QueueReply(accepted=True, content="")),
            (
                '{"return_code": 1, "content": "Queue \'x\' not found"}',
                QueueReply(accepted=False, content="Queue 'x' not found"),
            ),
            ('{"return_code": 1, "content": "\\u0000"}', QueueReply(accepted=False, content="\ufffd")),
            ('{"return_code": 1}', QueueReply(accepted=False, content="null")),
            (
                '{"return_code": 1, "content": {"Grund": "zu groß"}}',
                QueueReply(accepted=False, content='{"Grund": "zu groß"}'),
            ),
        ],
    )
    def test_it_is_yes_or_no_and_words(self, text: str, reply: QueueReply) -> None:
        assert parse_reply(text) == reply

    @pytest.mark.parametrize(
        ("code", "content", "asks"),
        [(1, "login_required", True), (0, "login_required", False), (1, "Login required", False)],
    )
    def test_it_may_ask_for_a_sign_in(self, code: int, content: str, asks: bool) -> None:
        reply = parse_reply(json.dumps({"return_code": code, "content": content}))

        assert reply.asks_for_sign_in is asks

    @pytest.mark.parametrize(
        "text",
        ["", "<html></html>", "[]", "null", "1", "{}", '{"content": "1"}', '{"return_code": "0"}', "[" * 100_000]
        + [f'{{"return_code": {code}}}' for code in ("2", "-1", "true", "false", "null", "0.0", "[]")],
    )
    def test_anything_else_is_none(self, text: str) -> None:
        with pytest.raises(BadReply):
            parse_reply(text)

    @given(st.text(st.characters(codec=None), max_size=700))
    @example("x" * 5_000)
    def test_its_words_can_always_be_kept(self, words: str) -> None:
        reply = parse_reply(json.dumps({"return_code": 1, "content": words}))

        assert storable(reply.content)
        assert len(reply.content) <= REASON_LENGTH
