"""The page of a certificate, built from a configuration and a course record."""

from collections.abc import Mapping
from typing import Any

from tests.fakes import NOON
from webapp.domain.certificates.page_context import CertificateTexts, CourseTexts, Page, build_page
from webapp.domain.identifiers import CourseId

COURSE = CourseId("course-v1:edX+DemoX+2026")
UUID = "0123456789abcdef0123456789abcdef"
DESK = "https://desk.test"


def page(
    configuration: Mapping[str, Any] | None = None,
    *,
    certificate: Mapping[str, Any] | None = None,
    mode: str = "verified",
    enabled: object = True,
    title: str = "Demonstration",
    site: str = "desk",
) -> Page:
    """Build the page of Ada's certificate."""
    html_view = {"enabled": enabled, "configuration": configuration or {"default": {}}}
    texts = CertificateTexts("Ada Lovelace", mode, UUID, NOON)
    return build_page(html_view, CourseTexts(COURSE, title, certificate), texts, base_url=DESK, site=site, now=NOON)
