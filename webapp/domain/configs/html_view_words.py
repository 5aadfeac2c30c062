"""What will be seen on the certificate pages once a configuration changes, in plain sentences (approvals note §4)?"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from webapp.domain.certificates.modes import Mode
from webapp.domain.certificates.page.settings import OFFERED
from webapp.domain.certificates.page_context import SECTIONS, SIGNED_WITH, TEXTS
from webapp.domain.configs.payloads import listed, quoted, quoted_pair
from webapp.domain.configs.proposals import Payload
from webapp.wording import Phrase, phrase, phrase_of

MOST = 40
"""Sentences that anybody reads."""
_OWNERS_NAMED = 3
LABELS: Mapping[str, str] = {
    "logo_src": phrase("logo"),
    "logo_alt": phrase("text of the logo"),
    "logo_url": phrase("link of the logo"),
    "url": phrase("link of the logo"),
    "organization_logo": phrase("logo of the organization"),
    "platform_name": phrase("name of the platform"),
    "document_title": phrase("title of the window"),
    "certificate_type": phrase("name of the certificate"),
    "certificate_type_description": phrase("description of the certificate"),
    "course_title": phrase("title of the course"),
    "course_number": phrase("number of the course"),
    "display_name": phrase("name of the course"),
    "organization_short_name": phrase("short name of the organization"),
    "organization_long_name": phrase("long name of the organization"),
    "accomplishment_banner_opening": phrase("opening line"),
    "accomplishment_copy_course_org": phrase("name of the issuer"),
    "accomplishment_copy_course_name": phrase("name of the course"),
    "accomplishment_copy_description_full": phrase("line before the course"),
    "accomplishment_copy_course_description": phrase("line after the course"),
    "company_about_url": phrase("link “About us”"),
    "company_tos_url": phrase("link “Terms of service”"),
    "company_privacy_url": phrase("link “Privacy”"),
    "copyright": phrase("copyright line"),
    "signatories": phrase("signatories"),
    "share_linkedin": phrase("links to LinkedIn"),
    "linkedin_organization_id": phrase("number of the organization at LinkedIn"),
    "share_x": phrase("link to X"),
    "share_facebook": phrase("link to Facebook"),
    "share_embed": phrase("code to embed"),
    "indexable": phrase("permission for search engines"),
}
_LAYERS = {
    "organizations": (phrase("Certificates of the organization {name}"), phrase("the organization {name}")),
    "sites": (phrase("Certificates on the site {name}"), phrase("the site {name}")),
    "courses": (phrase("Certificates of the course {name}"), phrase("the course {name}")),
}
Layers = dict[tuple[str, str], Mapping[str, Any]]  # ("", "default" or mode) or (section, name) -> key -> value


def sentences(before: Payload | None, after: Payload | None, key: str = "") -> tuple[str, ...]:
    """Say what the change does; a configuration that is switched off, or none, leaves the built-in texts."""
    if before == after:
        return ()
    was_on, is_on = (bool(payload and payload["enabled"]) for payload in (before, after))
    was, will = (_layers_of(payload) for payload in (before, after))
    if is_on and not was_on:
        changes = [*_changes({}, will)]
        lead: str = (
            phrase("The configuration will be switched on: certificates will show what it says.")
            if changes
            else phrase("The configuration will be switched on, and says nothing.")
        )
    else:
        changes = [*_changes(was, will)]
        lead = _lead(was_on=was_on, is_on=is_on, changed=bool(changes))
    found = [lead, *changes] if lead else changes
    if len(found) > MOST:
        found[MOST:] = [
            phrase_of(
                len(found) - MOST,
                "There are {number} more changes, which the comparison shows.",
                "There are {number} more changes, which the comparison shows.",
                number=len(found) - MOST,
            )
        ]
    return tuple(found) or (phrase("Certificates will show the same as before."),)


def told(payload: Payload) -> list[tuple[str, list[tuple[str, str]]]]:
    """Give what a configuration says as it is: of which certificates, and each text of theirs by its label."""
    layers = _layers_of(payload)
    return [
        (_subject(place), [(_label(key), _words(layer[key]) or _off(layer[key])) for key in layer])
        for place, layer in layers.items()
    ]


def _lead(*, was_on: bool, is_on: bool, changed: bool) -> str:
    if is_on:
        return ""
    if was_on and changed:
        return phrase(
            "The configuration will be switched off: certificates show the built-in texts alone; what follows counts once it is switched on."
        )
    if was_on:
        return phrase("The configuration will be switched off: certificates show the built-in texts alone.")
    if changed:
        return phrase(
            "The configuration stays switched off: certificates show the built-in texts alone; what follows counts once it is switched on."
        )
    return phrase("The configuration stays switched off: certificates show the built-in texts alone.")


def _layers_of(payload: Payload | None) -> Layers:
    """Give each layer that says something by its place, in the order in which they are told."""
    configuration = payload["configuration"] if payload else {}
    single: Layers = {("", name): configuration.get(name, {}) for name in ("default", *map(str, Mode))}
    named: Layers = {
        (section, name): layer for section in SECTIONS for name, layer in configuration.get(section, {}).items()
    }
    return {place: layer for place, layer in (single | named).items() if layer}


def _changes(was: Layers, will: Layers) -> Iterator[str]:
    told = [
        (place, key, _told(place, key, was.get(place, {}), will.get(place, {})))
        for place in {**was, **will}
        for key in {**was.get(place, {}), **will.get(place, {})}
        if was.get(place, {}).get(key) != will.get(place, {}).get(key)
    ]
    modes_alone = all(_is_mode(place) for place, _, _ in told)
    for number, (place, key, said) in enumerate(told, 1):
        owners = _owners(key, will) if place == _DEFAULT else []
        if owners:
            others = listed(owners, joined="or", most=_OWNERS_NAMED)
            yield phrase("{said}, except where {owners} has its own.", said=said, owners=others)
        elif modes_alone and number == len(told):
            yield phrase("{said}; other modes unchanged.", said=said)
        else:
            yield phrase("{said}.", said=said)


_DEFAULT = ("", "default")


def _told(place: tuple[str, str], key: str, was: Mapping[str, Any], will: Mapping[str, Any]) -> str:
    names = {"subject": _subject(place), "label": _label(key)}
    if key in OFFERED and isinstance(will.get(key), bool):
        return (
            phrase("{subject} will offer the {label}", **names)
            if will[key]
            else phrase("{subject} will not offer the {label}", **names)
        )
    old, new = _words(was.get(key)), _words(will.get(key))
    if key not in will and old:
        return phrase("{subject} will have no {label} of their own, now {old}", **names, old=_quoted(old))
    if key not in will:
        return phrase("{subject} will have no {label} of their own", **names)
    if not new and old:
        return phrase("{subject} will show no {label} instead of {old}", **names, old=_quoted(old))
    if not new:
        return phrase("{subject} will show no {label}", **names)
    if not old:
        return phrase("{subject} will show the {label} {new}", **names, new=_quoted(new))
    if old == new:
        return phrase("{subject} will show the same {label}, of which a part that is not shown changes", **names)
    shown, instead = quoted_pair(new, old)
    return phrase("{subject} will show the {label} {new} instead of {old}", **names, new=shown, old=instead)


def _quoted(text: str) -> str:
    return phrase("“{what}”", what=text) if type(text) is Phrase else quoted(text)


def _label(key: str) -> str:
    if key in LABELS:
        return LABELS[key]
    return phrase("text {key}", key=key) if key in TEXTS else phrase("unused value {key}", key=quoted(key))


def _words(value: object) -> str:
    """Give a value as people read it, signatories as "name, title; name, title"; nothing for an empty one."""
    if isinstance(value, list) and value and all(isinstance(one, dict) for one in value):
        return "; ".join(", ".join(str(one[key]) for key in SIGNED_WITH if one.get(key)) for one in value)
    if isinstance(value, str):
        return value
    if value is True:
        return phrase("on")
    return json.dumps(value, ensure_ascii=False) if value else ""


def _off(value: object) -> str:
    return phrase("off") if value is False else ""


def _owners(key: str, will: Layers) -> list[str]:
    return [_short(place) for place, layer in will.items() if place != _DEFAULT and key in layer]


def _is_mode(place: tuple[str, str]) -> bool:
    return place[0] == "" and place != _DEFAULT


def _subject(place: tuple[str, str]) -> str:
    section, name = place
    if section:
        return Phrase(_LAYERS[section][0].template, {"name": quoted(name)})
    if place == _DEFAULT:
        return phrase("All certificates")
    return phrase("{mode} certificates", mode=name.capitalize())


def _short(place: tuple[str, str]) -> str:
    section, name = place
    return Phrase(_LAYERS[section][1].template, {"name": quoted(name)}) if section else name
