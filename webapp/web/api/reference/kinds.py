"""How do the governed kinds, their keys and their payloads look in the document? By the rules that judge them."""

from collections.abc import Mapping
from typing import Annotated, Any

from msgspec import Meta

from webapp.domain.approval.states import Action
from webapp.domain.configs.kinds import KINDS, Kind, KindRule
from webapp.domain.configs.payloads import HERE, Shape, shape_of
from webapp.web.api.reference import examples

Schemas = dict[str, dict[str, Any]]
"""Name of a component -> its schema."""
_MARK = "x-governed"
"""Says of a field which schema it has in the end; it stands in no document."""
_KIND, _PAYLOAD, _TAKEN = "kind", "payload", "taken"
KindWord = Annotated[str, Meta(extra_json_schema={_MARK: _KIND})]
"""A governed kind; services judge it, so that each refusal leaves an event."""
GivenPayload = Annotated[dict[str, Any] | None, Meta(extra_json_schema={_MARK: _PAYLOAD})]
"""A payload as it is kept; None: the value was deleted."""
TakenPayload = Annotated[Any, Meta(extra_json_schema={_MARK: _TAKEN})]
"""What is judged as a payload."""
TakenObject = Annotated[dict[str, Any], Meta(extra_json_schema={_MARK: _TAKEN})]
"""The same where anything but an object is refused at the door."""
KIND = {"$ref": "#/components/schemas/Kind"}
"""The schema of a kind."""
ANY_TAKEN = "AnyPayload"
"""The component of what one kind or another takes."""
MEANINGS: Mapping[Kind, str] = {
    Kind.HTML_VIEW: "What the pages of certificates show.",
    Kind.CRAWLERS: "Whose visits are a crawler's.",
    Kind.GENERATION: "Whether learners may ask for certificates themselves, anywhere at all.",
    Kind.COURSE: "What staff settled for one course run.",
    Kind.BADGE: "The picture that badges of one mode have.",
    Kind.BADGE_DEFAULT: "Whose picture the badges of modes without one of their own have.",
    Kind.ACCESS: "The roles of one account.",
}
"""Kind -> what its payload says."""
SEVERAL: Mapping[str, Mapping[str, Any]] = {
    name: {
        kind.value: {"summary": MEANINGS[kind], "value": example_of(kind.value)}
        for kind in sorted(KINDS, key=lambda kind: kind is not Kind.GENERATION)  # the shortest first
    }
    for name, example_of in examples.BY_KIND.items()
}
"""Name of a body's type -> examples of it by kind, where one would not do."""


def tell_kinds(components: Schemas) -> None:
    """Put the kinds among the components, and tell each object that has a kind and a payload apart by kind."""
    marked = {name: marks for name, schema in components.items() if (marks := _marks_of(schema))}
    components["Kind"] = {
        "title": "Kind",
        "type": "string",
        "enum": [*KINDS],
        "description": "A kind of configuration. " + " ".join(f"`{kind}`: {MEANINGS[kind]}" for kind in KINDS),
    }
    for kind, rule in KINDS.items():
        _tell_payload(components, kind, rule)
    components[ANY_TAKEN] = {
        "anyOf": [_ref(_payload_name(kind, taken=True)) for kind in KINDS],
        "description": "A payload of the kind that is spoken of.",
    }
    for name, marks in marked.items():
        if {_KIND, _PAYLOAD} <= {*marks.values()} or {_KIND, _TAKEN} <= {*marks.values()}:
            _split(components, name, taken=_TAKEN in marks.values())
        else:
            wanted = {_KIND: KIND, _TAKEN: _ref(ANY_TAKEN)}
            said = components[name]["properties"]
            said |= {
                field: {**wanted[mark], "description": said[field]["description"]} for field, mark in marks.items()
            }


def _tell_payload(components: Schemas, kind: Kind, rule: KindRule) -> None:
    given, taken = shape_of(rule.fields), shape_of(rule.fields, taken=True)
    _, example = examples.PAYLOADS[kind.value]
    for is_taken, shape in enumerate((given, taken)):
        name = _payload_name(kind, taken=bool(is_taken))
        said = {"title": name, "description": MEANINGS[kind], "examples": [example]}
        components.setdefault(name, {**_hoisted(shape, components), **said})


def _payload_name(kind: Kind, *, taken: bool) -> str:
    fields = KINDS[kind].fields
    return _name_of(kind) + ("PayloadTaken" if taken and any(one.taken for one in fields.values()) else "Payload")


def _split(components: Schemas, name: str, *, taken: bool) -> None:
    """Have an object be one of several, one for each kind, told apart by `kind`."""
    whole = components[name]
    for kind, rule in KINDS.items():
        components[name + _name_of(kind)] = _hoisted(_of_kind(whole, kind, rule, taken=taken), components)
    components[name] = {
        "title": name,
        "description": whole["description"],
        "oneOf": [_ref(name + _name_of(kind)) for kind in KINDS],
        "discriminator": {
            "propertyName": _KIND,
            "mapping": {kind.value: _ref(name + _name_of(kind))["$ref"] for kind in KINDS},
        },
    }


def _of_kind(whole: Shape, kind: Kind, rule: KindRule, *, taken: bool) -> dict[str, Any]:
    said, needed = dict(whole["properties"]), dict.fromkeys(whole["required"])
    payload = _ref(_payload_name(kind, taken=taken))
    means = {name: field["description"] for name, field in said.items() if name in (_KIND, _PAYLOAD, "action")}
    said["kind"] = {"type": "string", "const": kind.value, "description": means["kind"]}
    if "default" not in said["key"]:
        said["key"] = rule.key
    elif rule.single:
        said["key"] = {**rule.key, "default": said["key"]["default"]}
    else:
        said["key"], needed["key"] = rule.key, None
    if rule.deletable:
        none = "where `action` is `delete`" if "action" in said else "where the value was deleted"
        said["payload"] = {"anyOf": [payload, {"type": "null"}], "description": f"{means['payload']} `null` {none}."}
    else:
        said["payload"], needed["payload"] = {**payload, "description": means["payload"]}, None
        if "action" in said:
            default = {"default": said["action"]["default"]} if "default" in said["action"] else {}
            said["action"] = {
                "type": "string",
                "const": Action.SET.value,
                "description": means["action"],
                **default,
            }
    return {
        **whole,
        "title": whole["title"] + _name_of(kind),
        "description": f"{whole['description']} Its kind is `{kind.value}`.",
        "properties": said,
        "required": [name for name in said if name in needed],
    }


def _marks_of(schema: Shape) -> dict[str, str]:
    return {field: said[_MARK] for field, said in schema.get("properties", {}).items() if _MARK in said}


def _hoisted(part: Any, components: Schemas, *, top: bool = True) -> Any:  # noqa: ANN401 - any part of a schema
    """Give a part in which whatever has a title is but named, for it stands among the components."""
    if isinstance(part, list):
        return [_hoisted(one, components, top=False) for one in part]
    if not isinstance(part, Mapping):
        return part
    whole = {name: _hoisted(one, components, top=False) for name, one in part.items()}
    title = part.get("title")
    if top or not isinstance(title, str):  # an object may have a field of that name
        return whole
    means = {"description": whole.pop(HERE)} if HERE in whole else {}
    components.setdefault(title, whole)
    return {**_ref(title), **means}


def _name_of(kind: Kind) -> str:
    return "".join(word.capitalize() for word in kind.value.split("-"))


def _ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}
