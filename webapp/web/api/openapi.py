"""What can programs ask of us? The OpenAPI 3.1 document, made from the routes themselves."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib.metadata import version
from typing import Any, get_args, get_origin

import msgspec
from flask import Flask
from werkzeug.routing import Rule

from webapp.web.api.blueprint import Operation, bp
from webapp.web.api.compat.blueprint import bp as compat
from webapp.web.api.lists import MOST, USUAL
from webapp.web.api.once import HEADER, REPLAYED
from webapp.web.auth import ProgramGuard, guard_of
from webapp.web.auth.guards import PlatformGuard
from webapp.web.auth.platform import COOKIES
from webapp.web.errors.legacy import Refusal
from webapp.web.errors.problems import MIME, Problem

DESCRIPTION = """\
Certificates' configuration as it is, was and shall be, and who has passed what. Programs read, propose and talk; people decide.

Send a token, `Authorization: Bearer <token>`, which reaches as far as its scopes and its account's roles; or the cookie
of a session, and then with every write `X-CSRFToken` as GET `/csrf/api/v1/token` gives it. Every refusal is a problem by
RFC 9457 with a stable `code`. Every GET has an ETag and answers 304; what is edited or decided wants it in If-Match.
`RateLimit` says how many requests are left in this minute; 429 with `Retry-After` where none is."""
_PARAMETER = re.compile(r"<(?P<converter>[a-z]+)(?:\([^)]*\))?:(?P<name>[a-z_]+)>")
_REF = "#/components/schemas/{name}"
_PROBLEM = {"$ref": "#/components/responses/Problem"}
_PLATFORM = "platform"
"""The tag of what the platform's own clients ask."""
_REFUSAL = {"$ref": "#/components/responses/Refusal"}
_SIGNS = ("platform_token", "platform_cookies", "session")
_FILTER_SCHEMAS: Mapping[str, Mapping[str, Any]] = {
    "limit": {"type": "integer", "minimum": 1, "maximum": MOST, "default": USUAL},
    **{
        name: {"type": "boolean"}
        for name in ("enabled", "mine", "waiting", "stale", "owed", "allowlisted", "active", "dry_run")
    },
}
_BETWEEN_VERSIONS = {"type": "integer", "minimum": 0}


def document(app: Flask) -> dict[str, Any]:
    """Give the document: every route of the API with its methods, what it takes, and what it gives."""
    routes = sorted(_routes(app), key=lambda route: (route[0].rule, route[1]))
    types = {
        **_types(operation for _, _, _, operation in routes),
        _name_of(Problem): Problem,
        _name_of(Refusal): Refusal,
    }
    schemas, components = msgspec.json.schema_components(types.values(), ref_template=_REF)
    refs = dict(zip(types, schemas, strict=True))
    components[_name_of(Refusal)]["additionalProperties"] = True  # the field that is wrong
    paths: dict[str, dict[str, Any]] = {}
    for rule, method, view, operation in routes:
        told = _Told(rule, method, view, operation, refs)
        paths.setdefault(_PARAMETER.sub(r"{\g<name>}", rule.rule), {})[method.lower()] = told.operation()
    return {
        "openapi": "3.1.0",
        "info": {"title": "Certdesk", "version": version("certdesk"), "description": DESCRIPTION},
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {
            "schemas": components,
            "responses": {
                "Problem": {
                    "description": "The request was refused; `code` says why.",
                    "content": {MIME: {"schema": refs[_name_of(Problem)]}},
                },
                "Refusal": {
                    "description": "The request of one of the platform's clients was refused.",
                    "content": {"application/json": {"schema": refs[_name_of(Refusal)]}},
                },
            },
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer", "description": "An API token of an account."},
                "session": {"type": "apiKey", "in": "cookie", "name": app.config["SESSION_COOKIE_NAME"]},
                "platform_token": {"type": "apiKey", "in": "header", "name": "Authorization"},
                "platform_cookies": {"type": "apiKey", "in": "cookie", "name": COOKIES[0]},
            },
        },
    }


