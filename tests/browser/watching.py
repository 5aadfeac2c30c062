"""What does somebody at a browser see, and what happens there that should not?"""

import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import ConsoleMessage, Page, Request

SUPPORT = ("sasha", "demo-support-1")
_NOT_SHOWN = re.compile(r"Failed to load resource: the server responded with a status of (404|410) \(.*\)")


@dataclass
class Watched:
    """A page of the browser, and everything on it that should not have happened."""

    page: Page
    at: str
    complaints: list[str] = field(default_factory=list)

    @classmethod
    def over(cls, page: Page, at: str) -> "Watched":
        """Watch a page from now on."""
        watched = cls(page, at)
        page.on("console", watched.said)
        page.on("pageerror", watched.failed)
        page.on("request", watched.asked)
        page.set_default_timeout(10_000)
        return watched

    def said(self, message: ConsoleMessage) -> None:
        """Note an error or a warning of the console; a breach of the policy is one.

        The support page frames what the address of a certificate says to the world. Where that is a page with 404
        or 410, the browser notes the status of the frame, and nothing is wrong.
        """
        if message.type in ("error", "warning") and not self._is_the_framed_certificate(message):
            self.complaints.append(f"console: {message.text}")

    def _is_the_framed_certificate(self, message: ConsoleMessage) -> bool:
        framed = urlsplit(message.location["url"]).path
        theirs = framed.startswith("/certificates/") and framed != urlsplit(self.page.url).path
        return theirs and _NOT_SHOWN.fullmatch(message.text) is not None

    def failed(self, problem: object) -> None:
        """Note a script that broke."""
        self.complaints.append(f"script: {problem}")

    def asked(self, request: Request) -> None:
        """Note a request to anywhere else."""
        if urlsplit(request.url).netloc not in (urlsplit(self.at).netloc, ""):
            self.complaints.append(f"other host: {request.url}")

    def open(self, path: str) -> None:
        """Go to an address of ours."""
        self.page.goto(self.at + path)

    def sign_in(self, name: str = SUPPORT[0], password: str = SUPPORT[1]) -> None:
        """Sign in as support does, or as somebody else."""
        self.open("/login")
        self.page.get_by_label("Name").fill(name)
        self.page.get_by_label("Password").fill(password)
        self.page.get_by_role("button", name="Sign in").click()
        self.page.wait_for_url(f"{self.at}/")
