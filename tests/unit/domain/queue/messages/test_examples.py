"""What does a body say about an example?"""

import pytest

from tests.factories.queue_messages import KEY, URL, VERIFY
from webapp.domain.queue.messages import BadResult, ExampleResult, parse_example_result


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
