"""Where does somebody who writes a program read what it can ask?"""

import re
import shlex
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any
from urllib.parse import quote, urlencode

import msgspec
from flask import Blueprint, Flask, Response, current_app, render_template, request

from webapp.web.api.openapi import document
from webapp.web.api.reference.examples import PARAMETERS
from webapp.web.api.reference.guide import GUIDE
from webapp.web.api.reference.refusals import meaning_of
from webapp.web.api.reference.telling import plain
from webapp.web.auth import public
from webapp.web.conditional import digest_tag, tagged
from webapp.web.errors.problems import MIME

bp = Blueprint("api_docs", __name__, url_prefix="/api")

_WORD = re.compile(r"\s*`([^`]+)`: ")
"""Stands before what a word of a list means."""


@bp.get("/openapi.json")
@public("it tells what there is to ask, and nothing of what is kept")
def show_document() -> Response:
    """Give the OpenAPI 3.1 document."""
    content = _encoded(_app())
    return tagged(Response(content, mimetype="application/json"), digest_tag(content))


@bp.get("/docs")
@public("it tells what there is to ask, and nothing of what is kept")
def show() -> str:
    """Show the document as a page, without scripts of anybody else's."""
    said: dict[str, Any] = msgspec.json.decode(_encoded(_app()))
    schemas = dict(_told_once(said["components"]["schemas"]))
    groups: dict[str, list[dict[str, Any]]] = {tag["name"]: [] for tag in said["tags"]}
    codes: defaultdict[str, set[str]] = defaultdict(set)
    for path, methods in said["paths"].items():
        for method, operation in methods.items():
            groups[operation["tags"][0]].append(_shown(path, method.upper(), operation, schemas))
            for status, answer in operation["responses"].items():
                for code in _codes_of(answer):
                    codes[code].add(status)
    return render_template(
        "public/api.html",
        guide=GUIDE,
        tags={tag["name"]: tag["description"] for tag in said["tags"]},
        groups=groups,
        schemas=schemas,
        codes=[(code, sorted(codes[code]), meaning_of(code)) for code in sorted(codes)],
        pretty=_pretty,
    )


@cache
def _encoded(app: Flask) -> bytes:
    return msgspec.json.encode(plain(document(app)))


def _app() -> Flask:
    return current_app._get_current_object()  # type: ignore[attr-defined, no-any-return]  # Flask's documented way


def _shown(path: str, method: str, operation: dict[str, Any], schemas: dict[str, Any]) -> dict[str, Any]:
    """Give an operation as the page has it: with the fields of its body, and a line for a terminal."""
    contents: dict[str, Any] = operation.get("requestBody", {}).get("content", {})
    mime = next(iter(contents), "")
    body = contents.get(mime, {})
    schema = body.get("schema", {})
    name = schema.get("$ref", "").rpartition("/")[2]
    return {
        **operation,
        "path": path,
        "method": method,
        "mime": mime,
        "takes": name,
        "fields": schemas[name] if name else schema,
        "curl": _curl(path, method, operation, mime, body),
        "given": {status: answer for status, answer in operation["responses"].items() if not _codes_of(answer)},
        "refused": {status: codes for status, answer in operation["responses"].items() if (codes := _codes_of(answer))},
    }


