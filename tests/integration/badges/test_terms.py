"""Does a program that others wrote know every word of our documents by the contexts that they name (JSON-LD 1.1)?

The program is pyld; the contexts are the published ones, as openbadgeslib brings them along.
"""

import json
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

import pytest
from pyld import jsonld

from tests.integration.badges.judges import Fetching
from tests.integration.badges.test_signed import part, token_of
from webapp.models.badges import BadgeAward

CONTEXTS = {
    "https://www.w3.org/ns/credentials/v2": "credentials-v2.json",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json": "ob-v3p0-context-3.0.3.json",
    "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json": "ob-v3p0-extensions.json",
}
NOWHERE = "https://nowhere.test/"
"""Where a kind stands that no context explains."""


def load(url: str, _options: object = None) -> dict[str, Any]:
    """Give a context; a document that names another one cannot be read."""
    text = (files("openbadgeslib.ob3") / "contexts" / CONTEXTS[url]).read_text(encoding="utf-8")
    return {"contextUrl": None, "documentUrl": url, "document": json.loads(text)}


def undefined(said: dict[str, Any]) -> set[str | None]:
    """The words of a document that none of its contexts explains, keys and kinds alike."""
    words: list[str | None] = []
    read = jsonld.expand(said, {"documentLoader": load, "base": NOWHERE}, on_property_dropped=words.append)
    return {*words, *(kind.removeprefix(NOWHERE) for kind in kinds(read) if kind.startswith(NOWHERE))}


def kinds(read: object) -> Iterator[str]:
    """Every kind of thing in a document that was translated into addresses."""
    for key, value in read.items() if isinstance(read, dict) else ():
        yield from value if key == "@type" and isinstance(value, list) else kinds(value)
    for value in read if isinstance(read, list) else ():
        yield from kinds(value)


class TestGivenAnAwardedBadge:
    @pytest.mark.parametrize("of_list", [False, True], ids=["badge", "list"])
    def test_no_word_of_what_is_signed_is_without_a_meaning(
        self, web: Fetching, award: BadgeAward, of_list: bool
    ) -> None:
        token = web("http://desk.test/badges/status/1").decode() if of_list else token_of(web, award)

        assert undefined(part(token, 1)) <= {"jti"}  # the token's own word, of which credentials need not know

    def test_a_word_that_nobody_knows_would_be_noticed(self, web: Fetching, award: BadgeAward) -> None:
        said = part(token_of(web, award), 1)

        assert undefined({**said, "type": [*said["type"], "Medal"], "shine": 1}) == {"Medal", "shine"}
