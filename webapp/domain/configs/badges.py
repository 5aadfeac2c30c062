"""Which image has a badge of each mode, and which those of modes without one (domain note §1.10, decisions 26, 32)?"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from webapp.domain.certificates.modes import Mode
from webapp.domain.configs.payloads import Field, here, listed, one_of, or_null, read_payload
from webapp.domain.configs.proposals import (
    BadPayload,
    Checked,
    Image,
    Payload,
    Problem,
    Proposal,
    check_deletion,
    refused,
)
from webapp.wording import phrase

DEFAULT_INSTALLATION: Payload = {"mode": None}
"""The payload of `badge-default` that an installation begins with (decision 49)."""
MIME = "image/png"
SIZE_LIMIT = 250 * 1024
"""An image has fewer bytes."""
NOT_SQUARE = phrase("The badge image must be square.")
TOO_LARGE = phrase("The badge image file size must be less than 250KB.")
_SHA_256 = re.compile("[0-9a-f]{64}")
_MODES = frozenset(Mode)


def image_for_mode(badges: Mapping[str, Payload], default_mode: str | None, mode: str) -> str | None:
    """Give the SHA-256 of the image of a mode: its own, else the default's; None, and an award waits (decision 32)."""
    found = badges.get(mode) or badges.get(default_mode or "")
    return found["icon"] if found else None


def modes_falling_back(badges: Iterable[str]) -> tuple[str, ...]:
    """Give the known modes that have no image of their own, and so show the default's or none."""
    own = set(badges)
    return tuple(mode.value for mode in Mode if mode not in own)


def parse(value: object) -> dict[str, Any]:
    """Read `{"icon": "<sha256>"}`; raises BadPayload."""
    return read_payload(value, FIELDS)


def parse_key(key: str) -> str:
    """Take a mode that we know, for each may have a badge; raises BadPayload."""
    return _mode("key", key)


def check(proposal: Proposal) -> Checked:
    """Refuse an image that no badge can have, and the deletion of the default's badge (decision 48 has the words)."""
    if proposal.payload is not None:
        image = proposal.around.images.get(proposal.payload["icon"])
        return Checked(tuple(Problem("icon", reason) for reason in _faults(image)))
    if proposal.key in proposal.live and proposal.key == proposal.around.default_badge:
        return refused("", phrase("The badge is the default; point the default to another mode, or to none, first."))
    return check_deletion(proposal)


def sentences(before: Payload | None, after: Payload | None, key: str = "") -> tuple[str, ...]:
    """Say what the change does; the images themselves are shown, not told."""
    mode = phrase("the mode {mode}", mode=key) if key else phrase("the mode")
    if before == after:
        return ()
    if before is None:
        return (phrase("Badges of {mode} will have an image of their own.", mode=mode),)
    if after is None:
        return (
            phrase("Badges of {mode} will lose their own image and have the default's, if there is one.", mode=mode),
        )
    return (phrase("Badges of {mode} will have another image.", mode=mode),)


def parse_default(value: object) -> dict[str, Any]:
    """Read `{"mode": "<mode>"}` or `{"mode": null}`; raises BadPayload."""
    return read_payload(value, DEFAULT_FIELDS)


def check_default(proposal: Proposal) -> Checked:
    """Refuse a default without an image, and its deletion: no default is null."""
    if proposal.payload is None:
        return refused("", phrase("The default badge cannot be deleted; set its mode to null instead."))
    mode = proposal.payload["mode"]
    if mode is not None and mode not in proposal.around.badges:
        return refused("mode", phrase("The mode {mode} has no badge image.", mode=mode))
    return Checked()


def default_sentences(before: Payload | None, after: Payload | None, key: str = "") -> tuple[str, ...]:
    """Say what the change does."""
    was, will = (payload and payload["mode"] for payload in (before, after))
    if was == will:
        return () if before == after else (phrase("There still is no default badge image."),)
    if will is None:
        return (
            phrase("There will be no default badge image: awards in modes without an image of their own will wait."),
        )
    if was:
        return (
            phrase(
                "Badges of modes without an image of their own will have that of {mode} instead of that of {was}.",
                mode=will,
                was=was,
            ),
        )
    return (phrase("Badges of modes without an image of their own will have that of {mode}.", mode=will),)


def _faults(image: Image | None) -> list[str]:
    if image is None:
        return [phrase("No image with this SHA-256 has been uploaded.")]
    found: list[str] = []
    if image.mime != MIME:
        found.append(phrase("The badge image must be a PNG file."))
    if image.width != image.height:
        found.append(NOT_SQUARE)
    if image.size >= SIZE_LIMIT:
        found.append(TOO_LARGE)
    return found


def _mode(path: str, value: object) -> str:
    if not isinstance(value, str) or value not in _MODES:
        raise BadPayload([Problem(path, phrase("Must be a mode: {modes}.", modes=listed(Mode, joined="or")))])
    return Mode(value).value


def _sha_256(path: str, value: object) -> str:
    if not isinstance(value, str) or not _SHA_256.fullmatch(value):
        raise BadPayload(
            [Problem(path, phrase("Must be the SHA-256 of an uploaded image: 64 lower-case hexadecimal digits."))]
        )
    return value


def _mode_or_none(path: str, value: object) -> str | None:
    return None if value is None else _mode(path, value)


FIELDS = {
    "icon": Field(
        _sha_256,
        {
            "type": "string",
            "pattern": f"^{_SHA_256.pattern}$",
            "description": "The `sha256` of a picture that was uploaded.",
        },
    )
}
DEFAULT_FIELDS = {
    "mode": Field(
        _mode_or_none,
        or_null(
            one_of(Mode), "Whose badge those of modes without an image of their own show; null: none, and they wait."
        ),
    )
}
KEY = here(one_of(Mode), "The mode whose badges have the picture.")
"""The shape of a key."""
