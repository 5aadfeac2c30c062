"""What can programs ask of us? The OpenAPI 3.1 document, made from the routes themselves."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib.metadata import version
from typing import Any, get_args, get_origin

import msgspec
from flask import Flask
from werkzeug.routing import Rule

from webapp.domain.certificates.modes import Mode
from webapp.domain.roles import Role, roles_with
from webapp.web.api.blueprint import Operation, bp
from webapp.web.api.compat.blueprint import bp as compat
from webapp.web.api.once import REPLAYED
from webapp.web.api.reference import examples
from webapp.web.api.reference.guide import GUIDE, TAGS
from webapp.web.api.reference.headers import HEADERS, headers_with
from webapp.web.api.reference.kinds import SEVERAL, tell_kinds
from webapp.web.api.reference.parameters import has_tag, is_ours, parameters_of, template_of
from webapp.web.api.reference.platform import Named, named_of
from webapp.web.api.reference.refusals import codes_of, meaning_of
from webapp.web.api.reference.telling import tell_fields, tell_words, words_in
from webapp.web.auth import ProgramGuard, guard_of
from webapp.web.auth.guards import PlatformGuard
from webapp.web.auth.platform import COOKIES
from webapp.web.errors.legacy import Refusal
from webapp.web.errors.problems import MIME, Problem

_REF = "#/components/schemas/{name}"
_PLATFORM = "platform"
"""The tag of what the platform's own clients ask."""
_FILE = "The file, with a name of its own; one alone."
_AS = {
    "text/plain": "A text.",
    "text/csv": "CSV in UTF-8, streamed: the first line names the columns, lists and objects are JSON, and a text that a "
    "spreadsheet would run has an apostrophe before it.",
    "application/jsonl": "JSON Lines in UTF-8, streamed: an object a line.",
}
"""Media type of an answer that is no JSON -> what it is."""
_SIGNS = ("platform_token", "platform_cookies", "session")


def document(app: Flask) -> dict[str, Any]:
    """Give the document: every route of the API with its methods, what it takes, and what it gives."""
    routes = sorted(_routes(app), key=lambda route: (route[0].rule, route[1]))
    types: dict[str, type] = {
        **_types(operation for _, _, _, operation in routes),
        _name_of(Problem): Problem,
        _name_of(Refusal): Refusal,
    }
    schemas, components = msgspec.json.schema_components(types.values(), ref_template=_REF)
    refs = dict(zip(types, schemas, strict=True))
    tell_fields(components, types.values())
    tell_kinds(components)
    tell_words(components, (*words_in(types.values()), Mode, Role))
    components[_name_of(Refusal)]["additionalProperties"] = True  # the field that is wrong
    paths: dict[str, dict[str, Any]] = {}
    for rule, method, view, operation in routes:
        told = _Told(rule, method, view, operation, refs)
        paths.setdefault(template_of(rule), {})[method.lower()] = told.operation()
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Certdesk",
            "version": version("certdesk"),
            "description": "\n\n".join(f"## {title}\n\n{text}" for title, text in GUIDE.items()),
        },
        "servers": [{"url": "/"}],
        "tags": [
            {"name": name, "description": TAGS.get(name, "")}
            for name in sorted({one["tags"][0] for methods in paths.values() for one in methods.values()})
        ],
        "paths": paths,
        "components": {"schemas": components, "headers": _told_headers(), "securitySchemes": _told_signs(app)},
    }


def _told_headers() -> dict[str, Any]:
    return {
        name: {"description": text, "required": required, "schema": {"type": "string"}}
        for name, (text, required) in HEADERS.items()
    }


