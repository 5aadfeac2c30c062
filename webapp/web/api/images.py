"""How does the picture of a badge get in, for a change to name it?"""

from typing import Annotated

import msgspec
from flask import Response
from msgspec import Meta

from webapp import clock
from webapp.domain.roles import Permission, Scope
from webapp.errors import BadImage
from webapp.models.base import unit_of_work
from webapp.services.configs import images
from webapp.services.governance.refused import recorded
from webapp.web import auth
from webapp.web.api.blueprint import answer, bp, tells
from webapp.web.api.bodies import read_form
from webapp.web.auth import allows


class Blob(msgspec.Struct, frozen=True):
    """A picture that is kept; the payload of a badge names its `sha256`. Pixels, and bytes."""

    sha256: Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]
    """SHA-256 of the bytes that are kept, 64 hexadecimal digits: its name in payloads."""
    width: int
    """Its width in pixels."""
    height: int
    """Its height in pixels."""
    size: int
    """How many bytes are kept."""


@bp.post("/blobs")
@allows(Permission.PROPOSE_CHANGES, Scope.CONFIGS_PROPOSE)
@tells(uploads=True, gives={201: Blob, 200: Blob}, refuses=(BadImage,))
def keep_image() -> Response:
    """Take a badge's picture: a square PNG of less than 250 KB, kept without its metadata; 200 where it is kept already."""
    sent, _ = read_form()
    now, actor = clock.now(), auth.actor()
    with recorded(unit_of_work, actor, "blob", "-", now=now) as session:
        image = images.read_badge_image(sent)
        made = images.keep(session, actor, image, now=now)
    return answer(Blob(image.sha256, image.width, image.height, image.size), 201 if made else 200)
