"""Which messages are events, and which are refused, with which reason (interface note §9)?"""

import json
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from tests.factories.events import ENROLLED, headers_of, message, structured
from tests.fakes import NOON
from webapp.domain.bus.incoming import NO_MOMENT, Message, Unreadable, read_envelope, read_value

JSON, AVRO, STRUCTURED = "application/json", "application/avro", "application/cloudevents+json"
Headers = list[tuple[str, bytes | None]]


def given(headers: Headers, value: bytes | None = b"{}") -> Message:
    return Message("learning", 0, 1, b"key", value, headers, NOON)


def headers(**other: bytes | None) -> Headers:
    """Give the headers of an event, some of them otherwise; a name with None stands there without a value."""
    usual: dict[str, bytes | None] = dict(headers_of(ENROLLED, event_id="e-1", at=NOON))
    return [
        *{**usual, **{name.replace("content_type", "content-type"): value for name, value in other.items()}}.items()
    ]


def event(**other: object) -> bytes:
    """Give a CloudEvent in structured mode."""
    return json.dumps({"id": "e-1", "type": ENROLLED, "time": NOON.isoformat(), "data": {}, **other}).encode()


class TestGivenAnEvent:
    def test_binary_json_says_what_it_is(self) -> None:
        envelope = read_envelope(message(ENROLLED, {"a": 1}, event_id="e-1", at=NOON), now=NOON)

        assert (envelope.id, envelope.type, envelope.at, envelope.framed) == ("e-1", ENROLLED, NOON, False)

    def test_a_structured_one_holds_its_value(self) -> None:
        sent = structured(ENROLLED, {"a": 1})
        envelope = read_envelope(sent, now=NOON)

        assert (envelope.id, envelope.at, read_value(sent, envelope)) == ("structured-1", NOON, {"a": 1})

    @pytest.mark.parametrize(
        ("headers", "value", "framed"),
        [
            (headers(content_type=AVRO.encode()), b"\x00\x00", True),
            (headers(content_type=None), b"\x00\x00", True),
            (headers(content_type=b"text/plain"), b"\x00\x00", True),
            (headers(content_type=JSON.encode()), b"\x00\x00", False),
            (headers(content_type=None), b"{}", False),
            (headers(content_type=f"{JSON}; charset=utf-8".encode()), b"{}", False),
        ],
    )
    def test_what_its_value_is_in_is_told(self, headers: Headers, value: bytes, *, framed: bool) -> None:
        assert read_envelope(given(headers, value), now=NOON).framed is framed

    @pytest.mark.parametrize("said", [None, b""])
    def test_one_without_a_time_has_none(self, said: bytes | None) -> None:
        assert read_envelope(given(headers(ce_time=said)), now=NOON).at is None


class TestGivenWhatIsNone:
    @pytest.mark.parametrize(
        ("headers", "value", "reason"),
        [
            (headers(ce_id=None), b"{}", "ce_id is missing"),
            (headers(ce_type=b" "), b"{}", "ce_type is missing"),
            (headers(ce_id=b"x" * 256), b"{}", "longer than 255"),
            (headers(ce_id=b"a\x00b"), b"{}", "no text that can be kept"),
            (headers(ce_id=b"\xff"), b"{}", "the header ce_id is not UTF-8"),
            ([*headers(), ("ce_id", b"e-2")], b"{}", "the header ce_id is there twice"),
            (headers(ce_time=b"yesterday"), b"{}", "the event's time"),
            (headers(ce_time=(NOON + timedelta(days=2)).isoformat().encode()), b"{}", "lies in the future"),
            ([("content-type", STRUCTURED.encode())], event(id=7), "id is missing"),
            ([("content-type", STRUCTURED.encode())], event(time=7), "the event's time"),
            ([], b"[]", "not a JSON object"),
            ([], b"\xff", "not UTF-8"),
            ([], b'{"id": NaN}', "not JSON"),
            ([], b"[" * 100_000, "not JSON"),
            ([], None, "not JSON"),
        ],
    )
    def test_its_envelope_is_refused_with_the_reason(self, headers: Headers, value: bytes | None, reason: str) -> None:
        with pytest.raises(Unreadable, match=reason):
            read_envelope(given(headers, value), now=NOON)

    @pytest.mark.parametrize(
        ("sent", "at", "reason"),
        [
            (given(headers(ce_time=None)), NO_MOMENT, "its record's timestamp is no moment"),
            (given(headers(ce_time=None)), NOON + timedelta(days=2), "its record's, 2026.*, lies in the future"),
            (given([], event(time="")), NOON + timedelta(days=2), "its record's, 2026.*, lies in the future"),
        ],
    )
    def test_without_a_time_the_records_counts(self, sent: Message, at: datetime, reason: str) -> None:
        with pytest.raises(Unreadable, match=reason):
            read_envelope(replace(sent, at=at), now=NOON)

    @pytest.mark.parametrize(
        ("headers", "value", "reason"),
        [
            ([("content-type", STRUCTURED.encode())], event(data=[1]), "data is not an object"),
            (headers(), b"7", "not a JSON object"),
        ],
    )
    def test_its_value_is_refused_with_the_reason(self, headers: Headers, value: bytes, reason: str) -> None:
        sent = given(headers, value)
        envelope = read_envelope(sent, now=NOON)

        with pytest.raises(Unreadable, match=reason):
            read_value(sent, envelope)
