"""Who sets the sheets? Typst, which reads nothing but our templates and fonts, one sheet at a time (record 17)."""

import dataclasses
import json
from collections.abc import Iterator
from functools import cache
from threading import Lock
from typing import TYPE_CHECKING

import structlog

from webapp.adapters.certificate_print.sheets import FOLDER, NO_PICTURES, Sheet, house_drawings
from webapp.ports import PageBroken

if TYPE_CHECKING:
    from typst import Compiler

CARD_PPI = 72.0
"""A card is drawn in points; so each of them is a pixel."""
_one_at_a_time = Lock()

log = structlog.get_logger(__name__)


def typeset(sheet: Sheet) -> bytes:
    """Give the bytes of a print; raises PageBroken with what is wrong.

    A name with a letter that no font has cannot keep the standard for accessible PDF, and a picture may be a broken one:
    the sheet stands without the standard, and then without the pictures, before it is given up.
    """
    problem = ""
    for attempt in _attempts(sheet):
        try:
            return _set(attempt)
        except RuntimeError as refused:
            problem = str(refused)
            log.info("print.attempt_failed", template=sheet.template, standard=attempt.standard)
        except BaseException as panic:
            if isinstance(panic, KeyboardInterrupt | SystemExit | GeneratorExit | PageBroken):
                raise
            _compiler.cache_clear()  # a panic of Rust is no Exception, and leaves who knows what behind
            raise PageBroken(f"{type(panic).__name__}: {panic}") from panic
    raise PageBroken(problem)


def _attempts(sheet: Sheet) -> Iterator[Sheet]:
    """The sheet as it should be, and with less and less of what may be wrong with it."""
    yield sheet
    plain = dataclasses.replace(sheet, standard=None)
    if sheet.standard is not None:
        yield plain
    if plain.pictures != NO_PICTURES:
        yield dataclasses.replace(plain, pictures=NO_PICTURES, values=_without_pictures(plain.values))


def _without_pictures(values: str) -> str:
    shown = json.loads(values)
    for holder in (shown["logo"], *shown["organization_logo"], *shown["signatories"]):
        holder["picture"] = None
    return json.dumps(shown)


def _set(sheet: Sheet) -> bytes:
    inputs = {
        "values": sheet.values,
        "pictures": sheet.pictures,
        "paper": sheet.paper,
        "drawings": house_drawings(),
    }
    with _one_at_a_time:
        made = _compiler().compile(
            input=str(FOLDER / sheet.template),
            format=sheet.format,  # type: ignore[arg-type]  # "pdf" or "png"
            ppi=CARD_PPI,
            sys_inputs=inputs,
            pdf_standards=sheet.standard or [],  # type: ignore[arg-type]  # one of its names
            timestamp=sheet.made_at,
        )
    if not isinstance(made, bytes):
        raise PageBroken("the sheet came out as more than one page")
    return made


@cache
def _compiler() -> "Compiler":
    from typst import Compiler, Fonts  # 7 MB, for whichever process sets a sheet

    fonts = Fonts(include_embedded_fonts=False, font_paths=[FOLDER / "fonts"])
    return Compiler(root=FOLDER, font_paths=fonts)
