"""Which values does the page of a certificate show, and whose word counts where several sources give one (domain note §6)?"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from webapp.domain.certificates.modes import Mode
from webapp.domain.certificates.page.addresses import (
    LINKS,
    PICTURES,
    VERIFY_PREFIX,
    is_address,
    is_picture,
    origins_of,
)
from webapp.domain.certificates.page.checking import check_code
from webapp.domain.certificates.page.settings import UNSAID, find_fault
from webapp.domain.certificates.page.voices import IN_ENGLISH, Voice
from webapp.domain.certificates.visibility import page_url
from webapp.domain.identifiers import CourseId, course_of, organisation_of
from webapp.wording import phrase

INSTALLATION: Mapping[str, Any] = {"enabled": False, "configuration": {"default": {}}}
"""The payload of `html-view` that an installation begins with (decision 49): the built-in texts alone."""

MODE_TEXTS: Mapping[str, tuple[str, str]] = {
    Mode.HONOR: (
        phrase("Honor Code Certificate"),
        phrase("Earned on the honor track, on the promise to work honestly."),
    ),
    Mode.VERIFIED: (phrase("Verified Certificate"), phrase("Earned on the verified track.")),
    Mode.AUDIT: (phrase("Audit Certificate"), phrase("Earned while following the course as an auditor.")),
    Mode.PROFESSIONAL: (phrase("Professional Certificate"), phrase("Earned in professional education.")),
    Mode.NO_ID_PROFESSIONAL: (phrase("Professional Certificate"), phrase("Earned in professional education.")),
    Mode.CREDIT: (phrase("Certificate for Credit"), phrase("Earned on the credit track.")),
    Mode.MASTERS: (phrase("Master’s Course Certificate"), phrase("Earned in a master’s programme.")),
    Mode.EXECUTIVE_EDUCATION: (phrase("Executive Education Certificate"), phrase("Earned in executive education.")),
    Mode.PAID_EXECUTIVE_EDUCATION: (
        phrase("Executive Education Certificate"),
        phrase("Earned in executive education."),
    ),
    Mode.PAID_BOOTCAMP: (phrase("Bootcamp Certificate"), phrase("Earned in a bootcamp.")),
}
"""Mode -> what such a certificate is called, and what it stands for. None claims a verified identity: whether a mode
asks for one is each course's affair (decision 12)."""
OF_NO_MODE = (phrase("Certificate"), "")

BUILT_IN: Mapping[str, str] = {
    "document_title": phrase("{organization_short_name} {course_number} Certificate | {platform_name}"),
    "logo_src": "",
    "logo_alt": "{platform_name}",
    "logo_url": "",
    "organization_logo": "",
    "accomplishment_copy_course_org": "{organization_long_name}",
    "accomplishment_copy_course_name": "{course_title}",
    "accomplishment_banner_opening": phrase("This is to certify that"),
    "accomplishment_copy_description_full": phrase("has completed the course"),
    "accomplishment_copy_course_description": phrase("a course of {organization_long_name}"),
    "certificate_date_issued_title": phrase("Issued on"),
    "certificate_id_number_title": phrase("Certificate number"),
    "certificate_verify_title": phrase("Verify this certificate"),
    "certificate_verify_description": phrase(
        "{platform_name} keeps the record of this certificate and has just looked at it."
    ),
    "certificate_verify_urltext": phrase("Verify at"),
    "company_about_url": "",
    "company_tos_url": "",
    "company_privacy_url": "",
    "copyright": phrase("© {year} {platform_name}. All rights reserved."),
}
"""The texts that every page has; they name the platform and the course as they were merged."""

SECTIONS = ("organizations", "sites", "courses")
"""The parts of a configuration that hold a layer for each name in them; beside them stand `default` and the modes."""
_OF_COURSE = "the configuration's course"
_NAMES = ("platform_name", "course_title", "course_number", "display_name", "organization_short_name",
          "organization_long_name", "certificate_type", "certificate_type_description", "certificate_verify_url_suffix")  # fmt: skip
