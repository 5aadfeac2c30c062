"""A badge server for tests: keeps classes and awards as a Badgr-style one does, and fails as it is told to."""

import json
from dataclasses import dataclass, field
from http import HTTPStatus
from types import TracebackType
from typing import Any
from urllib.parse import parse_qs, urlsplit

from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request

from tests.xqueue_wire import Fault, Received, Reply, Server

TOKEN, ISSUER = "not-a-token-of-anyone", "our-desk"
ROOT = f"/v1/issuer/issuers/{ISSUER}"
CLASS, CLASSES, AWARD, AWARDS = "GET class", "POST class", "POST award", "GET awards"
REFUSED = Reply('{"detail": "Invalid token."}', 401)


@dataclass
class Class:
    """What is awarded, as it was made."""

    fields: dict[str, str]
    picture: tuple[str, str, bytes]
    awards: list[dict[str, Any]] = field(default_factory=list)


class StandInBadgeServer:
    """Answers on a loopback port while it is entered; what it was asked stands in `asked` and `received`."""

    def __init__(self, *, keeps_slug: bool = True, filters: bool = True) -> None:
        """Begin with no class; old servers filter no list, newer ones give slugs of their own."""
        self.classes: dict[str, Class] = {}
        self.asked: list[str] = []
        self.received: list[Received] = []
        self.faults: dict[str, Reply | Fault] = {}
        """What goes wrong the next time that something is asked, by what is asked."""
        self._keeps_slug, self._filters = keeps_slug, filters

    def __enter__(self) -> "StandInBadgeServer":
        self._server = Server(self._take, 0)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.stop()

    @property
    def url(self) -> str:
        """Where it is."""
        return self._server.url

    def awarded(self) -> list[str]:
        """Give whom a badge was awarded to, in order."""
        return [award["email"] for one in self.classes.values() for award in one.awards]

    def _take(self, received: Received) -> Reply | Fault:
        self.received.append(received)
        if received.headers.get("Authorization") != f"Token {TOKEN}":
            return REFUSED
        path = urlsplit(received.path).path
        if not path.startswith(ROOT):
            return _said({"detail": "Not found."}, HTTPStatus.NOT_FOUND)
        steps = path.removeprefix(ROOT).strip("/").split("/")
        what = {
            ("GET", 1): "GET issuer",
            ("POST", 1): CLASSES,
            ("GET", 2): CLASS,
            ("GET", 3): AWARDS,
            ("POST", 3): AWARD,
        }[received.method, len(steps)]
        self.asked.append(what)
        fault = self.faults.pop(what, None)
        if fault is not None and fault is not Fault.ANSWER_LOST:
            return fault
        answer = self._answer(what, steps, received)
        return fault or answer

    def _answer(self, what: str, steps: list[str], received: Received) -> Reply:
        if what == "GET issuer":
            return _said({"slug": ISSUER})
        if what == CLASSES:
            return self._make_class(received)
        found = self.classes.get(steps[1])
        if found is None:
            return _said({"detail": "Not found."}, HTTPStatus.NOT_FOUND)
        if what == CLASS:
            return _said({"slug": steps[1]})
        if what == AWARDS:
            wanted = parse_qs(urlsplit(received.path).query).get("recipient", [""])[0]
            return _said([one for one in found.awards if not self._filters or one["email"] == wanted.lower()])
        return self._award(found, json.loads(received.body))

    def _make_class(self, received: Received) -> Reply:
        builder = EnvironBuilder(
            method="POST", input_stream=None, data=received.body, content_type=received.headers["Content-Type"]
        )
        form = Request(builder.get_environ())
        picture = form.files["image"]
        slug = form.form["slug"] if self._keeps_slug else f"its-own-{len(self.classes)}"
        self.classes[slug] = Class(
            form.form.to_dict(), (picture.filename or "", picture.mimetype, picture.stream.read())
        )
        return _said({"slug": slug, "name": form.form["name"]}, HTTPStatus.CREATED)

    def _award(self, found: Class, given: dict[str, Any]) -> Reply:
        url = f"https://badges.test/public/assertions/{len(found.awards) + 1}"
        award = {
            "email": given["email"].lower(),
            "evidence": given.get("evidence"),
            "image": f"{url}/image",
            "issuer": f"https://badges.test/public/issuers/{ISSUER}",
            "json": {"id": url, "type": "Assertion"},
            "revoked": False,
        }
        found.awards.append(award)
        return _said(award, HTTPStatus.CREATED)


def _said(value: object, status: int = HTTPStatus.OK) -> Reply:
    return Reply(json.dumps(value), status)
