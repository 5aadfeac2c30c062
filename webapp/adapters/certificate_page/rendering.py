"""How do the values of a certificate's page become a page? Jinja by itself: no request, no session, no cookie."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache, partial
from typing import Any

from jinja2 import Environment, StrictUndefined
from jinja2.utils import htmlsafe_json_dumps

from webapp import icons, paths
from webapp.adapters.certificate_page.folding import FoldingEnvironment, spoken
from webapp.adapters.certificate_page.qr import draw_qr
from webapp.adapters.certificate_page.stencils import Stencils
from webapp.compiling import Compiled, FileLoader
from webapp.languages import DIRECTIONS, ENGLISH, catalog, tell
from webapp.ports import PageBroken
from webapp.wording import phrase

CERTIFICATE = "public/certificate.html"
_CODE = phrase("QR code with the address of this certificate")


def render_certificate(values: Mapping[str, Any], language: str = ENGLISH) -> str:
    """Give the page of a certificate, whether it is real or an example; raises PageBroken with the template's error."""
    with _blaming_the_template():
        return render(CERTIFICATE, _drawn(values, language), language)


def render_published(values: Mapping[str, Any], language: str = ENGLISH) -> str:
    """Give the same for a page of which the world asks for many that are alike; raises PageBroken."""
    with _blaming_the_template():
        return _stencils(language).draw(_drawn(values, language))


def render(template: str, values: Mapping[str, Any], language: str = ENGLISH) -> str:
    """Give a page that anybody may see, in a language."""
    return _environment(language).get_template(template).render(values)


@contextmanager
def _blaming_the_template() -> Iterator[None]:
    try:
        yield
    except Exception as problem:  # a template is a program: it fails in any way
        raise PageBroken(f"{type(problem).__name__}: {problem}") from problem


def _drawn(values: Mapping[str, Any], language: str) -> dict[str, Any]:
    """Give the values as the template prints them: texts, and the few of which it asks more (stencils.py)."""
    linked = values["linked_data"]
    return {
        **values,
        "checked_at": values["checked_at"].isoformat(timespec="seconds"),
        "course_size": _size(values["accomplishment_copy_course_name"], endless=120, long=60),
        "linked_data": None if linked is None else htmlsafe_json_dumps(linked),
        "name_size": _size(values["accomplishment_copy_name"], endless=110, longest=44, long=26),
        "on_platform": values["platform_name"] != values["accomplishment_copy_course_org"],
        "own_code": None if values["preview"] else draw_qr(values["own_url"], tell(_CODE, language)),
    }


def _size(text: str, **above: int) -> str:
    """Give the first size whose number of characters a text exceeds, the largest standing first; empty for none."""
    return next((size for size, length in above.items() if len(text) > length), "")


@cache
def _stencils(language: str) -> Stencils:
    return Stencils(partial(render, CERTIFICATE, language=language))


@cache
def _environment(language: str) -> Environment:
    environment = FoldingEnvironment(
        loader=FileLoader(paths.TEMPLATES),
        bytecode_cache=Compiled(),
        autoescape=True,
        undefined=StrictUndefined,
        auto_reload=False,
        extensions=["jinja2.ext.i18n"],
        finalize=partial(tell, language=language),
    )
    words = catalog(language)
    environment.install_gettext_translations(words, newstyle=True)  # type: ignore[attr-defined]  # the extension's
    say = spoken(words.gettext)
    environment.fold({"_": say, "gettext": say, "icon": icons.icon, "seal": icons.seal})
    environment.globals.update(icon=icons.icon, seal=icons.seal)
    environment.globals.update(page_language=language, page_direction=DIRECTIONS[language])
    return environment
