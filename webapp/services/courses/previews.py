"""How will the certificates of a course run look, and whose course is it (domain note §6)?"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from webapp.domain.certificates.page.addresses import site_of
from webapp.domain.certificates.page.voices import Voice
from webapp.domain.certificates.page_context import CertificateTexts, Page, build_page
from webapp.domain.identifiers import BadCourseId, parse_course_id
from webapp.services.certificate_pages import dates_of, texts_of
from webapp.services.configs.previews import SAMPLES
from webapp.services.course_runs import get_course, unknown_course

NOBODYS = "0" * 32
"""A public id that no certificate has."""


def preview_page(
    session: Session,
    html_view: Mapping[str, Any],
    *,
    course_id: str,
    mode: str,
    base_url: str,
    host: str,
    now: datetime,
    voice: Voice | None = None,
) -> Page:
    """Build the page of a certificate that nobody holds, in any mode that is asked for; raises UnknownCourse.

    It shows the day on which the course run's certificates can be seen, though that may be to come; else today.
    """
    try:
        course = get_course(session, parse_course_id(course_id))
    except BadCourseId:
        raise unknown_course(course_id) from None
    dates = dates_of(course)
    shown_on = now if dates.self_paced else dates.available_at or now
    texts = CertificateTexts(SAMPLES[0].name, mode, NOBODYS, shown_on)
    page = build_page(html_view, texts_of(course), texts, base_url=base_url, site=site_of(host), now=now, voice=voice)
    return replace(page, values={**page.values, "preview": True, "indexable": False})