TEXTS = frozenset({*BUILT_IN, *_NAMES, *LINKS, VERIFY_PREFIX})
UNPUBLISHED: Mapping[str, Any] = {
    "canonical_url": None, "share_links": (), "linked_data": None, "summary": None, "pdf_url": None, "badge_url": None, "signed_badge_url": None, "card_url": None,
    "embed_code": None, "preview": False,
}  # fmt: skip
"""What a page has only where the world sees it (page/sharing.py); no configuration can say it."""
SHOWN = frozenset({*TEXTS, *UNSAID, "signatories"})
"""What a layer may give. Anything else stays out, whatever it is called: a page has names of its own."""
SIGNED_WITH = ("name", "title", "organization", "signature_image_path")


@dataclass(frozen=True, slots=True)
class CourseTexts:
    """What the course run's record gives to its certificates; `certificate` is the platform's object, as it came."""

    course_id: CourseId
    title: str
    certificate: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class CertificateTexts:
    """What the certificate itself says, which nothing else overrules; the name is its snapshot (decision 19)."""

    name: str
    mode: str
    verify_uuid: str
    shown_on: datetime


@dataclass(frozen=True, slots=True)
class Signatory:
    """Somebody who signs; a text that was not given is empty."""

    name: str = ""
    title: str = ""
    organization: str = ""
    signature_image_path: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """The values of a page, from which hosts its pictures come, and what had to be left out of it."""

    values: Mapping[str, Any]
    picture_origins: tuple[str, ...]
    flaws: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Merged:
    """What all certificates of a course run, a mode and a site show alike in one language; nothing in it is anybody's."""

    values: Mapping[str, Any]
    picture_origins: tuple[str, ...]
    flaws: tuple[str, ...]


def merge(
    html_view: Mapping[str, Any], course: CourseTexts, mode: str, *, site: str, year: int, voice: Voice | None = None
) -> Merged:
    """Merge all that is configured and recorded; a later layer wins.

    `html_view` is the payload of the governed kind (interface §8), `site` the first label of the host that was asked,
    `year` that of the copyright line. What cannot be shown is left out and named in `flaws`: the page stands, and an
    example fails by it. The built-in texts are English where no `voice` says them in the reader's language; what
    somebody configured stays as it is.
    """
    voice, flaws = voice or IN_ENGLISH, list[str]()
    merged: dict[str, Any] = {"platform_name": "Certdesk", "course_id": course.course_id, **UNSAID}
    for source, layer in _layers(html_view, course, mode, site):
        merged.update(_read(source, layer, flaws))
    merged.setdefault("course_title", merged["display_name"])
    texts = {key: voice.say(text).format_map({**merged, "year": year}) for key, text in BUILT_IN.items()}
    values = {**texts, **_mode_texts(mode, merged, flaws, voice), **merged}
    signatories = [_signatory(number, one, flaws) for number, one in enumerate(merged.get("signatories", ()), 1)]
    values["signatories"] = [one for one in signatories if one.name or one.title or one.organization]
    pictures = [values[key] for key in PICTURES] + [one.signature_image_path for one in values["signatories"]]
    return Merged(values, origins_of(pictures), tuple(flaws))


def complete(
    merged: Merged, certificate: CertificateTexts, *, base_url: str, now: datetime, voice: Voice | None = None
) -> Page:
    """Give the page of a certificate: what is merged for its mode, and its own word, which nothing overrules."""
    own = _own(merged.values, certificate, base_url, now, voice or IN_ENGLISH)
    return Page({**merged.values, **own, **UNPUBLISHED}, merged.picture_origins, merged.flaws)


def build_page(
    html_view: Mapping[str, Any],
    course: CourseTexts,
    certificate: CertificateTexts,
    *,
    base_url: str,
    site: str,
    now: datetime,
    voice: Voice | None = None,
) -> Page:
    """Merge, and complete at once: for whoever shows a page seldom."""
    merged = merge(html_view, course, certificate.mode, site=site, year=now.year, voice=voice)
    return complete(merged, certificate, base_url=base_url, now=now, voice=voice)


def _layers(
    html_view: Mapping[str, Any], course: CourseTexts, mode: str, site: str
) -> Iterable[tuple[str, Mapping[str, Any]]]:
    """The order of domain note §6 with decision 28: default, mode, organisation, site, course; the weakest first."""
    view = _part(html_view, "configuration") if html_view.get("enabled") is True else {}
    organisation = organisation_of(course.course_id)
    return (
        ("the configuration's default", _part(view, "default")),
        ("the course record", _certificate_of(course)),
        (f"the configuration's mode {mode}", {} if mode in ("default", *SECTIONS) else _part(view, mode)),
        ("the course key", {"organization_short_name": organisation, "organization_long_name": organisation}),
        ("the configuration's organization", _part(_part(view, "organizations"), organisation)),
        ("the course run", {"course_number": course_of(course.course_id), "display_name": course.title}),
        ("the configuration's site", _part(_part(view, "sites"), site)),
        (_OF_COURSE, _part(_part(view, "courses"), course.course_id)),
    )


