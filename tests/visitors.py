"""A person with a browser, to whom no page may be shown that lacks a title, one heading or its guards."""

import re

from flask import Flask
from lxml import etree, html
from werkzeug.test import TestResponse

_TOKEN = re.compile(r'name="csrf_token"[^>]* value="([^"]*)"')


class _Page:
    """What a page is made of, as far as the checks below ask."""

    def __init__(self, text: str) -> None:
        """Read the page as a browser would, whatever is missing in it."""
        page = html.document_fromstring(text)
        labels = {label.get("for") for label in page.iter("label")}
        self.heads = len(list(page.iter("h1")))
        self.title = page.findtext(".//title") or ""
        self.language = page.get("lang")
        self.unlabelled = [
            html.tostring(field)
            for field in page.iter("input", "select", "textarea")
            if field.get("type") not in ("hidden", "submit")
            and not (field.get("id") in labels or field.get("aria-label") or _within(field, "label"))
        ]
        self.inline = [
            html.tostring(part)
            for part in page.iter(etree.Element)
            if any(name == "style" or name.startswith("on") for name in part.attrib)
            or (part.tag in ("script", "style") and "nonce" not in part.attrib)
        ]


def _within(part: html.HtmlElement, tag: str) -> bool:
    return any(True for _ in part.iterancestors(tag))


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
