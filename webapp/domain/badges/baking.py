"""How does a picture carry the address of the assertion that it is the badge of (Open Badges, baking)?"""

from webapp.domain.badges.png import HEADER, SEEN, SIGNATURE, Chunk, read_png

KEYWORD = b"openbadges"
TEXT = b"iTXt"
_UNCOMPRESSED_WITHOUT_LANGUAGE = b"\0\0\0\0\0"
"""The end of the keyword, two bytes for "not compressed", and two texts that are empty: language and translation."""


def bake(picture: bytes, assertion_url: str) -> bytes:
    """Give the picture with the address in it, in place of all metadata that it had; raises BadPng."""
    baked = Chunk(TEXT, KEYWORD + _UNCOMPRESSED_WITHOUT_LANGUAGE + assertion_url.encode())
    parts = []
    for chunk in read_png(picture).chunks:
        if chunk.kind in SEEN:
            parts.append(chunk.as_bytes())
        if chunk.kind == HEADER:
            parts.append(baked.as_bytes())
    return SIGNATURE + b"".join(parts)