def _curl(path: str, method: str, operation: dict[str, Any], mime: str, body: dict[str, Any]) -> str:
    examples = {one["name"]: one.get("example", "...") for one in operation["parameters"]}
    for name in [one["name"] for one in operation["parameters"] if one["in"] == "path"]:
        path = path.replace(f"{{{name}}}", quote(str(examples[name]), safe=""))
    needed = {one["name"]: examples[one["name"]] for one in operation["parameters"] if _is_needed_in(one, "query")}
    path += f"?{urlencode(needed)}" if needed else ""
    words = ["curl -i"] + ([f"-X {method}"] if method not in ("GET", "POST") else [])
    words.append(shlex.quote(f"{request.host_url.rstrip('/')}{request.script_root}{path}"))
    lines = [" ".join(words)]
    if operation["security"] == [{"session": []}]:
        lines += [f'-b "{current_app.config["SESSION_COOKIE_NAME"]}=$SESSION"', '-H "X-CSRFToken: $CSRF_TOKEN"']
    elif operation["security"]:
        lines.append('-H "Authorization: Bearer $TOKEN"')
    if "If-Match" in examples:
        lines.append(f"-H {shlex.quote('If-Match: ' + examples['If-Match'])}")
    if mime == "multipart/form-data":
        texts = [name for name in body["schema"].get("required", ()) if name != "file"]
        lines.append("-F file=@FILE")
        lines += [f"-F {shlex.quote(f'{name}={PARAMETERS[name]}')}" for name in texts]
    elif (example := _example_of(body)) is not None:
        lines += ["-H 'Content-Type: application/json'", f"-d {shlex.quote(msgspec.json.encode(example).decode())}"]
    elif method == "POST":
        lines[0] = lines[0].replace("curl -i", "curl -i -X POST")
    return " \\\n  ".join(lines)


def _example_of(body: dict[str, Any]) -> Any:  # noqa: ANN401 - any JSON
    several = body.get("examples", {})
    return next((one["value"] for one in several.values()), body.get("example"))


def _told_once(schemas: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Give the objects, one that is another for each kind once, with what differs in it by kind."""
    apart = {name: _by_kind(schemas, one) for name, one in schemas.items() if "discriminator" in one}
    parts = {_named(one) for name in apart for one in schemas[name]["oneOf"]}
    for name, one in schemas.items():
        if name not in parts:
            yield name, _by_word(one) if "enum" in one else apart.get(name, one)


def _by_word(words: dict[str, Any]) -> dict[str, Any]:
    """Give a list of words with what each of them means."""
    said, *each = _WORD.split(words["description"])
    return {**words, "description": said, "words": dict(zip(each[::2], each[1::2], strict=True))}


def _by_kind(schemas: dict[str, Any], whole: dict[str, Any]) -> dict[str, Any]:
    each = {kind: schemas[_named({"$ref": ref})] for kind, ref in whole["discriminator"]["mapping"].items()}
    first = next(iter(each.values()))
    told: dict[str, Any] = {}
    for name, said in first["properties"].items():
        groups: list[tuple[list[str], Any, bool]] = []
        for kind, one in each.items():
            here, needed = one["properties"][name], name in one["required"]
            alike = next((kinds for kinds, *rest in groups if rest == [here, needed]), None)
            if alike is None:
                groups.append(([kind], here, needed))
            else:
                alike.append(kind)
        told[name] = (
            said if len(groups) == 1 else {"by_kind": groups, "description": _shared(here for _, here, _ in groups)}
        )
    word = whole["discriminator"]["propertyName"]
    told[word] = {"$ref": "/Kind", "description": told[word]["description"]}
    everywhere = [name for name in first["required"] if all(name in one["required"] for one in each.values())]
    return {"description": whole["description"], "type": "object", "properties": told, "required": everywhere}


def _shared(each: Iterable[dict[str, Any]]) -> str:
    """Give what is said of a field whatever its kind; nothing where each kind says something else."""
    texts = [one["description"] for one in each]
    return str(texts[0]) if all(one.startswith(texts[0]) for one in texts) else ""


def _named(ref: dict[str, str]) -> str:
    return ref["$ref"].rpartition("/")[2]


def _is_needed_in(parameter: dict[str, Any], place: str) -> bool:
    return parameter["in"] == place and bool(parameter["required"])


def _codes_of(answer: dict[str, Any]) -> list[str]:
    """Give the codes of a refusal; none of an answer that is no problem of ours."""
    told = answer.get("content", {}).get(MIME, {}).get("schema", {})
    return list(told.get("properties", {}).get("code", {}).get("enum", ()))


def _pretty(said: object) -> str:
    return msgspec.json.format(msgspec.json.encode(said), indent=2).decode()
