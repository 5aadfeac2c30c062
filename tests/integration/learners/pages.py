"""What stands on a support page, and how does somebody press its buttons?"""

import re
from dataclasses import dataclass, field
from html import unescape

from lxml import html
from werkzeug.test import TestResponse

from tests.factories.candidates import HTML, PDF
from tests.visitors import Visitor
from webapp.domain.identifiers import NOTE_LENGTH

ADDRESS = f"/learners/ada/{HTML}"
PDF_ADDRESS = f"/learners/ada/{PDF}"
ISSUED_ON = "Issued on 23 Aug 2026, 12:00 UTC."
NO_CERTIFICATE = "Ada Lovelace has no certificate because"
NOTE = "the course lead agreed by mail"
TOO_LONG = "x" * (NOTE_LENGTH + 1)


@dataclass
class Form:
    """One form of a page: where it goes, and what it sends when nothing is typed."""

    action: str
    fields: dict[str, str] = field(default_factory=dict)
    ticks: list[str] = field(default_factory=list)
    required: list[str] = field(default_factory=list)


def _forms(text: str) -> list[Form]:
    found = []
    for form in html.document_fromstring(text).iter("form"):
        named = [field for field in form.iter("input") if field.get("name") is not None]
        ticks = [field for field in named if field.get("type") == "checkbox"]
        found.append(
            Form(
                str(form.get("action")),
                {field.get("name"): field.get("value") or "" for field in named if field not in ticks},
                [field.get("name") for field in ticks],
                [field.get("name") for field in named if "required" in field.attrib],
            )
        )
    return found


class SupportPage:
    """Somebody in front of the support pages."""

    def __init__(self, visitor: Visitor) -> None:
        """Sit down."""
        self.visitor = visitor

    def text(self, address: str = ADDRESS, status: int = 200) -> str:
        """Give the words of a page's main part, without its markup."""
        return plain(self.visitor.get(address, status).split("<main", 1)[1])

    def verdict(self, address: str = ADDRESS) -> str:
        """Give the sentence at the top."""
        found = re.search(r'<p class="verdict__sentence">(.*?)</p>', self.visitor.get(address), re.DOTALL)
        assert found is not None
        return plain(found[1])

    def checks(self, address: str = ADDRESS) -> dict[str, str]:
        """Give how each check went, by its title."""
        lines = re.findall(
            r'check-line__word">(.*?)</span>\s*<p class="check-line__title">(.*?)</p>',
            self.visitor.get(address),
            re.DOTALL,
        )
        return {plain(title): plain(word) for word, title in lines}

    def every_form(self, address: str = ADDRESS) -> list[Form]:
        """Give the forms of acts, from the top."""
        forms = _forms(self.visitor.get(address))
        return [form for form in forms if form.action.startswith("/learners/")]

    def form_to(self, action: str, address: str = ADDRESS) -> Form:
        """Give the form of a page that is sent there."""
        return next(form for form in _forms(self.visitor.get(address)) if form.action == action)

    def forms(self, address: str = ADDRESS) -> dict[str, Form]:
        """Give the forms of acts by the act's name; the last of them where there are two."""
        return {form.action.rsplit("/", 1)[1].replace("-", "_"): form for form in self.every_form(address)}

    def press(self, act: str, address: str = ADDRESS, **typed: str) -> TestResponse:
        """Send the form of an act as it stands on the page, with what was typed."""
        form = self.forms(address)[act]
        return self.visitor.client.post(form.action, data={**form.fields, **typed})

    def does(self, act: str, address: str = ADDRESS, **typed: str) -> str:
        """Press a button, and give what the next page says first."""
        answer = self.press(act, address, **typed)
        assert answer.status_code == 303, answer.text
        page = self.visitor.get(answer.location)
        return plain(page.split('<div class="flashes"', 1)[1].split('<div class="page__head"', 1)[0].split(">", 1)[1])


def plain(markup: str) -> str:
    """Give markup as somebody reads it."""
    text = " ".join(unescape(re.sub(r"<[^>]*>", " ", markup)).split())
    return re.sub(r"“ | (?=[.,”])", lambda found: found[0].strip(), text)
