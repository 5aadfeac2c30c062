"""Which languages do pages speak, and how is an English text said in one of them?"""

import gettext
import io
from collections.abc import Iterable
from functools import cache
from typing import Any, Final

from webapp import paths
from webapp.wording import Joined, Phrase

ENGLISH: Final = "en"
DIRECTIONS: Final = {ENGLISH: "ltr", "ar": "rtl"}
"""Language -> the direction in which it is written; the first is what counts for everybody else."""


@cache
def catalog(language: str) -> gettext.NullTranslations:
    """Give the texts of a language, of all its files, read at its first reader; English needs none."""
    if language == ENGLISH:
        return gettext.NullTranslations()
    from babel.messages.catalog import Catalog  # for whoever does not read English
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    whole = Catalog(locale=language)
    for path in sorted((paths.TRANSLATIONS / language).glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale=language, abort_invalid=True):
                if message.id:
                    whole[message.id] = message
    compiled = io.BytesIO()
    write_mo(compiled, whole)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def tell(text: Any, language: str) -> Any:  # noqa: ANN401 - a template prints anything
    """Give a sentence in a language, and anything else as it is; what stands in it keeps its own direction."""
    if type(text) is Joined and language != ENGLISH:
        return tell(text.between, language).join(str(_isolated(part, language)) for part in text.parts)
    if type(text) is not Phrase or language == ENGLISH:
        return text
    words = catalog(language)
    if text.about:
        template = words.pgettext(text.about, text.template)
    elif text.many is None:
        template = words.gettext(text.template)
    else:
        template = words.ngettext(text.template, text.many, text.number)
    values = {name: _isolated(value, language) for name, value in text.values.items()}
    return template.format_map(values) if values else template


def _isolated(value: Any, language: str) -> Any:  # noqa: ANN401 - as above
    if type(value) in (Phrase, Joined):
        return tell(value, language)
    return f"\u2068{value}\u2069" if isinstance(value, str) else value


def best_of(wanted: Iterable[str]) -> str:
    """Give the first language of somebody's list that pages speak, whatever its region."""
    for one in wanted:
        primary = one.lower().replace("_", "-").partition("-")[0]
        if primary in DIRECTIONS:
            return primary
    return ENGLISH
