"""Of which parts does a PNG picture consist, and which of them decide how it looks (W3C, PNG, third edition)?"""

import struct
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from webapp.wording import phrase

SIGNATURE = b"\x89PNG\r\n\x1a\n"
HEADER, PALETTE, PIXELS, END = b"IHDR", b"PLTE", b"IDAT", b"IEND"
PROFILE = b"iCCP"
LONGEST: Mapping[bytes, int] = {PALETTE: 768, b"tRNS": 256, b"cHRM": 32, b"cICP": 4, b"gAMA": 4, b"sRGB": 1}
"""Kind of part -> most bytes that it can mean something with."""
SEEN = frozenset({HEADER, PIXELS, END, PROFILE, *LONGEST})
"""What decides how a picture looks: its pixels, what is transparent, and what its colours mean.

All else is metadata: texts, where and when and with what it was made, and the assertion of a badge that was baked
into it (Open Badges keep theirs in `iTXt`).
"""
MOVING = frozenset({b"acTL", b"fcTL", b"fdAT"})
MOST_PROFILE_BYTES = 1024 * 1024
DEPTHS: Mapping[int, tuple[int, ...]] = {0: (1, 2, 4, 8, 16), 2: (8, 16), 3: (1, 2, 4, 8), 4: (8, 16), 6: (8, 16)}
"""Type of colour -> bits that a sample may have; grey, colour, palette, grey with alpha, colour with alpha."""
SAMPLES: Mapping[int, int] = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
WITH_PALETTE = 3
_HEADER = struct.Struct(">IIBBBBB")
_BEFORE, _AFTER = struct.Struct(">I4s"), struct.Struct(">I")
_WHOLE = ((0, 0, 1, 1),)
_INTERLACED = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))
_AT_ONCE = 64 * 1024


