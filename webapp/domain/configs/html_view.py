"""What may the configuration of the certificate pages say (domain note §1.8, §6, decisions 28, 48)?"""

import re
from collections.abc import Callable, Iterator
from typing import Any

from webapp.domain.certificates.modes import Mode
from webapp.domain.certificates.page.addresses import (
    PICTURE_PATTERN,
    PICTURES,
    is_address,
    is_picture,
    pattern_of,
    site_of,
)
from webapp.domain.certificates.page.settings import INDEXABLE, LINKEDIN_ID, NUMBER_PATTERN, SWITCHES, find_fault
from webapp.domain.certificates.page_context import (
    INSTALLATION,
    SECTIONS,
    SIGNED_WITH,
    TEXTS,
)
from webapp.domain.configs.html_view_words import LABELS
from webapp.domain.configs.payloads import (
    LARGEST,
    Field,
    NoJson,
    Shape,
    here,
    inside,
    listed,
    read_json,
    read_payload,
    switch,
)
from webapp.domain.configs.proposals import BadPayload, Checked, Problem, Proposal, refused
from webapp.domain.identifiers import BadCourseId, parse_course_id
from webapp.wording import SPACE, joined, phrase, words_of

__all__ = ["INSTALLATION", "check", "parse"]

NO_JSON = phrase("Must be valid JSON string.")
"""What the old form said (decision 48)."""
_LONGEST_TEXT = 4 * LARGEST  # people indent
_DANGEROUS = re.compile(r"(javascript|vbscript|data):", re.IGNORECASE)
_PASSED_OVER = re.compile(r"[\x00-\x20]")  # by browsers, before and within a scheme (URL standard §4.4)
_LAYER = phrase("Must be an object that gives texts to the certificate page.")
_ADDRESS = phrase(
    "Must be an address that begins with http:// or https://, or a path of this site that begins with a single /."
)
_PICTURE = phrase(
    "Must be the address of a picture: http:// or https:// with a host and a path, or a path of this site that begins "
    "with a single /."
)
_WITH_HOST = phrase("Must be an address that begins with http:// or https://.")
_SIGNING = phrase("Must be a list of objects, one for each who signs.")


def parse(value: object) -> dict[str, Any]:
    """Read `{"enabled": bool, "configuration": {...}}`, where the configuration may be its JSON text; raises BadPayload."""
    value, broken = _with_text_read(value)
    try:
        found = read_payload(value, FIELDS)
    except BadPayload as bad:
        raise BadPayload((*broken, *bad.problems)) from None
    if broken:
        raise BadPayload(broken)
    return found


def check(proposal: Proposal) -> Checked:
    """Refuse a configuration with which a certificate of some mode cannot be rendered, and the deletion."""
    if proposal.payload is None:
        return refused("", phrase("The configuration cannot be deleted; switch it off instead."))
    return Checked(proposal.around.flaws)


def _with_text_read(value: object) -> tuple[object, tuple[Problem, ...]]:
    """Put what a text says in its place, and something sound in that of a broken one, so that the rest is read too."""
    text = value.get("configuration") if isinstance(value, dict) else None
    if not isinstance(value, dict) or not isinstance(text, str):
        return value, ()
    try:
        return {**value, "configuration": _from_text(text)}, ()
    except BadPayload as bad:
        return {**value, "configuration": INSTALLATION["configuration"]}, bad.problems