def _told_signs(app: Flask) -> dict[str, Any]:
    return {
        "token": {"type": "http", "scheme": "bearer", "description": "An API token of an account."},
        "session": {"type": "apiKey", "in": "cookie", "name": app.config["SESSION_COOKIE_NAME"]},
        "platform_token": {"type": "apiKey", "in": "header", "name": "Authorization"},
        "platform_cookies": {"type": "apiKey", "in": "cookie", "name": COOKIES[0]},
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
        self._ours = is_ours(rule)

    def operation(self) -> dict[str, Any]:
        told: dict[str, Any] = {
            "operationId": self._id(),
            "tags": [self._tag()],
            "summary": self._text,
            **({"description": self._more} if self._more else {}),
            "parameters": [*parameters_of(self._rule, self._method, self._said, self._guard, self._tag())],
            "responses": {str(status): answer for status, answer in self._responses()},
            "security": [],
        }
        if isinstance(self._guard, ProgramGuard):
            by_token = [] if self._said.by_people else [{"token": [self._guard.scope.value]}]
            told["security"] = [*by_token, {"session": []}]
            told["x-permission"] = self._guard.permission.value
            told["x-roles"] = [role.value for role in self._said.roles or roles_with(self._guard.permission)]
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

    def _responses(self) -> Iterator[tuple[int | str, dict[str, Any]]]:
        for status in sorted(status for status in self._said.gives if status < 400):
            yield status, self._response(status)
        if has_tag(self._rule, self._method, self._said):
            yield 304, {"description": "It is there already, as If-None-Match says.", "headers": _headers("ETag")}
        if not self._ours:
            for status, named in named_of(self._rule, self._method, self._said, self._guard).items():
                yield status, self._platforms(status, named)
            return
        for status, codes in codes_of(self._rule, self._method, self._said, self._guard).items():
            yield status, self._refusal(status, codes)

    def _refusal(self, status: int, codes: Sequence[str]) -> dict[str, Any]:
        problem = {**self._refs[_name_of(Problem)], "properties": {"code": {"enum": codes}}}
        said: dict[str, Any] = {
            "description": " ".join(f"`{code}`: {self._said.means.get(code) or meaning_of(code)}" for code in codes),
            "content": {MIME: {"schema": problem}},
        }
        headers = _headers(*headers_with(codes))
        return {**said, "headers": headers} if headers else said

    def _platforms(self, status: int, named: Named) -> dict[str, Any]:
        """Give a refusal in the words of the platform's own client, beside the one for all where doors of ours refuse."""
        gives, refusal = self._said.gives.get(status), self._refs[_name_of(Refusal)]
        ours = {**refusal, "properties": {"code": {"enum": named.codes}}} if named.codes else refusal
        content: dict[str, Any] = {"application/json": {"schema": ours}}
        if isinstance(gives, str):
            content = {gives: {"schema": {"type": "string"}}, **(content if named.codes else {})}
        elif gives is not None:
            content = {"application/json": {"schema": {"anyOf": [self._refs[_name_of(gives)], ours]}}}
        told = {"description": named.sentence(), "content": content}
        return {**told, "headers": _headers(*headers_with(named.codes))} if status in (401, 429) else told

    def _response(self, status: int) -> dict[str, Any]:
        gives = self._said.gives[status]
        if isinstance(gives, str):
            return {"description": _AS[gives], "content": {gives: {"schema": {"type": "string"}}}}
        headers = _headers("ETag") if has_tag(self._rule, self._method, self._said) else {}
        if isinstance(self._guard, ProgramGuard):
            headers |= _headers("RateLimit", "RateLimit-Policy")
        if self._method == "POST" and self._ours:
            headers |= _headers(REPLAYED)
        if "cursor" in self._said.filters:
            headers |= _headers("Link")
        if status in (201, 202) and not self._said.uploads:
            headers |= _headers("Location")
        content: dict[str, Any] = _with_example(self._refs, _row_of(gives), examples.ANSWERS)
        if _row_of(gives) is not gives:
            content = {"schema": {"type": "array", "items": content["schema"]}}
        return {
            "description": (_row_of(gives).__doc__ or "").partition("\n")[0] or "One page.",
            "headers": headers,
            "content": {"application/json": content},
        }

    def _body(self) -> dict[str, Any] | None:
        if self._said.uploads:
            texts = {
                name.rstrip("?"): {"type": "string", "description": text} for name, text in self._said.form.items()
            }
            needed = [name for name in self._said.form if not name.endswith("?")]
            file = {
                "type": "object",
                "properties": {"file": {"type": "string", "format": "binary", "description": _FILE}, **texts},
                "required": ["file", *needed],
            }
            return {"required": True, "content": {"multipart/form-data": {"schema": file}}}
        if self._said.lines:
            one = {"anyOf": [self._refs[_name_of(kind)] for kind in self._said.lines]}
            text = {
                "type": "string",
                "description": "A record a line, each as the array of `application/json` has them.",
            }
            many = {"schema": {"type": "array", "items": one}, "example": examples.LINES}
            by_line = {kind: {"schema": text} for kind in ("application/x-ndjson", "application/jsonl")}
            return {"required": True, "content": {"application/json": many, **by_line}}
        if self._said.takes is None:
            return None
        content = _with_example(self._refs, self._said.takes, examples.BODIES)
        kinds = ["application/json", *(["multipart/form-data"] if self._said.or_form else [])]
        return {"required": not self._said.optional, "content": dict.fromkeys(kinds, content)}


def _headers(*names: str) -> dict[str, Any]:
    return {name.partition(".")[0]: {"$ref": f"#/components/headers/{name}"} for name in names}


def _with_example(refs: Mapping[str, Any], kind: type[msgspec.Struct], known: Mapping[str, Any]) -> dict[str, Any]:
    name = _name_of(kind)
    if name in SEVERAL:
        return {"schema": refs[name], "examples": SEVERAL[name]}
    return {"schema": refs[name], **({"example": known[name]} if name in known else {})}


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
