"""Which drawings come onto a sheet: the house's own, the installation's logos and signatures, the code of an address?"""

import base64
from functools import cache
from io import BytesIO
from pathlib import Path

import segno
import structlog
from PIL import Image

from webapp import paths

OWN = "/static/"
LARGEST_BYTES = 1024 * 1024
DRAWINGS = ("certificate-band-across", "certificate-band-down", "certificate-corner", "certificate-medal", "guilloche")
_PNG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {0} {1}"><image width="{0}" height="{1}" href="data:image/png;base64,{2}"/></svg>'

log = structlog.get_logger(__name__)


@cache
def drawings() -> dict[str, str]:
    """Give the drawings of the page's own sheet of styles, so that paper and screen show the same."""
    return {name: (paths.STATIC / "img" / f"{name}.svg").read_text(encoding="utf-8") for name in DRAWINGS}


def find_picture(address: str) -> str | None:
    """Give a picture as SVG; None for one that is not among our own static files, since nothing is fetched from the web."""
    if not address.startswith(OWN):
        return None
    name = address.removeprefix(OWN).partition("?")[0]
    try:
        file = (paths.STATIC / name).resolve()
        if not file.is_relative_to(paths.STATIC.resolve()) or file.suffix.lower() not in (".svg", ".png"):
            return None
        return _read(file)
    except (OSError, ValueError) as problem:  # Pillow's own errors are OSErrors
        log.warning("print.picture_unreadable", picture=name, problem=type(problem).__name__)
        return None


def code_of(address: str) -> str | None:
    """Give the QR code of an address as SVG; None where it is too long for one."""
    try:
        code = segno.make(address, error="m", micro=False)
    except segno.DataOverflowError:
        return None
    drawn = BytesIO()
    code.save(drawn, kind="svg", xmldecl=False, border=1, dark="#1b2338", light="#ffffff", omitsize=True)
    return drawn.getvalue().decode()


def _read(file: Path) -> str | None:
    if file.stat().st_size > LARGEST_BYTES:
        return None
    if file.suffix.lower() == ".svg":
        return file.read_text(encoding="utf-8")
    with Image.open(file) as picture:
        width, height = picture.size
        picture.verify()
    return _PNG.format(width, height, base64.b64encode(file.read_bytes()).decode())
