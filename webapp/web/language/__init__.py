"""In whose language is a page? In that of the browser, where it is one of ours, else in English (interface note §9)."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any, overload

import flask
from flask import Flask, Response, g, has_request_context, request
from jinja2 import pass_context
from jinja2.runtime import Context

from webapp import languages
from webapp.domain.certificates.page.voices import IN_ENGLISH, Voice
from webapp.languages import DIRECTIONS, ENGLISH
from webapp.web.language import dates
from webapp.wording import Joined, Phrase


def init_app(app: Flask) -> None:
    """Let templates say their texts, and those of Python, in the reader's language."""
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_gettext_callables(_one, _several, newstyle=True)  # type: ignore[attr-defined]  # the extension's
    said: Any = app.jinja_env.globals
    said.update({name: _with_what_stands_in_it(said[name]) for name in ("gettext", "ngettext")})
    app.jinja_env.finalize = tell
    app.jinja_env.globals["page_language"] = reader_language
    app.jinja_env.globals["page_direction"] = lambda: DIRECTIONS[reader_language()]
    app.after_request(_name_it)


def reader_language() -> str:
    """Give the language in which the page of this request is; English outside of one."""
    if not has_request_context():
        return ENGLISH
    if "language" not in g:
        g.language = languages.best_of(request.accept_languages.values())
    language: str = g.language
    return language


@overload
def tell(text: str) -> str: ...
@overload
def tell(text: object) -> object: ...
def tell(text: object) -> object:
    """Give a sentence in the reader's language, and anything else as it is."""
    if type(text) not in (Phrase, Joined):  # nearly all that a page prints: who reads it need not be asked
        return text
    return languages.tell(text, reader_language())


def flash(text: str, category: str = "message") -> None:
    """Say something on the next page: in the reader's language now, since what waits for it is text alone."""
    flask.flash(tell(text), category)


def voice_of(language: str) -> Voice | None:
    """Give how a certificate's own texts are said in a language; None for English, as they are."""
    if language == ENGLISH:
        return None
    say = partial(languages.tell, language=language)
    return Voice(say, *(partial(write, language=language) for write in (dates.day_of, dates.minute_of)))


def certificate_day(moment: datetime, language: str) -> str:
    """Write a day as the page of a certificate does in a language."""
    return (voice_of(language) or IN_ENGLISH).day(moment)


def _one(text: str) -> str:
    return languages.catalog(reader_language()).gettext(text)


def _several(one: str, many: str, number: int) -> str:
    return languages.catalog(reader_language()).ngettext(one, many, number)


def _with_what_stands_in_it(say: Callable[..., str]) -> Callable[..., str]:
    """A template's text can have a sentence of Python in it, which is then in the same language."""

    @pass_context
    def said(context: Context, *texts: Any, **values: Any) -> str:  # noqa: ANN401 - whatever stands in a text
        return say(context, *texts, **{name: tell(value) for name, value in values.items()})

    return said


def _name_it(answer: Response) -> Response:
    if answer.mimetype == "text/html" and "language" in g:
        answer.headers["Content-Language"] = g.language
        answer.vary.add("Accept-Language")
    return answer
