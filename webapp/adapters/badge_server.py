"""How do badges get to a server that issues them in our place, and why not, where they do not (domain note §5)?"""

import threading
from http import HTTPStatus
from typing import Any

import httpx

from webapp.adapters.asking import Asking
from webapp.domain.badges.server_messages import (
    PICTURE,
    BadgeOrder,
    BadReply,
    Issued,
    find_issued,
    parse_issued,
    parse_slug,
)
from webapp.logs import forwarded
from webapp.ports import BadgeRefused, BadgeServerUnreachable

CONNECT_TIMEOUT_S = 3.05
ANSWER_TIMEOUT_S = 6.0
"""Four requests of an entry end before it is taken again; so do two more, for addresses that it was asked for with before."""
MOST_REPLY_BYTES = 16 * 1024 * 1024
"""Old servers list all awards of a class, whoever was asked for."""
HEADERS = {"User-Agent": "Certdesk", "Accept": "application/json", "Accept-Encoding": "identity"}

NO_SERVER = "cannot connect to the badge server"
STRANGERS = "the badge server refused our token; an operator must correct CERTDESK_BADGE_SERVER_TOKEN"
NO_ISSUER = "the badge server knows no such issuer; an operator must correct CERTDESK_BADGE_SERVER_ISSUER"
OTHER_SLUG = "the badge server did not keep the slug of the badge class: it is of a kind that cannot be used"


class BadgrServer:
    """Has badges issued by a server that speaks Badgr's v1; any number of threads may use one at once."""

    def __init__(self, url: str, *, token: str, issuer: str, timeout_s: float = ANSWER_TIMEOUT_S) -> None:
        """Remember where it is and who we are; connects to nothing. `timeout_s` is how long an answer may take, to its last byte."""
        self._issuer_url = f"{url}/v1/issuer/issuers/{issuer}"
        self._known: set[str] = set()  # slugs of classes that are there; forgotten when an award meets none
        self._making = threading.Lock()
        client = httpx.Client(
            headers={**HEADERS, "Authorization": f"Token {token}"},
            timeout=httpx.Timeout(timeout_s, connect=CONNECT_TIMEOUT_S),
            limits=httpx.Limits(max_connections=None, max_keepalive_connections=0),
            trust_env=False,  # a proxy that is set for the world outside shall not see our token
            verify=httpx.create_ssl_context(),  # but SSL_CERT_FILE counts: the server's certificate may be a private one
        )
        endless = "unexpected reply from the badge server: it has no end"
        self._asking = Asking(client, timeout_s, NO_SERVER, BadgeServerUnreachable, MOST_REPLY_BYTES, endless)

    def issue(self, order: BadgeOrder, *, again: bool) -> Issued:
        """Have a badge issued; raises BadgeRefused with the server's words, or BadgeServerUnreachable with the reason.

        `again` says that it may have been issued already, by a try whose answer was lost: then it is looked for first,
        also under the addresses that it was asked for with before.
        """
        awards = f"{self._class_url(order.slug)}/assertions"
        try:
            found = self._find(order, awards) if again else None
            if found is not None:
                return found
            self._ensure_class(order)
            status, reply = self._ask("POST", awards, json=order.assertion_fields, missing=True)
            if status == HTTPStatus.NOT_FOUND:
                self._known.discard(order.slug)
                raise BadgeServerUnreachable("the badge class has gone from the badge server; it is made again")
            return parse_issued(reply)
        except BadReply as problem:
            raise BadgeServerUnreachable(f"unexpected reply from the badge server: {problem}") from None

    def find_fault(self) -> str | None:
        """Ask for our issuer, and give what is wrong; None where all is well."""
        try:
            status, _ = self._ask("GET", self._issuer_url, missing=True)
        except (BadgeRefused, BadgeServerUnreachable) as fault:
            return str(fault)
        return NO_ISSUER if status == HTTPStatus.NOT_FOUND else None

    def _find(self, order: BadgeOrder, awards: str) -> Issued | None:
        for email in (*order.earlier, order.email):
            status, listed = self._ask("GET", awards, params={"recipient": email}, missing=True)
            if status == HTTPStatus.NOT_FOUND:  # the class is not there, or not any more, and its awards with it
                self._known.discard(order.slug)
                return None
            if (found := find_issued(listed, email)) is not None:
                return found
        return None

    def _ensure_class(self, order: BadgeOrder) -> None:
        """Make the class that is awarded where it is not there yet; one at a time, or two threads would make two."""
        if order.slug in self._known:
            return
        with self._making:
            if order.slug in self._known:
                return
            status, _ = self._ask("GET", self._class_url(order.slug), missing=True)
            if status == HTTPStatus.NOT_FOUND:
                self._make_class(order)
            self._known.add(order.slug)

    def _make_class(self, order: BadgeOrder) -> None:
        name, kind = PICTURE
        _, reply = self._ask(
            "POST",
            f"{self._issuer_url}/badges",
            data=order.class_fields,
            files={"image": (name, order.picture, kind)},
        )
        try:
            slug = parse_slug(reply)
        except BadReply as problem:
            raise BadgeServerUnreachable(f"unexpected reply from the badge server: {problem}") from None
        if slug != order.slug:  # it would not be found again, and so be made again with each process
            raise BadgeRefused(OTHER_SLUG)

    def _class_url(self, slug: str) -> str:
        return f"{self._issuer_url}/badges/{slug}"

    def _ask(self, method: str, url: str, *, missing: bool = False, **sent: Any) -> tuple[int, str]:  # noqa: ANN401 - what the client takes
        """Give status and text of a reply that is one; with `missing`, of one that says that there is no such thing, too."""
        with self._asking.answer(method, url, headers=forwarded(), **sent) as answer:
            text = answer.read().decode("utf-8", "replace")
            _raise_for(answer.response.status_code, text, missing=missing)
            return answer.response.status_code, text


def _raise_for(status: int, text: str, *, missing: bool) -> None:
    if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES or (missing and status == HTTPStatus.NOT_FOUND):
        return
    if status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
        raise BadgeServerUnreachable(STRANGERS)
    if status in (HTTPStatus.BAD_REQUEST, HTTPStatus.CONFLICT, HTTPStatus.UNPROCESSABLE_ENTITY):
        raise BadgeRefused(f"the badge server refused it [{status}]: {_words(text)}")
    raise BadgeServerUnreachable(f"unexpected HTTP status code [{status}] from the badge server")


def _words(text: str) -> str:
    """What it says, on one line and not too long; a page for people says nothing."""
    said = " ".join(text.split())
    return "(no words)" if not said or said.startswith("<") else said[:200]
