"""How does an address become a drawing that a telephone reads from paper?

Every module of a code whose length, version and mask are fixed is the sum modulo 2 of bits of what it says, error
correction included. So the codes of addresses that differ in their public id alone are put together from those of
ids that differ in one bit: a certificate's page costs a few additions in the place of a whole encoding.
"""

import re
from threading import Condition

import segno
from cachetools import LRUCache, cached
from markupsafe import Markup, escape

QUIET = 4
"""Modules left blank around the code (ISO/IEC 18004)."""
ID_LENGTH = 32
PREFIXES_KEPT = 4
"""An installation has one address; its tests have a few."""
_MASK = 3  # any mask can be read; weighing all eight costs four times as much as the rest
_ID = re.compile(r"[0-9a-f]{32}\Z")
_RUN = re.compile("1+|0+")
_TO_TEXT = bytes.maketrans(b"\x00\x01", b"01")
_ZERO = "0" * ID_LENGTH
_STEPS = {"1": 0x01, "2": 0x02, "4": 0x04, "8": 0x08, "`": 0x50}
"""Characters, and the bits by which each differs from "0"; every hexadecimal digit is a sum of these."""


def draw_qr(address: str, label: str) -> Markup:
    """Draw an address as the smallest QR code that is still read with 15 % of it worn away; the same each time."""
    size, modules = _of_id(address) if _ID.search(address) else _encode(address)
    width = _bytes_of_row(size)
    strokes = list(map(_STROKES.__getitem__, modules.to_bytes(size * width, "big")))
    back = f"m-{width * 8} 1"
    lines = back.join("".join(strokes[start : start + width]) for start in range(0, len(strokes), width))
    side = size + 2 * QUIET
    return Markup(  # noqa: S704 - numbers, and the label, which is escaped
        f'<svg class="qr" viewBox="0 0 {side} {side}" role="img" aria-label="{escape(label)}"'
        f' shape-rendering="crispEdges"><path class="qr__paper" d="M0 0h{side}v{side}H0z"/>'
        f'<path class="qr__ink" d="M{QUIET} {QUIET}.5{lines}"/></svg>'
    )


def _of_id(address: str) -> tuple[int, int]:
    prefix, number = address[:-ID_LENGTH], address[-ID_LENGTH:]
    size, modules, changes = _plan(prefix)
    for place, digit in zip(changes, number, strict=True):
        modules ^= place[digit]
    return size, modules


# The first visitors of a worker come together: one of them encodes, the others wait for it.
@cached(LRUCache(PREFIXES_KEPT), condition=Condition())
def _plan(prefix: str) -> tuple[int, int, tuple[dict[str, int], ...]]:
    """Give the code of the id of zeros, and by place and digit which of its modules change."""
    size, zero = _encode(prefix + _ZERO)
    changes = []
    for place in range(ID_LENGTH):
        ids = {step: f"{_ZERO[:place]}{step}{_ZERO[place + 1 :]}" for step in _STEPS}
        steps = {_STEPS[step]: zero ^ _encode(prefix + text)[1] for step, text in ids.items()}
        changes.append({digit: _sum(steps, ord(digit) ^ ord("0")) for digit in "0123456789abcdef"})
    return size, zero, tuple(changes)


def _sum(steps: dict[int, int], bits: int) -> int:
    found = 0
    for step, modules in steps.items():
        if bits & step == step:
            found ^= modules
    return found


def _encode(address: str) -> tuple[int, int]:
    """Give the side of a code, and its modules as the bits of a number: row by row, each filled up to whole bytes."""
    code = segno.make(address, error="m", mode="byte", micro=False, mask=_MASK)
    size = len(code.matrix)
    blank = bytes(_bytes_of_row(size) * 8 - size)
    return size, int(b"".join(row + blank for row in code.matrix).translate(_TO_TEXT), 2)


def _bytes_of_row(size: int) -> int:
    return (size + 7) // 8


def _stroke(byte: int) -> str:
    """Draw eight modules beside each other, and end behind the last."""
    steps = ((run[0], len(run)) for run in _RUN.findall(f"{byte:08b}"))
    return "".join(f"h{length}" if dark == "1" else f"m{length} 0" for dark, length in steps)


_STROKES = [_stroke(byte) for byte in range(256)]
"""Looked up, not drawn anew: a code has some 400 runs of dark modules, and less than 200 such bytes."""
