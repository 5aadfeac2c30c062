"""Which image do the demonstration's badges have? One that is drawn, so that nothing has to be fetched."""

import math
from io import BytesIO

from PIL import Image, ImageDraw

SIDE, FINER = 512, 4
"""Drawn four times as large and made smaller: the library draws hard edges."""
WAVES, WAVE = 24, 0.055
GOLD, PALE, INK, WHITE = "#c9962b", "#f3e3b8", "#1f2a6b", "#ffffff"
TICK = ((-0.2, 0.02), (-0.06, 0.17), (0.23, -0.17))


def draw_badge() -> bytes:
    """Give a medal as a square PNG on a clear ground; the same bytes each time."""
    side = SIDE * FINER
    image = Image.new("RGBA", (side, side))
    pen = ImageDraw.Draw(image)
    for number in range(WAVES):
        angle = 2 * math.pi * number / WAVES
        _disc(pen, side, GOLD, WAVE, (0.42 * math.cos(angle), 0.42 * math.sin(angle)))
    for colour, radius in ((GOLD, 0.43), (PALE, 0.385), (INK, 0.355), (GOLD, 0.315), (INK, 0.3)):
        _disc(pen, side, colour, radius)
    points = [_place(side, point) for point in TICK]
    pen.line(points, fill=WHITE, width=round(side * 0.075), joint="curve")
    for point in (TICK[0], TICK[-1]):
        _disc(pen, side, WHITE, 0.037, point)
    written = BytesIO()
    image.resize((SIDE, SIDE), Image.Resampling.LANCZOS).save(written, "PNG", optimize=True)
    return written.getvalue()


def _disc(
    pen: ImageDraw.ImageDraw, side: int, colour: str, radius: float, centre: tuple[float, float] = (0.0, 0.0)
) -> None:
    (x, y), reach = _place(side, centre), radius * side
    pen.ellipse((x - reach, y - reach, x + reach, y + reach), fill=colour)


def _place(side: int, point: tuple[float, float]) -> tuple[float, float]:
    return (0.5 + point[0]) * side, (0.5 + point[1]) * side
