"""What stands at the address that a visitor asks for? One answer for the page and for its prints."""

from flask import current_app, request

from webapp import clock
from webapp.adapters.certificate_page import render
from webapp.domain.certificates.page.voices import Voice
from webapp.models.prepared import direct_line
from webapp.services import certificate_pages
from webapp.services.certificate_pages import Found
from webapp.services.configs.current import Current
from webapp.settings import Settings
from webapp.web.language import certificate_day


def find_certificate(verify_uuid: str, voice: Voice | None = None) -> Found:
    """Look up a public id, outside of any session; what is printed has no voice but English."""
    settings: Settings = current_app.extensions["settings"]
    current: Current = current_app.extensions["current"]
    html_view = current.html_view()
    with direct_line() as line:
        return certificate_pages.find_page(
            line, verify_uuid, html_view, base_url=settings.base_url, host=request.host, now=clock.now(), voice=voice
        )


def not_shown(found: Found, language: str) -> tuple[str, int]:
    """Give the page that stands where no certificate is shown, and its status: 410 where there was one, else 404 (decision 20)."""
    if found.gone is None:
        return render("public/unknown.html", {}, language), 404
    day = certificate_day(found.gone.on, language)
    return render("public/gone.html", {"ending": found.gone.ending.value, "day": day}, language), 410
