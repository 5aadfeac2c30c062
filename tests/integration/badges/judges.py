"""How do the programs of others that judge our badges get at our documents?"""

from typing import Any
from urllib.parse import urlsplit

from flask import Flask

from webapp.models.badges import BadgeAward


class Unfetched(Exception):
    """The address was not answered with 200."""


class Fetching:
    """Fetches what the application serves under an address, and keeps which it was asked for."""

    def __init__(self, app: Flask) -> None:
        """Ask this application."""
        self._client = app.test_client()
        self.asked: list[str] = []

    def __call__(self, url: str) -> bytes:
        """Give the body; raises Unfetched, and for an address of anybody else too."""
        self.asked.append(url)
        parts = urlsplit(url)
        if parts.netloc != "desk.test":
            raise Unfetched(f"{url} is not ours")
        answer = self._client.get(url)
        if answer.status_code != 200:
            raise Unfetched(f"{url} answered {answer.status_code}")
        return bytes(answer.data)

    def document(self, award: BadgeAward) -> dict[str, Any]:
        """Give the hosted assertion of an award."""
        return self._read(award, 200)

    def gone(self, award: BadgeAward) -> dict[str, Any]:
        """Give what is said in the place of an assertion that is gone."""
        return self._read(award, 410)

    def _read(self, award: BadgeAward, status: int) -> dict[str, Any]:
        answer = self._client.get(f"/badges/assertions/{award.assertion_id}")
        assert answer.status_code == status
        document: dict[str, Any] = answer.get_json(force=True)
        return document
