"""What do XQueue's messages say? Parsing them into typed values at the border (XQueue note §1f, §4)."""

import hashlib
import json
from dataclasses import dataclass

from webapp.domain.certificates.transitions import Answer
from webapp.domain.identifiers import (
    USERNAME_LENGTH,
    BadCourseId,
    CourseId,
    is_hex_32,
    is_web_address,
    made_storable,
    parse_course_id,
    storable,
)

KEY_LENGTH = 32
URL_LENGTH = 2048
EXAMPLE_URL_LENGTH = 2048
REASON_LENGTH = 512
CUT_MARK = " [...]"


class UnreadableHeader(ValueError):
    """The header is missing or is no JSON object with a text `lms_key`: this did not come through XQueue."""

    field = "xqueue_header"


class BadResult(ValueError):
    """The body is no certificate result; the text says why and becomes the answer's `content`."""


@dataclass(frozen=True, slots=True)
class QueueResult:
    """One worker's answer for one certificate job."""

    key: str
    username: str
    course_id: CourseId
    answer: Answer
    download_uuid: str = ""
    verify_uuid: str = ""
    url: str = ""
    reason: str | None = None
    """Why it failed; None where the answer gives no `error_reason`, so that what the row says stays."""
    error: str = ""
    """What the answer says under `error`: better than nothing where neither it nor the row has a reason."""


@dataclass(frozen=True, slots=True)
class ExampleResult:
    """One worker's answer for one example certificate."""

    key: str
    uuid: str
    failed: bool
    url: str | None = None
    reason: str | None = None


def parse_key(header: str | None) -> str:
    """Give the `lms_key` of a header; raises UnreadableHeader."""
    if header is None:
        raise UnreadableHeader("Parameter 'xqueue_header' is required.")
    try:
        key = parse_object(header)["lms_key"]
    except KeyError:
        raise UnreadableHeader("xqueue_header has no lms_key") from None
    except BadResult as problem:
        raise UnreadableHeader(f"xqueue_header {problem}") from None
    if not isinstance(key, str):
        raise UnreadableHeader("lms_key in xqueue_header is not a text")
    return made_storable(key)


def parse_result(key: str, body: str | None) -> QueueResult:
    """Give the typed result of a certificate job; raises BadResult with the reason (decision 7)."""
    if body is None:
        raise BadResult("Parameter 'xqueue_body' is required.")
    try:
        message = parse_object(body)
    except BadResult as problem:
        raise BadResult(f"xqueue_body {problem}") from None
    username = _username(message)
    course_id = _course_id(message)
    if "error" in message:  # its presence counts, whatever it holds (domain note §4.2)
        return QueueResult(
            key, username, course_id, Answer.FAILED, reason=_reason(message), error=cut(_text(message["error"]))
        )
    return QueueResult(
        key,
        username,
        course_id,
        Answer.DONE,
        download_uuid=_hex_32(message, "download_uuid"),
        verify_uuid=_hex_32(message, "verify_uuid"),
        url=_url(message, URL_LENGTH) or "",
    )


def parse_example_result(key: str, message: dict[str, object]) -> ExampleResult:
    """Give the typed result of an example job; raises BadResult for a `url` that cannot be kept (domain note §4.3)."""
    uuid = message.get("username")
    uuid = uuid if isinstance(uuid, str) and storable(uuid) else ""
    if "error" in message:
        reason = message.get("error_reason")
        return ExampleResult(key, uuid, failed=True, reason=_text(reason) if reason else None)
    return ExampleResult(key, uuid, failed=False, url=_url(message, EXAMPLE_URL_LENGTH))


def parse_object(text: str) -> dict[str, object]:
    """Give a JSON object; raises BadResult for anything else, however deep or broken."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        raise BadResult("is not JSON") from None
    if not isinstance(value, dict):
        raise BadResult("is not a JSON object")
    return value


def cut(reason: str, length: int = REASON_LENGTH) -> str:
    """Shorten a reason to what the column holds, with a mark where it was cut (XQueue note §4)."""
    return reason if len(reason) <= length else reason[: length - len(CUT_MARK)] + CUT_MARK


def digest(header: str | None, body: str | None) -> str:
    """Give a fingerprint by which two deliveries are found to be the same, letter for letter."""
    return hashlib.sha256(f"{header}\x00{body}".encode("utf-8", "surrogatepass")).hexdigest()


def _username(message: dict[str, object]) -> str:
    username = message.get("username")
    if not isinstance(username, str) or not username:
        raise BadResult("xqueue_body has no username")
    if len(username) > USERNAME_LENGTH or not storable(username):
        raise BadResult("username in xqueue_body is not a user name")
    return username


def _course_id(message: dict[str, object]) -> CourseId:
    course_id = message.get("course_id")
    if not isinstance(course_id, str) or not course_id:
        raise BadResult("xqueue_body has no course_id")
    try:
        return parse_course_id(course_id)
    except BadCourseId:
        raise BadResult("course_id in xqueue_body is not a course key") from None


def _hex_32(message: dict[str, object], name: str) -> str:
    """An unsigned PDF has no `verify_uuid` (decision 4), a removal neither id: missing, null and empty are one."""
    value = message.get(name)
    if value is None or value == "":
        return ""
    if not isinstance(value, str) or not is_hex_32(value):
        raise BadResult(f"{name} in xqueue_body is not 32 lower-case hexadecimal digits")
    return value


def _url(message: dict[str, object], length: int) -> str | None:
    value = message.get("url")
    if value is None or value == "":
        return value
    if not isinstance(value, str) or not storable(value):
        raise BadResult("url in xqueue_body is not a text")
    if len(value) > length:
        raise BadResult(f"url in xqueue_body is longer than {length} characters")
    if not is_web_address(value):
        raise BadResult("url in xqueue_body is not a web address")
    return value


def _reason(message: dict[str, object]) -> str | None:
    return cut(_text(message["error_reason"])) if "error_reason" in message else None


def _text(value: object) -> str:
    if value is None:
        return ""
    return made_storable(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))
