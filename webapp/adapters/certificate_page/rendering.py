"""How do the values of a certificate's page become a page? Jinja by itself: no request, no session, no cookie."""

from collections.abc import Mapping
from functools import cache, partial
from typing import Any

from jinja2 import Environment, StrictUndefined

from webapp import icons, paths
from webapp.adapters.certificate_page.folding import FoldingEnvironment, spoken
from webapp.adapters.certificate_page.qr import draw_qr
from webapp.compiling import Compiled, FileLoader
from webapp.languages import DIRECTIONS, ENGLISH, catalog, tell
from webapp.ports import PageBroken


def render_certificate(values: Mapping[str, Any], language: str = ENGLISH) -> str:
    """Give the page of a certificate, whether it is real or an example; raises PageBroken with the template's error."""
    try:
        return render("public/certificate.html", values, language)
    except Exception as problem:  # a template is a program that the installation may change: it fails in any way
        raise PageBroken(f"{type(problem).__name__}: {problem}") from problem


def render(template: str, values: Mapping[str, Any], language: str = ENGLISH) -> str:
    """Give a page that anybody may see, in a language."""
    return _environment(language).get_template(template).render(values)


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
    environment.globals.update(icon=icons.icon, seal=icons.seal, qr=draw_qr)
    environment.globals.update(page_language=language, page_direction=DIRECTIONS[language])
    return environment
