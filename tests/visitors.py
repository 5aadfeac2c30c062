"""A person with a browser, to whom no page may be shown that lacks a title, one heading or its guards."""

import re
from html.parser import HTMLParser

from flask import Flask
from werkzeug.test import TestResponse

_TOKEN = re.compile(r'name="csrf_token"[^>]* value="([^"]*)"')


class _Page(HTMLParser):
    """What a page is made of, as far as the checks below ask."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.heads = 0
        self.title = ""
        self.unlabelled: list[str] = []
        self.inline: list[str] = []
        self.language: str | None = None
        self._labels: set[str] = set()
        self._inputs: list[dict[str, str | None]] = []
        self._in_title = False
        self._in_label = False
        self.feed(text)
        self.unlabelled = [
            str(field) for field in self._inputs if field.get("id") not in self._labels and not field.get("aria-label")
        ]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what the checks ask about."""
        attributes = dict(attrs)
        self._in_title = tag == "title"
        self.heads += tag == "h1"
        if tag == "html":
            self.language = attributes.get("lang")
        if tag == "label":
            self._in_label = True
            self._labels.add(str(attributes.get("for")))
        if tag in ("input", "select", "textarea"):
            self._field(attributes)
        if "style" in attributes or any(name.startswith("on") for name in attributes):
            self.inline.append(f"<{tag} {attributes}>")
        if tag in ("script", "style") and "nonce" not in attributes:
            self.inline.append(f"<{tag}> without a nonce")

    def handle_data(self, data: str) -> None:
        """Collect the title."""
        if self._in_title:
            self.title += data

    def handle_endtag(self, tag: str) -> None:
        """End the title, and the label that its field stands in."""
        self._in_title = False
        self._in_label = self._in_label and tag != "label"

    def _field(self, attributes: dict[str, str | None]) -> None:
        if attributes.get("type") not in ("hidden", "submit") and not self._in_label:
            self._inputs.append(attributes)


class Visitor:
    """Fetches pages, signs in, and presses buttons."""

    def __init__(self, app: Flask) -> None:
        """Open a browser without cookies."""
        self.client = app.test_client()

    def get(self, path: str, status: int = 200) -> str:
        """Fetch a page, check it, and give its text."""
        answer = self.client.get(path)
        assert answer.status_code == status, f"{path}: {answer.status_code}\n{answer.text[:2000]}"
        return check_page(path, answer)

    def post(self, path: str, form: dict[str, str] | None = None, *, of: str = "/login") -> TestResponse:
        """Send a form with the token of the page that it stands on."""
        return self.client.post(path, data={"csrf_token": self.token_on(of), **(form or {})})

    def token_on(self, path: str) -> str:
        """Give the token of a page's forms; every form of a session takes it."""
        found = _TOKEN.search(self.client.get(path, follow_redirects=True).text)
        return found[1] if found else ""

    def sign_in(self, name: str, password: str, next_page: str = "") -> TestResponse:
        """Fill in the sign-in form."""
        return self.post("/login", {"username": name, "password": password, "next": next_page})


def check_page(path: str, answer: TestResponse) -> str:
    """Check what every page must have (architecture note §2.5) and give its text."""
    page, policy = _Page(answer.text), answer.headers["Content-Security-Policy"]
    assert page.title.strip(), f"{path} has no title"
    assert page.heads == 1, f"{path} has {page.heads} h1"
    assert page.language, f"{path} has no language"
    assert not page.unlabelled, f"{path} has fields without a label: {page.unlabelled}"
    assert not page.inline, f"{path} has inline code that the policy forbids: {page.inline}"
    assert "unsafe" not in policy, f"{path} has a weak policy"
    assert "nonce-" in policy, f"{path} lets no script of its own run"
    return answer.text
