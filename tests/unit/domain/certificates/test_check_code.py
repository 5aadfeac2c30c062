"""Does whoever holds a certificate on paper see that its page says the same?"""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from webapp.domain.certificates.page.checking import check_code

SAID: dict[str, Any] = {
    "verify_uuid": "0123456789abcdef0123456789abcdef",
    "name": "Ada Lovelace",
    "course_id": "course-v1:edX+DemoX+2026",
    "mode": "verified",
    "issued_on": datetime(2026, 11, 22, 12, tzinfo=UTC),
}


def test_it_can_be_made_anew_by_whoever_has_the_record() -> None:
    assert check_code(**SAID) == "F729 B7FB CC29"  # sha256sum of the JSON, by another program


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("verify_uuid", "f123456789abcdef0123456789abcdef"),
        ("name", "Ada Byron"),
        ("course_id", "course-v1:edX+DemoX+2027"),
        ("mode", "honor"),
        ("issued_on", SAID["issued_on"] + timedelta(days=1)),
    ],
)
def test_what_says_something_else_has_another(key: str, value: object) -> None:
    assert check_code(**{**SAID, key: value}) != check_code(**SAID)


@pytest.mark.parametrize(
    ("key", "value"), [("issued_on", SAID["issued_on"] + timedelta(hours=3)), ("name", SAID["name"])]
)
def test_what_nobody_reads_on_it_does_not_count(key: str, value: object) -> None:
    assert check_code(**{**SAID, key: value}) == check_code(**SAID)


@pytest.mark.parametrize("name", ["", "Žofie Ὑπατία ليلى", "\ud800", "x" * 255])
def test_any_name_has_one(name: str) -> None:
    assert len(check_code(**{**SAID, "name": name})) == len("0123 4567 89AB")
