"""Which key does a header of XQueue name?"""

import json

import pytest

from tests.factories.queue_messages import BROKEN_JSON, KEY, NO_OBJECT
from webapp.domain.identifiers import storable
from webapp.domain.queue.messages import KEY_LENGTH, UnreadableHeader, parse_key


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

    def test_a_key_of_ours_is_as_long_as_its_column(self) -> None:
        length = len(KEY)

        assert length == KEY_LENGTH
