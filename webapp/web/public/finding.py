"""What stands at the address that a visitor asks for? One answer for the page and for its prints."""

from functools import partial

from flask import current_app, request

from webapp import clock
from webapp.adapters.certificate_page import render
from webapp.domain.certificates.page.addresses import site_of
from webapp.languages import ENGLISH
from webapp.models.prepared import direct_line
from webapp.services import certificate_pages
from webapp.services.caching.merged import MergedTexts
from webapp.services.certificate_pages import Found
from webapp.web import installation
from webapp.web.language import certificate_day, voice_of


def find_certificate(verify_uuid: str, language: str = ENGLISH) -> Found:
    """Look up a public id, outside of any session; what is printed is English."""
    settings = installation.settings()
    merged: MergedTexts = current_app.extensions["merged"]
    now = clock.now()
    of_reader = partial(
        merged.find, site=site_of(request.host), year=now.year, language=language, voice=voice_of(language)
    )
    with direct_line() as line:
        return certificate_pages.find_page(
            line, verify_uuid, of_reader, base_url=settings.base_url, now=now, voice=voice_of(language)
        )


def not_shown(found: Found, language: str) -> tuple[str, int]:
    """Give the page that stands where no certificate is shown, and its status: 410 where there was one, else 404 (decision 20)."""
    if found.gone is None:
        return render("public/unknown.html", {}, language), 404
    day = certificate_day(found.gone.on, language)
    return render("public/gone.html", {"ending": found.gone.ending.value, "day": day}, language), 410