class BadPng(ValueError):
    """The bytes are no picture that every reader takes alike; the text says what is wrong with it: "is cut off"."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """One part of a picture: its four-letter kind and what it holds."""

    kind: bytes
    content: bytes

    def as_bytes(self) -> bytes:
        """Give the part as it stands in a file: with its length before and its check sum behind."""
        named = self.kind + self.content
        return _BEFORE.pack(len(self.content), self.kind) + self.content + _AFTER.pack(zlib.crc32(named))


@dataclass(frozen=True, slots=True)
class Png:
    """A picture in its parts, in their order; what its header claims is in pixels and bits."""

    width: int
    height: int
    bits_a_pixel: int
    interlaced: bool
    chunks: tuple[Chunk, ...]

    def as_seen(self) -> bytes:
        """Give the bytes of the same picture without metadata; the very same bytes where it has none."""
        return SIGNATURE + b"".join(chunk.as_bytes() for chunk in self.chunks if chunk.kind in SEEN)

    def check_pixels(self) -> None:
        """Unpack the pixels once, 64 KiB at a time; raises BadPng unless they are as many as the header claims.

        The work grows with the size that is claimed: look at it before.
        """
        packed = b"".join(chunk.content for chunk in self.chunks if chunk.kind == PIXELS)
        most = sum(self._bytes_of_pass(*one) for one in (_INTERLACED if self.interlaced else _WHOLE))
        if _unpacked_bytes(packed, most) != most:
            raise BadPng(phrase("is cut off: some of its pixels are missing"))

    def _bytes_of_pass(self, left: int, top: int, right_by: int, down_by: int) -> int:
        """Each row begins with a byte that names its filter; a pass without columns has no rows either."""
        columns = len(range(left, self.width, right_by))
        rows = len(range(top, self.height, down_by))
        return rows * (1 + (columns * self.bits_a_pixel + 7) // 8) if columns else 0


def read_png(content: bytes) -> Png:
    """Take a picture apart without unpacking any of it but its colour profile; raises BadPng.

    Refused is whatever one reader would pass over and another would not: a wrong check sum, bytes behind the end,
    a second header, parts that nobody knows and must not be passed over, and pictures that move.
    """
    if not content.startswith(SIGNATURE):
        raise BadPng(phrase("is not a PNG picture, whatever its name says"))
    chunks = tuple(_chunks(content))
    if chunks[0].kind != HEADER or len(chunks[0].content) != _HEADER.size:
        raise BadPng(phrase("does not begin with the header of a PNG picture"))
    if any(chunk.kind in MOVING for chunk in chunks):
        raise BadPng(phrase("moves; a badge is a picture that stands still"))
    _check_order([chunk.kind for chunk in chunks if chunk.kind in SEEN])
    width, height, depth, colour, packing, filtering, interlacing = _HEADER.unpack(chunks[0].content)
    if not width or not height:
        raise BadPng(phrase("has no size"))
    with_palette = any(chunk.kind == PALETTE and chunk.content for chunk in chunks)
    if depth not in DEPTHS.get(colour, ()) or packing or filtering or interlacing > 1:
        raise BadPng(phrase("has a header that no reader of PNG pictures knows"))
    if colour == WITH_PALETTE and not with_palette:
        raise BadPng(phrase("has no palette for its colours"))
    for chunk in chunks:
        _check_content(chunk)
    return Png(width, height, depth * SAMPLES[colour], bool(interlacing), chunks)


def _chunks(content: bytes) -> Iterator[Chunk]:
    place = len(SIGNATURE)
    while place + _BEFORE.size <= len(content):
        length, kind = _BEFORE.unpack_from(content, place)
        beyond = place + _BEFORE.size + length
        if beyond + _AFTER.size > len(content):
            break
        chunk = Chunk(kind, content[place + _BEFORE.size : beyond])
        if chunk.as_bytes() != content[place : beyond + _AFTER.size]:
            raise BadPng(phrase("is damaged: the check sum of one of its parts is wrong"))
        if not kind.isalpha() or (kind[:1].isupper() and kind not in SEEN):
            raise BadPng(phrase("has a part that no reader of PNG pictures knows"))
        yield chunk
        place = beyond + _AFTER.size
        if kind == END:
            if chunk.content or place != len(content):
                raise BadPng(phrase("has more bytes behind its end"))
            return
    raise BadPng(phrase("is cut off"))


def _check_order(kinds: Sequence[bytes]) -> None:
    """The header, each other part at most once, the pixels in one run, the end."""
    if PIXELS not in kinds:
        raise BadPng(phrase("has no pixels"))
    first, run = kinds.index(PIXELS), kinds.count(PIXELS)
    if len(set(kinds[:first])) != first or list(kinds[first:]) != [*[PIXELS] * run, END]:
        raise BadPng(phrase("has its parts twice or in the wrong order"))


def _check_content(chunk: Chunk) -> None:
    """What is kept holds no more than it can mean, so that nothing travels along unseen."""
    if len(chunk.content) > LONGEST.get(chunk.kind, len(chunk.content)):
        raise BadPng(phrase("is damaged: one of its parts is too long"))
    if chunk.kind == PROFILE:
        _name, _end, packed = chunk.content.partition(b"\0")
        if packed[:1] != b"\0":
            raise BadPng(phrase("has a colour profile that cannot be read"))
        _unpacked_bytes(packed[1:], MOST_PROFILE_BYTES)


def _unpacked_bytes(packed: bytes, most: int) -> int:
    """Count what comes out of a compressed stream, holding little of it; raises BadPng for more than `most`."""
    stream, number, rest = zlib.decompressobj(), 0, packed
    try:
        while not stream.eof and number <= most:
            piece = stream.decompress(rest, _AT_ONCE)
            number, rest = number + len(piece), stream.unconsumed_tail
            if not piece and not rest:
                break
    except zlib.error:
        raise BadPng(phrase("is damaged: one of its parts cannot be unpacked")) from None
    if number > most or stream.unused_data:
        raise BadPng(phrase("holds more than the picture it claims to be"))
    if not stream.eof:
        raise BadPng(phrase("is cut off: one of its parts ends too early"))
    return number
