"""Which problems can come of an operation, and what does each code mean?"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from werkzeug.routing import Rule

from webapp.errors import KeyInFlight, KeyReused, WebappError
from webapp.web.api.blueprint import Operation
from webapp.web.auth import ProgramGuard
from webapp.web.errors import STATUSES

Codes = Mapping[int, Sequence[str]]
"""Status -> the codes that come with it."""
MEANINGS: Mapping[str, str] = {
    "account": "Whoever proposes a change needs an account of Certdesk.",
    "bad_cursor": "The cursor is none of this list with these filters; begin again without it.",
    "bad_filter": "A name or value in the address cannot be understood; `errors` names it.",
    "bad_idempotency_key": "An `Idempotency-Key` is 1 to 255 visible ASCII characters, such as a UUID.",
    "bad_json": "The body is no JSON in UTF-8.",
    "bad_page": "The list has no page of that number.",
    "bad_request": "The request cannot be read.",
    "conflict": "Both sides changed the same fields; `errors` names them, and `choices` says for each whose word counts.",
    "csrf": "A session writes with `X-CSRFToken` alone; get it from `/csrf/api/v1/token`. 403: the page that asks is of an "
    "origin that may not write.",
    "failed": "Something went wrong on our side; `request_id` stands in our logs.",
    "idempotency_key_in_flight": "The request of that `Idempotency-Key` is under way; ask again in a moment.",
    "idempotency_key_reused": "The `Idempotency-Key` came with another request before; each request has its own.",
    "invalid": "Fields of the body are missing, unknown or wrong; `errors` names each of them.",
    "method_not_allowed": "The address does not take requests of this kind; `Allow` says of which.",
    "not_found": "There is nothing at this address.",
    "open_request": "Another request to change the same key is open; `change` is its address.",
    "precondition_required": "Say in `If-Match` which ETag you have seen.",
    "role": "The account has no role that allows it.",
    "scope": "The token is not for this; `WWW-Authenticate` names the scope that it lacks.",
    "too_deep": "The body has more levels of objects and lists than anything that we take.",
    "too_large": "The body is larger than the operation takes: 1 MiB, where it says nothing else.",
    "too_many_requests": "Too much was asked for in too short a time; ask again after `Retry-After` seconds.",
    "unconfirmed_warnings": "It has consequences; read `errors`, and send each `code` of it in `confirmed_warnings`.",
    "unauthenticated": "No token and no session, or one that is unknown, over or revoked, or of a disabled account.",
    "unavailable": "The database does not answer; ask again in a minute.",
    "unsupported_media_type": "The body has another Content-Type than this takes.",
}
"""Code -> what it means, where no service's error says it, or says it to those who read the code."""
OURS: Codes = {500: ("failed",), 503: ("unavailable",)}


def codes_of(rule: Rule, method: str, said: Operation, guard: object) -> dict[int, list[str]]:
    """Give each status with the codes with which an operation can refuse, in the order of the statuses."""
    found: defaultdict[int, set[str]] = defaultdict(set)
    for status, code in (
        *_at_the_door(method, guard),
        *_of_the_request(rule, method, said),
        *_of_services(said.refuses),
    ):
        found[status].add(code)
    return {status: sorted(codes) for status, codes in sorted({**found, **OURS}.items())}


def meaning_of(code: str) -> str:
    """Say in a sentence what a code means."""
    return MEANINGS.get(code) or _SERVICES_MEANINGS.get(code, "")


def _at_the_door(method: str, guard: object) -> Iterator[tuple[int, str]]:
    if isinstance(guard, ProgramGuard):
        yield 401, "unauthenticated"
        yield 403, "role"
        yield 403, "scope"
        yield 429, "too_many_requests"
        if method != "GET":
            yield 400, "csrf"
            yield 403, "csrf"


def _of_the_request(rule: Rule, method: str, said: Operation) -> Iterator[tuple[int, str]]:
    if rule.arguments:
        yield 404, "not_found"  # a number that is too large, a line break in a name
    if said.if_match:
        yield 412, "revision_moved"
        yield 428, "precondition_required"
    yield 400, "bad_filter"
    if method == "POST" and not said.lines:
        yield 400, "bad_idempotency_key"
        yield from _of_services((KeyInFlight, KeyReused))
    if "cursor" in said.filters:
        yield 400, "bad_cursor"
    if said.takes is not None or said.uploads or said.lines:
        yield 413, "too_large"
        yield 415, "unsupported_media_type"
    if said.takes is not None or said.uploads:
        yield 422, "invalid"
    if said.takes is not None or said.lines:
        yield 400, "bad_json"
    if said.takes is not None:
        yield 400, "too_deep"


def _of_services(errors: Iterable[type[WebappError]]) -> Iterator[tuple[int, str]]:
    for error in errors:
        yield STATUSES[error], error.code


def _sentence_of(error: type[WebappError]) -> str:
    return " ".join((error.__doc__ or "").partition("\n\n")[0].split())


_SERVICES_MEANINGS = {error.code: _sentence_of(error) for error in STATUSES}
