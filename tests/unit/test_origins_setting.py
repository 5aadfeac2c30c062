"""Which origins may the setting name?"""

import pytest

from webapp.addresses import parse_origins


@pytest.mark.parametrize(
    ("value", "origins"),
    [
        ("https://a.example.org", ("https://a.example.org",)),
        (" https://a.example.org , http://localhost:1996,", ("https://a.example.org", "http://localhost:1996")),
    ],
)
def test_exact_ones_are_taken(value: str, origins: tuple[str, ...]) -> None:
    assert parse_origins(value) == origins


@pytest.mark.parametrize(
    "value",
    [
        "*", "null", "a.example.org", "https://*.example.org", "https://a.example.org/", "https://a.example.org/x",
        "https://A.example.org", "https://u:p@a.example.org", "ftp://a.example.org", "https://", "https://a.example.org?x",
    ],
)  # fmt: skip
def test_anything_else_is_refused(value: str) -> None:
    with pytest.raises(ValueError, match="must be exact origins"):
        parse_origins(value)
