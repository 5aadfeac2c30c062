"""How does a test look at the page of a course run, and press its buttons?"""

import re
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from werkzeug.test import TestResponse

from tests.factories.candidates import HTML
from tests.integration.learners.pages import plain
from tests.visitors import Visitor

NOTE = "ill on the day of the exam"


@dataclass
class CoursePage:
    """Somebody in front of the page of a course run."""

    visitor: Visitor
    course_id: str = HTML

    @property
    def address(self) -> str:
        """Where it lies."""
        return f"/courses/{self.course_id}"

    def markup(self, part: str = "overview", **more: object) -> str:
        """Give a part of the page."""
        query = "".join(f"&{name}={value}" for name, value in more.items())
        return self.visitor.get(f"{self.address}?part={part}{query}")

    def text(self, part: str = "overview", **more: object) -> str:
        """Give the words of a part's main part."""
        return plain(self.markup(part, **more).split("<main", 1)[1])

    def rows(self, part: str, **more: object) -> list[str]:
        """Give the words of each line of a part's first table."""
        body = self.markup(part, **more).split("<tbody", 1)
        return [] if len(body) == 1 else [plain(row) for row in body[1].split("</tbody>")[0].split("<tr role")[1:]]

    def setting(self, label: str) -> str:
        """Give what the settings say of one thing, and where that is written."""
        found = re.search(rf'scope="row">{label}</th>(.*?)</tr>', self.markup(), re.DOTALL)
        assert found is not None
        return plain(found[1])

    def acts(self, part: str = "overview") -> set[str]:
        """Give the names of the acts that the forms of a part lead to."""
        return set(re.findall(r'action="/courses/([a-z-]+)"', self.markup(part)))

    def send(self, act: str, /, *, file: bytes = b"", **typed: Any) -> TestResponse:  # noqa: ANN401 - fields of a form
        """Send a form of the page."""
        data: dict[str, Any] = {"csrf_token": self.visitor.token_on("/"), "course_id": self.course_id, **typed}
        if file:
            data["file"] = (BytesIO(file), "list.csv")
        return self.visitor.client.post(f"/courses/{act}", data=data)

    def does(self, act: str, /, **typed: Any) -> str:  # noqa: ANN401 - fields of a form
        """Send a form, and give the words of the page that it leads to."""
        answer = self.send(act, **typed)
        assert answer.status_code == 303, answer.text
        return plain(self.visitor.get(answer.location.partition("#")[0]).split("<main", 1)[1])
