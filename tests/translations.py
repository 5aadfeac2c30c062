"""Which texts does the product say, and which of them has a language not: python -m tests.translations."""

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.catalog import Message as BabelMessage
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po
from jinja2 import Environment
from jinja2.lexer import TOKEN_BLOCK_BEGIN, TOKEN_BLOCK_END, TOKEN_DATA, TOKEN_NAME

from webapp import paths
from webapp.languages import DIRECTIONS, ENGLISH

ROOT = Path(__file__).parents[1]
KEYWORDS = {
    "_": None,
    "gettext": None,
    "ngettext": (1, 2),
    "phrase": None,
    "phrase_of": (2, 3),
    "phrase_as": ((1, "c"), 2),
}
JINJA = {"newstyle_gettext": "true", "trimmed": "true", "silent": "false"}
OTHERS = [language for language in DIRECTIONS if language != ENGLISH]
Message = str | tuple[str, ...]
_ABOUT = "\x04"


@dataclass(frozen=True, slots=True)
class Unsaid:
    """A text of a template that no language can replace."""

    template: str
    line: int
    text: str


@cache
def messages() -> frozenset[Message]:
    """Give every text that Python and templates say; of a counted thing both forms."""
    found: set[Message] = set()
    for folder, method in ((ROOT / "webapp", "python"), (paths.TEMPLATES, "jinja2")):
        kind = "*.py" if method == "python" else "*.html"
        for _, _, message, _, about in extract_from_dir(
            folder,
            method_map=[(f"**/{kind}", method), (kind, method)],
            options_map={f"**/{kind}": JINJA, kind: JINJA},
            keywords=KEYWORDS,
        ):
            found.add(_key(message, about))
    return frozenset(found)


def key_of(message: BabelMessage) -> Message:
    """Give by what a text of a catalog is found: what it is about comes first, where that is said."""
    return _key(message.id, message.context)


def _key(said: Any, about: str | None) -> Message:  # noqa: ANN401 - a text, or a sequence of two
    key = tuple(said) if isinstance(said, (tuple, list)) else said
    return f"{about}{_ABOUT}{key}" if about else key


def catalogs(language: str) -> Iterator[tuple[Path, Catalog]]:
    """Give the files of a language."""
    for path in sorted((paths.TRANSLATIONS / language).glob("*.po")):
        with path.open("rb") as file:
            yield path, read_po(file, locale=language, abort_invalid=True)


def missing(language: str) -> set[Message]:
    """Give the texts that a language has not."""
    known: set[Message] = set()
    for _, catalog in catalogs(language):
        for message in catalog:
            whole = all(message.string) if isinstance(message.string, (tuple, list)) else bool(message.string)
            if message.id and whole and not message.fuzzy:
                known.add(key_of(message))
    return set(messages()) - known


def unsaid() -> Iterator[Unsaid]:
    """Give the texts of templates that stand there bare, between tags or in the attributes that people read."""
    environment = Environment(autoescape=True, extensions=["jinja2.ext.i18n"])
    for path in sorted(paths.TEMPLATES.rglob("*.html")):
        source = path.read_text(encoding="utf-8")
        name = str(path.relative_to(paths.TEMPLATES))
        yield from (Unsaid(name, line, text) for line, text in _bare(environment, source))


_READ = re.compile(
    r'(?:aria-label|title|alt|placeholder|data-confirm|data-(?:un)?done|data-(?:un)?copied|data-sure|data-cancel|data-go-on|data-counting|data-to-\w+)="([^"]*[A-Za-z]{2}[^"]*)"'
)
_TAG = re.compile(r"<[^>]*>?|&\w+;")
_NAMES = re.compile(r"\bCertdesk\b|\bfacts\.jsonl\b|\bPDF\b")
"""Called so in every language."""
_WORD = re.compile(r"[A-Za-z]{2}")


def _bare(environment: Environment, source: str) -> Iterator[tuple[int, str]]:
    in_trans, block, open_tag = False, "", ""
    for line, kind, value in environment.lex(source):
        if kind == TOKEN_BLOCK_BEGIN:
            block = "?"
        elif kind == TOKEN_NAME and block == "?":
            block = value
            in_trans = {"trans": True, "endtrans": False}.get(value, in_trans)
        elif kind == TOKEN_BLOCK_END:
            block = ""
        elif kind == TOKEN_DATA and not in_trans:
            text = open_tag + value
            yield from ((line, one) for one in _READ.findall(text))
            cut = text.rfind("<")
            inside = cut > text.rfind(">")
            shown, open_tag = (text[:cut], text[cut:]) if inside else (text, "")
            for part in _TAG.split(shown):
                if _WORD.search(_NAMES.sub("", part)):
                    yield line, part.strip()


def main() -> None:
    """Print what a language lacks, ready to be filled in."""
    for language in OTHERS:
        catalog = Catalog(locale=language)
        for message in sorted(missing(language), key=str):
            about, _, said = message.rpartition(_ABOUT) if isinstance(message, str) else ("", "", message)
            catalog.add(said, context=about or None)
        write_po(sys.stdout.buffer, catalog, omit_header=True, width=0)
    for one in unsaid():
        sys.stdout.write(f"# not marked: {one.template}:{one.line}: {one.text}\n")


if __name__ == "__main__":
    main()
