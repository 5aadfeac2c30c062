"""Where does somebody who writes a program read what it can ask?"""

from functools import cache
from typing import Any

import msgspec
from flask import Blueprint, Flask, Response, current_app, render_template

from webapp.web.api.openapi import DESCRIPTION, document
from webapp.web.auth import public
from webapp.web.conditional import digest_tag, tagged

bp = Blueprint("api_docs", __name__, url_prefix="/api")


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
    groups: dict[str, list[dict[str, Any]]] = {}
    for path, methods in said["paths"].items():
        for method, operation in methods.items():
            shown = {**operation, "path": path, "method": method.upper(), "body": _body_of(operation)}
            groups.setdefault(operation["tags"][0], []).append(shown)
    return render_template(
        "public/api.html", description=DESCRIPTION, groups=groups, schemas=said["components"]["schemas"], typed=_typed
    )


@cache
def _encoded(app: Flask) -> bytes:
    return msgspec.json.encode(document(app))


def _app() -> Flask:
    return current_app._get_current_object()  # type: ignore[attr-defined, no-any-return]  # Flask's documented way


def _body_of(operation: dict[str, Any]) -> str:
    for mime, said in operation.get("requestBody", {}).get("content", {}).items():
        return _typed(said["schema"]) if "$ref" in said["schema"] else str(mime)
    return ""


def _typed(schema: dict[str, Any]) -> str:
    """Give the type of a value in a word or two."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "anyOf" in schema:
        return " or ".join(_typed(one) for one in schema["anyOf"])
    if "enum" in schema:
        return " | ".join(map(str, schema["enum"]))
    if schema.get("type") == "array":
        return f"list of {_typed(schema['items'])}"
    if schema.get("format") == "date-time":
        return "moment"
    return str(schema.get("type", "any JSON"))
