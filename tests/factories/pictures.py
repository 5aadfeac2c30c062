"""PNG pictures, whole and broken, made of their parts."""

import struct
import zlib
from collections.abc import Sequence
from io import BytesIO

from PIL import Image

from webapp.domain.badges.png import END, HEADER, PIXELS, SIGNATURE, Chunk

COLOUR, WITH_PALETTE = 2, 3
SAMPLES = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}


def a_picture(
    width: int = 90,
    height: int | None = None,
    *,
    depth: int = 8,
    colour: int = COLOUR,
    interlacing: int = 0,
    pixels: bytes | None = None,
    packed: bytes | None = None,
    before: Sequence[Chunk] = (),
    after: Sequence[Chunk] = (),
) -> bytes:
    """Give a picture; `pixels` are its rows with their filters, `packed` the compressed stream, `before` and `after` its other parts."""
    height = width if height is None else height
    if packed is None:
        packed = zlib.compress(rows(width, height, bits=depth * SAMPLES.get(colour, 1)) if pixels is None else pixels)
    chunks = (
        header(width, height, depth, colour, interlacing),
        *before,
        Chunk(PIXELS, packed),
        *after,
        Chunk(END, b""),
    )
    return in_a_file(*chunks)


def in_a_file(*chunks: Chunk) -> bytes:
    """Give parts as the bytes of a file."""
    return SIGNATURE + b"".join(chunk.as_bytes() for chunk in chunks)


def header(width: int = 90, height: int = 90, depth: int = 8, colour: int = COLOUR, interlacing: int = 0) -> Chunk:
    """Give the first part of a picture."""
    return Chunk(HEADER, struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, interlacing))


def rows(width: int = 90, height: int = 90, *, bits: int = 24) -> bytes:
    """Give the rows of a picture, each with its filter, unpacked."""
    return (b"\0" + b"\x7f" * ((width * bits + 7) // 8)) * height


def a_profile(content: bytes = b"a profile of colours") -> Chunk:
    """Give a colour profile."""
    return Chunk(b"iCCP", b"P3\0\0" + zlib.compress(content))


def drawn(content: bytes) -> bytes:
    """Give the pixels that a reader sees, eight bits a sample."""
    with Image.open(BytesIO(content)) as image:
        return image.convert("RGBA").tobytes()


def a_foreign_picture(kind: str) -> bytes:
    """Give a picture of another kind: "JPEG", "GIF", "WEBP"."""
    file = BytesIO()
    Image.new("RGB", (90, 90), "teal").save(file, kind)
    return file.getvalue()
