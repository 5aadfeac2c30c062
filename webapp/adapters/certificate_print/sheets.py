"""What is printed of a certificate, and by which tag is a print known?"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

from webapp import paths
from webapp.adapters.certificate_print.pictures import code_of, drawings, find_picture
from webapp.adapters.certificate_print.texts import printed
from webapp.domain.certificates.page.voices import MONTHS
from webapp.domain.certificates.page_context import Signatory
from webapp.ports import PageBroken

FOLDER = paths.TEMPLATES / "print"
PAPERS = ("a4", "letter")
LONGEST_ADDRESS = 120
NO_PICTURES = "[]"
_TEXTS = {
    "type": "certificate_type",
    "opening": "accomplishment_banner_opening",
    "name": "accomplishment_copy_name",
    "completed": "accomplishment_copy_description_full",
    "course": "accomplishment_copy_course_name",
    "course_description": "accomplishment_copy_course_description",
    "type_description": "certificate_type_description",
    "date_title": "certificate_date_issued_title",
    "verify_at": "certificate_verify_urltext",
    "number_title": "certificate_id_number_title",
}


@dataclass(frozen=True, slots=True)
class Sheet:
    """All that a print is made of; two that are equal give the same bytes.

    `pictures` are those of the installation, `standard` the one that a PDF should keep.
    """

    template: str
    format: str
    paper: str
    values: str
    pictures: str
    made_at: datetime
    standard: str | None = None

    @property
    def tag(self) -> str:
        """The tag of what would come out: it changes with what is printed, and with how."""
        parts = (self.template, self.format, self.paper, self.values, self.pictures, _templates())
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]


def pdf_of(values: Mapping[str, Any], paper: str = "a4") -> Sheet:
    """Give what a certificate on paper is made of; raises PageBroken."""
    return _sheet(values, template="certificate.typ", format_="pdf", paper=paper, standard="ua-1")


def card_of(values: Mapping[str, Any]) -> Sheet:
    """Give what the card of a certificate is made of; raises PageBroken."""
    return _sheet(values, template="card.typ", format_="png", paper="card")


def day_of(text: str) -> datetime:
    """Read a day as the page writes it; raises ValueError."""
    month, day, year = text.replace(",", "").split()
    return datetime(int(year), MONTHS.index(month) + 1, int(day), tzinfo=UTC)


@cache
def house_drawings() -> str:
    """Give the house's own drawings for the templates."""
    return json.dumps(drawings())


def _sheet(values: Mapping[str, Any], *, template: str, format_: str, paper: str, standard: str | None = None) -> Sheet:
    pictures: list[str] = []
    try:
        shown = _shown(values, pictures)
        made_at = day_of(values["certificate_date_issued"])
        return Sheet(template, format_, paper, _json(shown), _json(pictures), made_at, standard)
    except Exception as problem:  # values are what an installation configures: they are wrong in any way
        raise PageBroken(f"{type(problem).__name__}: {problem}") from problem


def _shown(values: Mapping[str, Any], pictures: list[str]) -> dict[str, Any]:
    """What the templates show; nothing that changes with the moment, such as when the page was looked at."""
    address = values["certificate_verify_url"]
    return {
        **{name: printed(values[key]) for name, key in _TEXTS.items()},
        "title": printed(values["document_title"], longest=10_000)["text"],
        "issuer": printed(values["platform_name"], longest=10_000)["text"],
        "organization": printed(values["accomplishment_copy_course_org"]),
        "date": values["certificate_date_issued"],
        "number": values["certificate_id_number"],
        "check_code": values["check_code"],
        "address": address,
        "address_shown": printed(address, LONGEST_ADDRESS)["text"],
        "code": code_of(address),
        "logo": _logo(values, pictures),
        "organization_logo": _organization_logo(values, pictures),
        "signatories": [_signatory(one, pictures) for one in values["signatories"]],
    }


def _logo(values: Mapping[str, Any], pictures: list[str]) -> dict[str, Any]:
    given = values["logo_src"]
    text = values["logo_alt"] if given else values["platform_name"]
    return {"picture": _kept(given, pictures), "text": printed(text), "seal": not given}


def _organization_logo(values: Mapping[str, Any], pictures: list[str]) -> list[dict[str, Any]]:
    given = values["organization_logo"]
    text = printed(values["accomplishment_copy_course_org"])
    return [{"picture": _kept(given, pictures), "text": text}] if given else []


def _signatory(one: Signatory, pictures: list[str]) -> dict[str, Any]:
    role = ", ".join(part for part in (one.title, one.organization) if part)
    return {
        "name": printed(one.name),
        "role": printed(role),
        "picture": _kept(one.signature_image_path, pictures),
        "signed_by": printed(one.name or one.title)["text"],
    }


def _kept(address: str, pictures: list[str]) -> int | None:
    """Put a picture among the others, and give its place there; None where there is none to be shown."""
    picture = find_picture(address)
    if picture is None:
        return None
    pictures.append(picture)
    return len(pictures) - 1


def _json(value: object) -> str:
    return json.dumps(value, sort_keys=True)


@cache
def _templates() -> str:
    sources = (*sorted(FOLDER.glob("*.typ")), *sorted(FOLDER.glob("*.svg")))
    return hashlib.sha256(b"\0".join([*(file.read_bytes() for file in sources), house_drawings().encode()])).hexdigest()
