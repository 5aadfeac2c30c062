"""Can an uploaded file be the picture of a badge, and which bytes of it are kept (domain note §1.10)?"""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from io import BytesIO

from PIL import Image
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from webapp.domain.actors import Actor
from webapp.domain.badges.png import BadPng, Png, read_png
from webapp.domain.configs.badges import MIME, NOT_SQUARE, SIZE_LIMIT, TOO_LARGE
from webapp.errors import BadImage
from webapp.models.governance.versions import Blob
from webapp.services import audit
from webapp.wording import phrase, words_of

MOST_PIXELS_A_SIDE = 2_048


@dataclass(frozen=True, slots=True)
class ReadImage:
    """A picture as it is kept: addressed by the hash of its bytes; width and height in pixels, size in bytes."""

    sha256: str
    mime: str
    width: int
    height: int
    size: int
    content: bytes


def read_badge_image(content: bytes) -> ReadImage:
    """Take an uploaded picture of a badge, by its bytes alone; raises BadImage, whose text says what to mend.

    Kept is the picture without its metadata, and otherwise byte for byte. Metadata goes, for a badge is public: the
    camera, the place and the names in it are nobody's business, and the assertion of a badge that somebody took for
    a template would be read before the one that we bake in. Nothing is encoded anew: a file without metadata keeps
    the hash that its maker knows, colours and transparency stay as drawn, and no picture grows over the limit.
    """
    if len(content) >= SIZE_LIMIT:
        raise BadImage(phrase("{rule} This file has {size} bytes.", rule=TOO_LARGE, size=format(len(content), ",")))
    try:
        picture = read_png(content)
        _check_size(picture)
        picture.check_pixels()
    except BadPng as problem:
        raise BadImage(phrase("The badge image {problem}.", problem=words_of(problem))) from None
    kept = picture.as_seen()
    _draw(kept)
    return ReadImage(sha256(kept).hexdigest(), MIME, picture.width, picture.height, len(kept), kept)


def keep(session: Session, actor: Actor, image: ReadImage, *, now: datetime) -> bool:
    """Keep a picture by its hash, for payloads to name; False where the very same one is kept already."""
    if session.get(Blob, image.sha256) is not None:
        return False
    try:
        with session.begin_nested():
            session.add(
                Blob(
                    sha256=image.sha256,
                    mime=image.mime,
                    content=image.content,
                    width=image.width,
                    height=image.height,
                    size=image.size,
                    created_at=now,
                )
            )
    except IntegrityError:
        return False  # somebody else sent it at the same moment
    details = audit.of_new({"width": image.width, "height": image.height, "size": image.size})
    audit.append(session, actor, "image.kept", "blob", image.sha256, now=now, details=details)
    return True


def find_image(session: Session, sha256_text: str) -> Blob | None:
    """Give a picture that is kept, by the hash of its bytes."""
    return session.get(Blob, sha256_text)


def _check_size(picture: Png) -> None:
    """Look at the size that the header claims, before anything is unpacked: 20 KB can be 168 million pixels."""
    if picture.width != picture.height:
        raise BadImage(
            phrase(
                "{rule} This one is {width} pixels wide and {height} high.",
                rule=NOT_SQUARE,
                width=format(picture.width, ","),
                height=format(picture.height, ","),
            )
        )
    if picture.width > MOST_PIXELS_A_SIDE:
        raise BadImage(
            phrase(
                "The badge image must not have more than {most} pixels a side. This one has {width}.",
                most=format(MOST_PIXELS_A_SIDE, ","),
                width=format(picture.width, ","),
            )
        )


def _draw(content: bytes) -> None:
    """Draw every pixel once, as each reader will have to."""
    try:
        with Image.open(BytesIO(content), formats=("PNG",)) as image:
            image.load()
    except Exception as problem:  # a decoder of what strangers send fails in any way
        raise BadImage(phrase("The badge image is damaged: its pixels cannot be drawn.")) from problem
