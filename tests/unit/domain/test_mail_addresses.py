"""To what could mail go?"""

import pytest

from webapp.domain.identifiers import is_mail


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("ada@example.org", True),
        ("zoë@bücher.example", True),
        ('"a@b"@example.org', True),
        (f"{'a' * 242}@example.org", True),
        (f"{'a' * 243}@example.org", False),
        ("not mail", False),
        ("@example.org", False),
        ("ada@", False),
        ("ada@x\r\nBcc: b@x", False),
        ("ada@\x00", False),
        ("", False),
    ],
)
def test_an_address_has_something_on_both_sides_of_its_at(text: str, *, is_one: bool) -> None:
    assert is_mail(text) is is_one
