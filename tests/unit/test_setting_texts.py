"""Whatever stands in a variable: is it taken, or refused in one line that names the variable, and is nothing else raised?"""

import json
from dataclasses import Field, fields
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from webapp.settings import PREFIX, Settings, SettingsError

PEM = "-----BEGIN CERTIFICATE-----\n" + "MIIB" * 400 + "\n-----END CERTIFICATE-----\n"
PARTS = (
    "https://", "http://", "redis://", "amqps://", "smtp://", "smtps://", "postgresql://", "sqlite:///", "kafka:", "localhost",
    "[::1]", "[", "]", ":", "8000", "99999", "/", "//", "?", "#", "@", "%", "%ff", "user", "=", ",", ";", ".", "..", "-", "on",
    "off", "starttls=on", "from=", "generation=", "2026-01-31T12:00:00Z", "9" * 5_000, "²", "٣", "ä", "\udcff", "\x00", "\n", " ",
    "{", '{"keys": [', "]}", PEM, "x" * 300,
)  # fmt: skip
ANYTHING = st.text(st.characters(exclude_categories=()), max_size=40)
"""Lone surrogates, too: so Python reads bytes of the environment that are no UTF-8."""
TEXTS = st.one_of(ANYTHING, st.lists(st.one_of(st.sampled_from(PARTS), ANYTHING), max_size=6).map("".join))
VALUES = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(), ANYTHING, st.sampled_from(("oct", "EC", "OKP", "RSA"))
    ),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(ANYTHING, inner, max_size=3),
    max_leaves=6,
)
MEMBERS = ("kty", "crv", "use", "alg", "kid", "iss", "k", "x", "y", "n", "e", "d")
KEYS = st.lists(st.dictionaries(st.sampled_from(MEMBERS), VALUES, max_size=6), max_size=3)
MOST = 250
"""Characters of the longest refusal."""
EACH = pytest.mark.parametrize("field", fields(Settings), ids=lambda field: field.name)


def refusal_of(field: Field[Any], text: str) -> str | None:
    """Give why a variable is refused; None where it is taken."""
    try:
        Settings.from_env({PREFIX + field.name.upper(): text})
    except SettingsError as problem:
        return str(problem)
    return None


@EACH
@given(text=TEXTS)
@example(PEM)
@example("https://[")
@example("generation=" + "9" * 5_000)
@example("\udcff" * 20)
def test_any_text_is_taken_or_refused_in_a_line_that_names_its_variable(field: Field[Any], text: str) -> None:
    refusal = refusal_of(field, text)

    name = PREFIX + field.name.upper()
    if refusal is not None:
        wanting = " is not set; " in refusal and name in refusal
        assert wanting or refusal.startswith((f"{name} must ", f"{name} has ", f"{name} knows "))
        assert refusal.isprintable()
        assert len(refusal) < MOST


@pytest.mark.parametrize("name", ["sso_keys", "jwt_jwks"])
@given(keys=KEYS)
def test_so_is_any_list_of_keys(name: str, keys: list[dict[str, object]]) -> None:
    (field,) = [field for field in fields(Settings) if field.name == name]

    refusal = refusal_of(field, json.dumps({"keys": keys}))

    assert refusal is not None
    assert refusal.startswith(PREFIX)


@pytest.mark.parametrize("name", ["kafka_ssl_ca", "kafka_ssl_cert", "kafka_ssl_key"])
@pytest.mark.parametrize("text", [PEM, PEM.replace("\n", "\\n"), f"\n{PEM}"])
def test_the_text_of_a_certificate_is_told_from_its_path(name: str, text: str) -> None:
    (field,) = [field for field in fields(Settings) if field.name == name]

    refusal = refusal_of(field, text)

    assert refusal == f"{PREFIX}{name.upper()} must be the path of a file with the PEM text, and not the text itself"
