"""The files of a certificate: the PDF that one hangs on a wall, and the picture for where its address is shared."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

import structlog
from flask import Blueprint, Flask, Response, current_app, redirect, request
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response as BaseResponse

from webapp.adapters.certificate_page import render
from webapp.adapters.certificate_print import PAPERS, Sheet, card_of, pdf_of, typeset
from webapp.domain.certificates.page_context import Page
from webapp.ports import PageBroken
from webapp.ports.caches import Numbers
from webapp.services.caching.kept import Store
from webapp.services.certificate_pages import Found
from webapp.web.auth import public
from webapp.web.headers import certificate_policy
from webapp.web.language import reader_language
from webapp.web.public.finding import find_certificate, not_shown
from webapp.wording import phrase

SHOWN_FOR_S = 60
"""As long as the page itself (ecosystem note §4)."""
KEPT = 32
"""How many prints a process keeps: some 10 MB at most, and enough for what is shared and opened just now."""
RETRY_S = 120

bp = Blueprint("prints", __name__)
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Kind:
    ending: str
    mimetype: str
    disposition: str
    shown_elsewhere: str


PDF = _Kind("pdf", "application/pdf", "attachment", "same-origin")
CARD = _Kind("png", "image/png", "inline", "cross-origin")  # other sites show it beside the address that it stands for


def init_app(app: Flask) -> None:
    """Open the door to the world, with a printer that remembers what it made last."""
    printer = lru_cache(KEPT)(typeset)
    app.extensions["printer"] = printer
    app.extensions["stores"].add(
        Store(
            phrase("Prints of certificates"),
            phrase(
                "The last {number} sheets and cards, each kept under all that it says; another process forgets its own by itself.",
                number=KEPT,
            ),
            lambda: [_numbers(printer.cache_info())],
            printer.cache_clear,
        )
    )
    app.register_blueprint(bp)


def _numbers(info: Any) -> Numbers:  # noqa: ANN401 - the standard library names no type for it
    return Numbers("prints", info.currsize, info.hits, info.misses)


@bp.get("/certificates/<string:verify_uuid>.pdf")
@public("a certificate is there to be shown to the world, on paper too")
def show_pdf(verify_uuid: str) -> ResponseReturnValue:
    """Give a certificate on A4, or on letter for `paper=letter`; answers like the page where there is none."""
    found = find_certificate(verify_uuid)
    paper = request.args.get("paper", PAPERS[0])
    if found.page is None:
        return _none(found, PDF)
    return _answer(found.page, PDF, partial(pdf_of, found.page.values, paper if paper in PAPERS else PAPERS[0]))


@bp.get("/certificates/<string:verify_uuid>.png")
@public("a shared address is shown with its picture")
def show_card(verify_uuid: str) -> ResponseReturnValue:
    """Give the card of a certificate; answers like the page where there is none."""
    found = find_certificate(verify_uuid)
    if found.page is None:
        return _none(found, CARD)
    return _answer(found.page, CARD, partial(card_of, found.page.values))


def _none(found: Found, kind: _Kind) -> BaseResponse:
    if found.moved_to is not None:
        paper = request.args.get("paper")
        asked = f"?paper={paper}" if kind is PDF and paper in PAPERS else ""
        return _guarded(redirect(f"{found.moved_to}.{kind.ending}{asked}", 301))
    return _guarded(Response(*not_shown(found, reader_language())))


def _answer(page: Page, kind: _Kind, prepare: Callable[[], Sheet]) -> BaseResponse:
    verify_uuid = page.values["certificate_id_number"]
    try:
        return _guarded(_print(verify_uuid, kind, prepare()), indexable=page.values["indexable"])
    except PageBroken as problem:
        log.error("print.broken", verify_uuid=verify_uuid, kind=kind.ending, problem=str(problem))
        return _unprinted(verify_uuid)


def _print(verify_uuid: str, kind: _Kind, sheet: Sheet) -> BaseResponse:
    """Give a print, or 304 without making it to whoever has it already."""
    printer: Callable[[Sheet], bytes] = current_app.extensions["printer"]
    known = request.if_none_match.contains_weak(sheet.tag)
    answer = Response(status=304) if known else Response(printer(sheet), 200, mimetype=kind.mimetype)
    answer.set_etag(sheet.tag)
    answer.headers["Content-Disposition"] = f'{kind.disposition}; filename="certificate-{verify_uuid}.{kind.ending}"'
    answer.headers["Cross-Origin-Resource-Policy"] = kind.shown_elsewhere
    return answer


def _unprinted(verify_uuid: str) -> BaseResponse:
    answer = Response(
        render("public/unprinted.html", {"page_url": f"/certificates/{verify_uuid}"}, reader_language()), 503
    )
    answer.headers["Retry-After"] = str(RETRY_S)
    return _guarded(answer)


def _guarded(response: BaseResponse, *, indexable: bool = False) -> BaseResponse:
    if not indexable:
        response.headers["X-Robots-Tag"] = "noindex"  # names are personal data, and this is the learner's to spread
    if response.mimetype == "text/html":
        response.headers["Content-Security-Policy"] = certificate_policy()
        response.vary.add("Accept-Language")
    if response.status_code not in (404, 503):
        response.headers["Cache-Control"] = f"public, max-age={SHOWN_FOR_S}"
    return response