def _configuration(path: str, value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise BadPayload([Problem(path, phrase("Must be a JSON object with at least “default”."))])
    problems = [*_of_configuration(path, value)]
    if problems:
        raise BadPayload(problems)
    return value


def _from_text(text: str) -> object:
    """Read JSON as the standard has it, of a length that can be shown."""
    if len(text) > _LONGEST_TEXT:
        raise BadPayload([Problem("configuration", phrase("Is larger than {number} KiB.", number=LARGEST // 1024))])
    try:
        return read_json(text)
    except NoJson as problem:
        raise BadPayload([Problem("configuration", joined((NO_JSON, words_of(problem)), SPACE))]) from None


def _of_configuration(path: str, configuration: dict[str, Any]) -> Iterator[Problem]:
    if "default" not in configuration:
        yield Problem(inside(path, "default"), phrase("Is missing; it may be an empty object."))
    for name, part in configuration.items():
        here = inside(path, name)
        if name in SECTIONS:
            yield from _of_section(here, name, part)
        elif name == "default" or name in set(Mode):
            yield from _of_layer(here, part)
        else:
            known = listed(("default", *SECTIONS, *Mode))
            yield Problem(here, phrase("Is neither a mode nor a part that we know; there are {known}.", known=known))


def _of_section(path: str, section: str, part: object) -> Iterator[Problem]:
    if not isinstance(part, dict):
        yield Problem(path, phrase("Must be an object of objects."))
        return
    is_known, wanted = _NAMED[section]
    for name, layer in part.items():
        here = inside(path, name)
        if not is_known(name):
            yield Problem(here, wanted)
        yield from _of_layer(here, layer, of_course=section == "courses")


def _of_layer(path: str, layer: object, *, of_course: bool = False) -> Iterator[Problem]:
    if not isinstance(layer, dict):
        yield Problem(path, _LAYER)
        return
    for key, value in layer.items():
        here = inside(path, key)
        if key == "signatories":
            yield from _of_signatories(here, value)
        elif fault := find_fault(key, value, of_course=of_course):
            yield Problem(here, fault)
        elif key in TEXTS and not isinstance(value, str):
            yield Problem(here, phrase("Must be a text."))
        elif key in TEXTS and not is_address(key, value):
            yield Problem(here, _PICTURE if key in PICTURES else _ADDRESS if is_address(key, "/") else _WITH_HOST)
        else:
            yield from _dangerous(here, value)


def _of_signatories(path: str, value: object) -> Iterator[Problem]:
    if not isinstance(value, list):
        yield Problem(path, _SIGNING)
        return
    for number, one in enumerate(value):
        here = f"{path}[{number}]"
        if not isinstance(one, dict):
            yield Problem(here, phrase("Must be an object."))
            continue
        if not any(one.get(key) for key in SIGNED_WITH[:3]):
            yield Problem(here, phrase("Must have a name, a title or an organization."))
        for key, inner in one.items():
            at = inside(here, key)
            if key in SIGNED_WITH and not isinstance(inner, str):
                yield Problem(at, phrase("Must be a text."))
            elif key == "signature_image_path" and not is_picture(inner):
                yield Problem(at, _PICTURE)
            else:
                yield from _dangerous(at, inner)


def _dangerous(path: str, value: object) -> Iterator[Problem]:
    """Look for scripts in all the texts of a value that we know nothing else of, however they are nested."""
    waiting = [(path, value)]
    while waiting:
        at, part = waiting.pop()
        if isinstance(part, dict):
            waiting.extend((inside(at, name), inner) for name, inner in reversed(part.items()))
        elif isinstance(part, list):
            waiting.extend((f"{at}[{number}]", part[number]) for number in reversed(range(len(part))))
        elif isinstance(part, str) and _DANGEROUS.match(_PASSED_OVER.sub("", part)):
            yield Problem(
                at, phrase("Must not begin with javascript:, vbscript: or data:, which browsers run as a program.")
            )


def _is_course(name: str) -> bool:
    try:
        return parse_course_id(name) == name
    except BadCourseId:
        return False


def _is_organisation(name: str) -> bool:
    return _is_course(f"course-v1:{name}+C+R") or _is_course(f"{name}/C/R")


def _is_site(name: str) -> bool:
    return name != "" and site_of(name) == name


_NAMED: dict[str, tuple[Callable[[str], bool], str]] = {
    "organizations": (_is_organisation, phrase("Must be an organization as course keys name it.")),
    "sites": (_is_site, phrase("Must be the first label of a site's host in lower case, such as www.")),
    "courses": (_is_course, phrase("Must be a course key such as course-v1:Org+Course+Run.")),
}
"""Section -> which names a certificate can be found by; a layer under any other would never be seen."""


def _sentence_of(key: str) -> str:
    return f"{LABELS[key][0].upper()}{LABELS[key][1:]}."


def _shape_of(key: str) -> Shape:
    means = {"description": _MEANS[key] if key in _MEANS else _sentence_of(key)}
    if key in SWITCHES:
        return {"type": "boolean", **means}
    pattern = NUMBER_PATTERN if key == LINKEDIN_ID else pattern_of(key)
    return {"type": "string", **({"pattern": pattern} if pattern else {}), **means}


_MEANS = {
    "certificate_date_issued_title": "Title of the day of issue.",
    "certificate_id_number_title": "Title of the certificate's number.",
    "certificate_verify_title": "Title of the part about verifying.",
    "certificate_verify_description": "Text of the part about verifying.",
    "certificate_verify_urltext": "Words before the address to verify at.",
    "certificate_verify_url_prefix": "Beginning of the address to verify at, before the certificate's number; without it "
    "that is the page's own.",
    "certificate_verify_url_suffix": "End of that address, after the number.",
}
"""What nobody has a label for."""
_SIGNATORY = {
    "title": "Signatory",
    "type": "object",
    "description": "Somebody who signs, with a name, a title or an organization.",
    "properties": {
        "name": {"type": "string", "description": "Their name."},
        "title": {"type": "string", "description": "What they are."},
        "organization": {"type": "string", "description": "For whom they sign."},
        "signature_image_path": {
            "type": "string",
            "pattern": PICTURE_PATTERN,
            "description": "Their signature's picture.",
        },
    },
    "minProperties": 1,
    "additionalProperties": True,
}
_COURSE_LAYER_SHAPE: Shape = {
    "title": "HtmlViewLayerOfCourse",
    "type": "object",
    "description": "What certificates show; any other name is kept, and shown nowhere. No text begins with `javascript:`, "
    "`vbscript:` or `data:`.",
    "properties": {
        **{key: _shape_of(key) for key in sorted({*TEXTS, *SWITCHES, LINKEDIN_ID})},
        "signatories": {"type": "array", "items": _SIGNATORY, "description": _sentence_of("signatories")},
    },
    "additionalProperties": True,
}
_LAYER_SHAPE: Shape = {
    **_COURSE_LAYER_SHAPE,
    "title": "HtmlViewLayer",
    "properties": {key: shape for key, shape in _COURSE_LAYER_SHAPE["properties"].items() if key != INDEXABLE},
    "not": {"required": [INDEXABLE]},
}
_SHAPE: Shape = {
    "title": "HtmlViewConfiguration",
    "type": "object",
    "description": "Layers of texts; the one that says most of a certificate counts: of its course, its site, its "
    "organization, its mode, then the default.",
    "properties": {
        "default": here(_LAYER_SHAPE, "What certificates show where no other layer says it."),
        **{mode.value: here(_LAYER_SHAPE, f"What certificates of the mode `{mode}` show.") for mode in Mode},
        **{
            section: {
                "type": "object",
                "additionalProperties": _COURSE_LAYER_SHAPE if section == "courses" else _LAYER_SHAPE,
                "description": f"A layer for each name. {wanted}",
            }
            for section, (_, wanted) in _NAMED.items()
        },
    },
    "required": ["default"],
    "additionalProperties": False,
}
_SAYS = "What certificates show; it may stand there as JSON in a text, too, and is kept as an object."
FIELDS = {
    "enabled": switch("Whether the configuration counts; without one pages show the built-in texts."),
    "configuration": Field(
        _configuration,
        here(_SHAPE, _SAYS),
        {"anyOf": [_SHAPE, {"type": "string", "description": "The same as JSON in a text."}], "description": _SAYS},
    ),
}
