"""What can be said beside the body of a request: in its path, behind the question mark, and in its headers?"""

import re
from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Any

from werkzeug.routing import Rule

from webapp.domain.approval.states import Origin, State
from webapp.domain.certificates.statuses import Status
from webapp.domain.configs.payloads import one_of
from webapp.domain.identifiers import BIGGEST_ROW
from webapp.domain.runs import RunState
from webapp.web.api.blueprint import Operation, bp
from webapp.web.api.lists import LONGEST, LONGEST_AGENT, MOST, USUAL
from webapp.web.api.once import HEADER, KEY_PATTERN, REPLAYED
from webapp.web.api.reference import examples
from webapp.web.api.reference.guide import PATHS
from webapp.web.api.reference.kinds import KIND
from webapp.web.auth import ProgramGuard

Schema = Mapping[str, Any]
_PARAMETER = re.compile(r"<(?P<converter>[a-z]+)(?:\([^)]*\))?:(?P<name>[a-z_]+)>")


def _several(words: type[StrEnum]) -> Schema:
    one = f"({'|'.join(re.escape(word.value) for word in words)})"
    return {"type": "string", "pattern": f"^{one}(,{one})*$"}


_FILTER_SCHEMAS: Mapping[str, Schema] = {
    "limit": {"type": "integer", "minimum": 1, "maximum": MOST, "default": USUAL},
    **{name: {"type": "string", "format": "date-time"} for name in ("at", "created_from", "created_to", "from", "to")},
    "cursor": {"type": "string"},
    "user_agent": {"type": "string", "maxLength": LONGEST_AGENT},
    "status": one_of(Status),
    **{
        name: {"type": "boolean"}
        for name in ("enabled", "mine", "waiting", "stale", "owed", "allowlisted", "active", "dry_run")
    },
}
_SCHEMAS_OF: Mapping[tuple[str, str], Schema] = {
    ("changes", "state"): _several(State),
    ("changes", "origin"): _several(Origin),
    ("changes", "kind"): KIND,
    ("configs", "kind"): KIND,
    ("runs", "state"): one_of(RunState),
}
"""The same where a name says something else under another tag."""
_NUMBER = {"type": "integer", "minimum": 0, "maximum": BIGGEST_ROW}
_TEXT: Schema = {"type": "string", "maxLength": LONGEST}
_BETWEEN_VERSIONS = {"type": "integer", "minimum": 0}


def template_of(rule: Rule) -> str:
    """Give the path of a route as the document writes it."""
    return _PARAMETER.sub(r"{\g<name>}", rule.rule)


def is_ours(rule: Rule) -> bool:
    """Say whether a route is of our own interface, and none of the platform's clients'."""
    endpoint: str = rule.endpoint
    return endpoint.startswith(f"{bp.name}.")


def has_tag(rule: Rule, method: str, said: Operation) -> bool:
    """Say whether an answer has an ETag; exports are streamed, and nobody knows their end at their beginning."""
    streamed = any(isinstance(gives, str) for gives in said.gives.values())
    return is_ours(rule) and method == "GET" and not streamed


def parameters_of(rule: Rule, method: str, said: Operation, guard: object, tag: str) -> Iterator[dict[str, Any]]:
    """Give each parameter of an operation, with an example where there is one."""
    for told in (*_in_path(rule), *_in_query(rule, said, tag), *_in_headers(rule, method, said, guard)):
        example = examples.parameter_of(tag, told["name"])
        fits = isinstance(example, int) == (told["schema"].get("type") == "integer")
        yield {**told, "example": example} if example is not None and fits else told


def _in_path(rule: Rule) -> Iterator[dict[str, Any]]:
    for found in _PARAMETER.finditer(rule.rule):
        schema: Schema = {"type": "string", "minLength": 1}
        if found["name"] == "kind":
            schema = KIND
        elif found["converter"] in ("int", "row"):
            schema = _NUMBER
        text = PATHS.get(found["name"], "") + (" Slashes percent-encoded." if found["converter"] == "path" else "")
        yield {"name": found["name"], "in": "path", "required": True, "schema": schema, "description": text.strip()}


def _in_query(rule: Rule, said: Operation, tag: str) -> Iterator[dict[str, Any]]:
    otherwise = _TEXT if is_ours(rule) else {"type": "string"}
    for name, text in said.filters.items():
        schema = _SCHEMAS_OF.get((tag, name)) or _FILTER_SCHEMAS.get(name, otherwise)
        if rule.endpoint == "api.show_diff":
            schema = _BETWEEN_VERSIONS
        yield {"name": name, "in": "query", "required": name in said.needs, "description": text, "schema": schema}


def _in_headers(rule: Rule, method: str, said: Operation, guard: object) -> Iterator[dict[str, Any]]:
    if said.if_match:
        text = "The ETag that was seen; 428 where it is missing, 412 where it is another by now."
        yield _header("If-Match", text, required=not said.begins)
    if said.begins:
        yield _header("If-None-Match", "`*` instead of If-Match, where there is nothing yet; 412 where there is.")
    if has_tag(rule, method, said):
        yield _header("If-None-Match", "The ETag of what is there already; 304 where it is that still.")
    elif method != "GET" and (isinstance(guard, ProgramGuard) or not is_ours(rule)):
        yield _header("X-CSRFToken", "With the cookie of a session.")
    if is_ours(rule) and method == "POST" and not said.lines:
        yield _header(
            HEADER,
            "A name of this request, such as a UUID. Sent again within a day it is not carried out again, but "
            f"answered as before, with {REPLAYED}: true; 422 where the key came with another request, 409 while "
            "it is under way.",
            pattern=f"^{KEY_PATTERN}$",
        )


def _header(name: str, text: str, *, required: bool = False, pattern: str = "") -> dict[str, Any]:
    schema = {"type": "string", **({"pattern": pattern} if pattern else {})}
    return {"name": name, "in": "header", "required": required, "description": text, "schema": schema}