def _part(whole: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    found = whole.get(key)
    return found if isinstance(found, Mapping) else {}


def _certificate_of(course: CourseTexts) -> Mapping[str, Any]:
    """The platform's object for the certificate: its `title` is the course's name as the certificate has it."""
    given = dict(course.certificate or {})
    title = given.pop("title", None)
    return {**given, "course_title": title} if title else given


def _read(source: str, layer: Mapping[str, Any], flaws: list[str]) -> dict[str, Any]:
    """Take what a layer gives, as far as it can be shown; `url` is where the logo leads (decision 28)."""
    found: dict[str, Any] = {}
    for key, value in layer.items():
        if value is None or key not in SHOWN:
            continue
        if key in TEXTS and not isinstance(value, str):
            flaws.append(f"{source} has a {key} that is no text")
        elif key == "signatories" and not isinstance(value, list):
            flaws.append(f"{source} has signatories that are no list")
        elif key != "url" and not is_address(key, value):
            flaws.append(f"{source} has a {key} that is no address")
        elif find_fault(key, value, of_course=source == _OF_COURSE):
            flaws.append(f"{source} has a setting {key} that cannot count")
        elif key == "url" and "logo_url" not in layer:
            found |= _read(source, {"logo_url": value}, flaws)
        else:
            found[key] = value
    return found


def _mode_texts(mode: str, merged: Mapping[str, Any], flaws: list[str], voice: Voice) -> dict[str, str]:
    texts = MODE_TEXTS.get(mode)
    if texts is None and "certificate_type" not in merged:
        flaws.append(f"there are no texts for the mode {mode}, neither built in nor in the configuration")
    title, description = texts or OF_NO_MODE
    return {"certificate_type": voice.say(title), "certificate_type_description": voice.say(description)}


def _own(
    names: Mapping[str, Any], certificate: CertificateTexts, base_url: str, now: datetime, voice: Voice
) -> dict[str, Any]:
    """What nobody configures: whose it is, of which mode, from when, under which number, and when it was looked at."""
    prefix, suffix = names.get(VERIFY_PREFIX), names.get("certificate_verify_url_suffix", "")
    own_url, issued_on = page_url(base_url, certificate.verify_uuid), certificate.shown_on.astimezone(UTC)
    address = f"{prefix}{certificate.verify_uuid}{suffix}" if prefix else own_url
    return {
        "own_url": own_url,
        "issued_on": issued_on,
        "accomplishment_copy_name": certificate.name,
        "course_mode": certificate.mode,
        "certificate_date_issued": voice.day(certificate.shown_on),
        "certificate_id_number": certificate.verify_uuid,
        "check_code": check_code(
            verify_uuid=certificate.verify_uuid,
            name=certificate.name,
            course_id=names["course_id"],
            mode=certificate.mode,
            issued_on=issued_on,
        ),
        "certificate_verify_url": address,
        "checked_at": now.astimezone(UTC),
        "checked_at_text": voice.minute(now),
    }


def _signatory(number: int, given: object, flaws: list[str]) -> Signatory:
    """Read one of those who sign; a certificate without any is as good (domain note §6)."""
    if not isinstance(given, Mapping):
        flaws.append(f"signatory {number} is no object")
        return Signatory()
    found = {key: given[key] for key in SIGNED_WITH if given.get(key) is not None}
    broken = [key for key, value in found.items() if not isinstance(value, str)]
    image = found.get("signature_image_path")
    if isinstance(image, str) and not is_picture(image):
        broken.append("signature_image_path")
    flaws.extend(f"signatory {number} has a {key} that cannot be shown" for key in broken)
    if not any(found.get(key) for key in SIGNED_WITH[:3]):
        flaws.append(f"signatory {number} has no name, no title and no organization")
    return Signatory(**{key: value for key, value in found.items() if key not in broken})
