"""What does a program send? JSON of bounded size and depth becomes a typed value, or a problem that names each field."""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Annotated, Any, TypeVar

import msgspec
from flask import request
from msgspec import Meta

from webapp.domain.configs.payloads import inside, listed
from webapp.domain.identifiers import COURSE_ID_LENGTH
from webapp.web.errors.problems import Fault, Refused

Moment = Annotated[datetime, Meta(tz=True)]
"""ISO 8601 with a zone."""
Named = Annotated[str, Meta(extra_json_schema={"minLength": 1})]
"""What somebody is found by; nobody has an empty one. The document says it, and whoever looks for them refuses it."""
CourseKey = Annotated[str, Meta(extra_json_schema={"minLength": 1, "maxLength": COURSE_ID_LENGTH})]
"""What is read as a course key. The document says how long one is, and the reader refuses others."""


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a route takes: these fields and no others."""


Taken = TypeVar("Taken", bound=Body)
DEEPEST = 32
"""Levels of objects and lists; a payload has ten at most, and stands in one or two more."""
_PATH = re.compile(r"^(?P<reason>.*?)(?: - at `\$(?P<path>[^`]*)`)?$", re.DOTALL)


def read_body(kind: type[Taken], *, optional: bool = False) -> Taken:
    """Read the body as a typed value; an optional one that is left out says nothing.

    Raises Refused: 415 for another content type, 400 for what is no JSON or nested too deep, 422 for unknown, missing
    and wrong fields, all of them at once. More than 1 MiB is 413 by the framework.
    """
    content = request.get_data(cache=False)
    if optional and not content.strip():
        return msgspec.convert({}, kind)
    if request.mimetype != "application/json":
        raise Refused(415, "unsupported_media_type", "Send JSON, with Content-Type: application/json.")
    return _typed(_decode(content), kind)


def read_form(*required: str, optional: Sequence[str] = ()) -> tuple[bytes, dict[str, str]]:
    """Read a form with one `file` and texts, and give the file and the texts, "" for an optional one that is not sent.

    Raises Refused: 415 for another content type, 422 for unknown and missing fields.
    """
    if request.mimetype != "multipart/form-data":
        raise Refused(415, "unsupported_media_type", "Send a form: multipart/form-data with `file`.")
    known, sent = ["file", *required, *optional], request.files.getlist("file")
    files, texts = ({name or "" for name in part} for part in (request.files, request.form))  # a part may have none
    odd = sorted((files | texts) - {*known, "csrf_token"} | files - {"file"})
    faults = [Fault(_storable(name[:100]), f"There is no such field, only {listed(known)}.") for name in odd]
    if len(sent) != 1:
        faults.append(Fault("file", "Send exactly one file."))
    faults += [Fault(name, "Is missing.") for name in required if not request.form.get(name)]
    if faults:
        raise Refused(422, "invalid", "The form is not as it must be.", faults)
    return sent[0].read(), {name: request.form.get(name, "") for name in (*required, *optional)}


def _decode(content: bytes) -> object:
    try:
        said = msgspec.json.decode(content)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise Refused(400, "bad_json", "The body is no JSON in UTF-8.") from None
    except RecursionError:
        raise _too_deep() from None
    level = [said]
    for _ in range(DEEPEST):
        level = [inner for part in level for inner in _inner(part)]
        if not level:
            return said
    raise _too_deep()


def _inner(part: object) -> Iterator[object]:
    if isinstance(part, dict):
        yield from part.values()
    elif isinstance(part, list):
        yield from part


def _too_deep() -> Refused:
    return Refused(400, "too_deep", f"The body is nested more than {DEEPEST} levels deep.")


def _typed(said: object, kind: type[Taken]) -> Taken:
    fields = {one.encode_name: one for one in msgspec.structs.fields(kind)}
    if not isinstance(said, dict):
        raise Refused(
            422, "invalid", "The body must be an object.", [Fault("", f"Must be an object with {listed(fields)}.")]
        )
    unknown = f"There is no such field, only {listed(fields)}."
    faults = [Fault(inside("", _storable(name)), unknown) for name in said if name not in fields]
    found: dict[str, Any] = {}
    for name, one in fields.items():
        if name not in said and one.required:
            faults.append(Fault(name, "Is missing."))
        elif name in said:
            try:
                found[one.name] = msgspec.convert(said[name], one.type)
            except msgspec.ValidationError as problem:
                faults.append(_fault(name, str(problem)))
    if faults:
        raise Refused(422, "invalid", "; ".join(f"{one.field}: {one.reason}" for one in faults), faults)
    return kind(**found)


def _fault(name: str, text: str) -> Fault:
    found = _PATH.match(text)
    assert found is not None
    return Fault(name + (found["path"] or ""), f"{found['reason'].replace('`', '')}.")


def _storable(text: str) -> str:
    return text.encode("utf-8", "replace").decode()