class _Told:
    """One operation as the document has it."""

    def __init__(
        self, rule: Rule, method: str, view: Callable[..., Any], said: Operation, refs: Mapping[str, Any]
    ) -> None:
        self._rule, self._method, self._said, self._refs = rule, method, said, refs
        summary, _, more = (view.__doc__ or "").partition("\n\n")
        self._text, self._more = " ".join(summary.split()), " ".join(more.split())
        self._guard = guard_of(rule.endpoint)
        self._ours = rule.endpoint.startswith(f"{bp.name}.")

    def operation(self) -> dict[str, Any]:
        told: dict[str, Any] = {
            "operationId": self._id(),
            "tags": [self._tag()],
            "summary": self._text,
            **({"description": self._more} if self._more else {}),
            "parameters": [*self._parameters()],
            "responses": {
                **{str(status): self._response(status) for status in self._statuses()},
                "default": _PROBLEM if self._ours else _REFUSAL,
            },
            "security": [],
        }
        if isinstance(self._guard, ProgramGuard):
            told["security"] = [{"token": [self._guard.scope.value]}, {"session": []}]
            told["x-permission"] = self._guard.permission.value
        if isinstance(self._guard, PlatformGuard):
            told["security"] = [{"token": [self._guard.scope.value]}, *({sign: []} for sign in _SIGNS)]
            told["x-permission"] = f"{_PLATFORM}:{self._guard.door.value}"
        body = self._body()
        return {**told, "requestBody": body} if body else told

    def _id(self) -> str:
        name = self._rule.endpoint.rpartition(".")[2]
        return name if self._ours else f"{_PLATFORM}_{name}"

    def _tag(self) -> str:
        if not self._ours:
            return _PLATFORM
        return self._rule.rule.removeprefix(f"{bp.url_prefix}/").partition("/")[0].partition(".")[0]

    def _parameters(self) -> Iterator[dict[str, Any]]:
        for found in _PARAMETER.finditer(self._rule.rule):
            whole = {"type": "integer", "minimum": 0} if found["converter"] == "int" else {"type": "string"}
            about = {"description": "Slashes percent-encoded, or as they are."} if found["converter"] == "path" else {}
            yield {"name": found["name"], "in": "path", "required": True, "schema": whole, **about}
        for name, text in self._said.filters.items():
            schema = _FILTER_SCHEMAS.get(name, {"type": "string"})
            if self._rule.endpoint == "api.show_diff":
                schema = _BETWEEN_VERSIONS
            yield {"name": name, "in": "query", "required": False, "description": text, "schema": schema}
        if self._said.if_match:
            yield self._header(
                "If-Match", "The ETag that was seen; 428 where it is missing, 412 where it is another by now."
            )
        if self._method == "GET" and self._ours:
            yield self._header("If-None-Match", "The ETag of what is there already; 304 where it is that still.")
        elif self._method != "GET" and (isinstance(self._guard, ProgramGuard) or not self._ours):
            yield self._header("X-CSRFToken", "With the cookie of a session.")
        if self._method == "POST" and not self._said.lines:
            yield self._header(
                HEADER,
                "A name of this request, such as a UUID. Sent again within a day it is not carried out again, but "
                f"answered as before, with {REPLAYED}: true; 422 where the key came with another request, 409 while "
                "it is under way.",
            )

    def _header(self, name: str, text: str) -> dict[str, Any]:
        return {"name": name, "in": "header", "required": False, "description": text, "schema": {"type": "string"}}

    def _statuses(self) -> Sequence[int]:
        return sorted([*self._said.gives, *([304] if self._method == "GET" and self._ours else [])])

    def _response(self, status: int) -> dict[str, Any]:
        gives = self._said.gives.get(status)
        if gives is None:
            return {"description": "As the ETag says, it is there already."}
        headers = {"ETag": {"schema": {"type": "string"}}} if self._method == "GET" and self._ours else {}
        if status in (201, 202) and not self._said.uploads:
            headers["Location"] = {"schema": {"type": "string"}}
        if isinstance(gives, str):
            how = "A text." if gives == "text/plain" else "Streamed."
            return {"description": how, "content": {gives: {"schema": {"type": "string"}}}}
        schema = self._refs[_name_of(_row_of(gives))]
        many = {"type": "array", "items": schema} if _row_of(gives) is not gives else schema
        content = {"application/json": {"schema": many}}
        return {
            "description": (_row_of(gives).__doc__ or "").partition("\n")[0] or "One page.",
            "headers": headers,
            "content": content,
        }

    def _body(self) -> dict[str, Any] | None:
        if self._said.uploads:
            texts = {
                name.rstrip("?"): {"type": "string", "description": text} for name, text in self._said.form.items()
            }
            needed = [name for name in self._said.form if not name.endswith("?")]
            file = {
                "type": "object",
                "properties": {"file": {"type": "string", "format": "binary"}, **texts},
                "required": ["file", *needed],
            }
            return {"required": True, "content": {"multipart/form-data": {"schema": file}}}
        if self._said.lines:
            one = {"anyOf": [self._refs[_name_of(kind)] for kind in self._said.lines]}
            text = {
                "type": "string",
                "description": "A record a line, each as the array of `application/json` has them.",
            }
            contents = {
                "application/json": {"type": "array", "items": one},
                "application/x-ndjson": text,
                "application/jsonl": text,
            }
            return {"required": True, "content": {kind: {"schema": schema} for kind, schema in contents.items()}}
        if self._said.takes is None:
            return None
        schema = self._refs[_name_of(self._said.takes)]
        kinds = ["application/json", *(["multipart/form-data"] if self._said.or_form else [])]
        return {"required": not self._said.optional, "content": {kind: {"schema": schema} for kind in kinds}}


def _routes(app: Flask) -> Iterator[tuple[Rule, str, Callable[..., Any], Operation]]:
    for rule in app.url_map.iter_rules():
        view: Any = app.view_functions[rule.endpoint]
        if rule.endpoint.startswith((f"{bp.name}.", f"{compat.name}.")) and hasattr(view, "operation"):
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                yield rule, method, view, view.operation


def _types(operations: Iterator[Operation]) -> dict[str, type[msgspec.Struct]]:
    found: dict[str, type[msgspec.Struct]] = {}
    for operation in operations:
        for one in map(_row_of, (operation.takes, *operation.lines, *operation.gives.values())):
            if isinstance(one, type):
                assert found.setdefault(_name_of(one), one) is one, f"two types are named {_name_of(one)}"
    return found


def _row_of(gives: Any) -> Any:  # noqa: ANN401 - a type, or a list of one
    """Give the type of the rows of a plain array; anything else as it is."""
    return get_args(gives)[0] if get_origin(gives) is list else gives


def _name_of(kind: type[msgspec.Struct]) -> str:
    return kind.__name__
