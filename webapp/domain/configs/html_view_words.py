"""What will be seen on the certificate pages once a configuration changes, in plain sentences (approvals note §4)?"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from webapp.domain.certificates.modes import Mode
from webapp.domain.certificates.page_context import SECTIONS, SIGNED_WITH, TEXTS
from webapp.domain.configs.payloads import listed, quoted, quoted_pair
from webapp.domain.configs.proposals import Payload

MOST = 40
"""Sentences that anybody reads."""
_OWNERS_NAMED = 3
LABELS: Mapping[str, str] = {
    "logo_src": "logo",
    "logo_alt": "text of the logo",
    "logo_url": "link of the logo",
    "url": "link of the logo",
    "organization_logo": "logo of the organization",
    "platform_name": "name of the platform",
    "document_title": "title of the window",
    "certificate_type": "name of the certificate",
    "certificate_type_description": "description of the certificate",
    "course_title": "title of the course",
    "course_number": "number of the course",
    "display_name": "name of the course",
    "organization_short_name": "short name of the organization",
    "organization_long_name": "long name of the organization",
    "accomplishment_banner_opening": "opening line",
    "accomplishment_copy_course_org": "name of the issuer",
    "accomplishment_copy_course_name": "name of the course",
    "accomplishment_copy_description_full": "line before the course",
    "accomplishment_copy_course_description": "line after the course",
    "company_about_url": "link “About us”",
    "company_tos_url": "link “Terms of service”",
    "company_privacy_url": "link “Privacy”",
    "copyright": "copyright line",
    "signatories": "signatories",
    "share_linkedin": "links to LinkedIn",
    "linkedin_organization_id": "number of the organization at LinkedIn",
    "share_x": "link to X",
    "share_facebook": "link to Facebook",
    "indexable": "permission for search engines",
}
_LAYERS = {
    "organizations": ("Certificates of the organization", "the organization"),
    "sites": ("Certificates on the site", "the site"),
    "courses": ("Certificates of the course", "the course"),
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
        lead = "The configuration will be switched on" + (
            ": certificates will show what it says." if changes else ", and says nothing."
        )
    else:
        changes = [*_changes(was, will)]
        lead = _lead(was_on=was_on, is_on=is_on, changed=bool(changes))
    found = [lead, *changes] if lead else changes
    if len(found) > MOST:
        found[MOST:] = [f"There are {len(found) - MOST} more changes, which the comparison shows."]
    return tuple(found) or ("Certificates will show the same as before.",)


def told(payload: Payload) -> list[tuple[str, list[tuple[str, str]]]]:
    """Give what a configuration says as it is: of which certificates, and each text of theirs by its label."""
    layers = _layers_of(payload)
    return [(_subject(place), [(_label(key), _words(layer[key])) for key in layer]) for place, layer in layers.items()]


def _lead(*, was_on: bool, is_on: bool, changed: bool) -> str:
    if is_on:
        return ""
    lead = "The configuration will be switched off" if was_on else "The configuration stays switched off"
    then = "; what follows counts once it is switched on." if changed else "."
    return f"{lead}: certificates show the built-in texts alone{then}"


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
    for number, (place, key, sentence) in enumerate(told, 1):
        if place == _DEFAULT:
            sentence += _exceptions(key, will)
        if modes_alone and number == len(told):
            sentence += "; other modes unchanged"
        yield f"{sentence}."


_DEFAULT = ("", "default")


def _told(place: tuple[str, str], key: str, was: Mapping[str, Any], will: Mapping[str, Any]) -> str:
    subject, label = _subject(place), _label(key)
    old, new = _words(was.get(key)), _words(will.get(key))
    if key not in will:
        return f"{subject} will have no {label} of their own" + (f", now {quoted(old)}" if old else "")
    if not new:
        return f"{subject} will show no {label}" + (f" instead of {quoted(old)}" if old else "")
    if not old:
        return f"{subject} will show the {label} {quoted(new)}"
    if old == new:
        return f"{subject} will show the same {label}, of which a part that is not shown changes"
    shown, instead = quoted_pair(new, old)
    return f"{subject} will show the {label} {shown} instead of {instead}"


def _label(key: str) -> str:
    return LABELS.get(key) or (f"text {key}" if key in TEXTS else f"unused value {quoted(key)}")


def _words(value: object) -> str:
    """Give a value as people read it, signatories as "name, title; name, title"; nothing for an empty one."""
    if isinstance(value, list) and value and all(isinstance(one, dict) for one in value):
        return "; ".join(", ".join(str(one[key]) for key in SIGNED_WITH if one.get(key)) for one in value)
    if isinstance(value, str):
        return value
    if value is True:
        return "on"
    return json.dumps(value, ensure_ascii=False) if value else ""


def _exceptions(key: str, will: Layers) -> str:
    owners = [_short(place) for place, layer in will.items() if place != _DEFAULT and key in layer]
    return f", except where {listed(owners, joined='or', most=_OWNERS_NAMED)} has its own" if owners else ""


def _is_mode(place: tuple[str, str]) -> bool:
    return place[0] == "" and place != _DEFAULT


def _subject(place: tuple[str, str]) -> str:
    section, name = place
    if section:
        return f"{_LAYERS[section][0]} {quoted(name)}"
    return "All certificates" if place == _DEFAULT else f"{name.capitalize()} certificates"


def _short(place: tuple[str, str]) -> str:
    section, name = place
    return f"{_LAYERS[section][1]} {quoted(name)}" if section else name
