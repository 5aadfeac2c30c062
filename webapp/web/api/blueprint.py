"""The blueprint of the programs' interface, and what each of its routes says of itself."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar
from urllib.parse import quote, urlencode

import msgspec
from flask import Blueprint, Response, request

from webapp.domain.roles import Role
from webapp.errors import WebappError
from webapp.web.api.once import once
from webapp.web.conditional import digest_tag, tagged

View = TypeVar("View", bound=Callable[..., Any])
_IN_A_PATH = "/:+@!$&'()*=~"
"""What stands for itself in a path (RFC 3986), but for what parts the links of a header."""


class _Programs(Blueprint):
    """A blueprint whose POSTs can be sent again."""

    def post(self, rule: str, **options: Any) -> Callable[[View], View]:  # noqa: ANN401 - as Flask's
        """Open an address for POST, with or without an Idempotency-Key."""
        opened = super().post(rule, **options)
        return lambda view: opened(once(view))  # type: ignore[return-value]  # it is called as the view is


bp = _Programs("api", __name__, url_prefix="/api/v1")


@dataclass(frozen=True, slots=True)
class Operation:
    """What the document says of a route, beside its docstring, its path and its guard."""

    gives: Mapping[int, Any]
    """Status -> the type of the answer, a media type where it is no JSON, or None where it is empty."""
    takes: type[msgspec.Struct] | None = None
    """The type of the body."""
    optional: bool = False
    """The body may be left out."""
    or_form: bool = False
    """It may be a form as well."""
    uploads: bool = False
    """The body is a form with one file."""
    lines: tuple[type[msgspec.Struct], ...] = ()
    """The types of what the body has one of a line, or an array of."""
    form: Mapping[str, str] = field(default_factory=dict)
    """Name of a text of that form -> what it says; one that ends with "?" may be left out."""
    filters: Mapping[str, str] = field(default_factory=dict)
    """Name in the address -> what it says."""
    needs: Sequence[str] = ()
    """Those of them that must be there."""
    if_match: bool = False
    """Refused with 428 where If-Match is missing."""
    begins: bool = False
    """Where there is nothing yet, If-None-Match: * stands for If-Match."""
    refuses: Sequence[type[WebappError]] = ()
    """What its services refuse; what the door itself refuses is told without."""
    means: Mapping[str, str] = field(default_factory=dict)
    """Code -> what it means here, where that is not what it means elsewhere."""
    by_people: bool = False
    """A token is refused, whatever its scopes: people decide who have signed in."""
    roles: Sequence[Role] = ()
    """Whom its services let in, where the door lets in others as well, so that their refusals leave events."""
    words: Mapping[int, Sequence[str]] = field(default_factory=dict)
    """Status -> the texts with which it refuses a client of the platform's; {} stands for what was sent."""
    fields: Sequence[str] = ()
    """What it refuses such a client by the field's own name."""
    codes: Mapping[int, Sequence[str]] = field(default_factory=dict)
    """Status -> the codes with which it refuses such a client beside those of doors and services."""


def tells(**said: Any) -> Callable[[View], View]:  # noqa: ANN401 - the fields of Operation
    """Write down what the document says of a view."""

    def mark(view: View) -> View:
        view.operation = Operation(**said)  # type: ignore[attr-defined]  # read by openapi.py
        return view

    return mark


def answer(said: object, status: int = 200, *, tag: str | None = None, location: str = "") -> Response:
    """Give JSON with its tag; without one a digest of the content, which is weak, for it is one of many that say the same."""
    content = msgspec.json.encode(said, enc_hook=str)  # a sentence that could be said in other languages
    response = Response(content, status, mimetype="application/json")
    if location:
        response.location = location
        response.autocorrect_location_header = False
    if tag is None and request.method not in ("GET", "HEAD"):
        return response
    return tagged(response, tag or digest_tag(content), weak=tag is None)


def address_here(query: Mapping[str, object]) -> str:
    """Give the path that was asked for with another query, as it stands in an address, whatever names it holds."""
    return f"{quote(request.path, safe=_IN_A_PATH)}?{urlencode(query)}"
