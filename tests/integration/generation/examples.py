"""How are example certificates asked for and read back in a test?"""

from collections.abc import Mapping
from typing import Any

from tests.factories.candidates import PDF
from tests.factories.orders import an_order
from tests.integration.generation.desk import Desk
from webapp import clock
from webapp.adapters.certificate_page import render_certificate
from webapp.domain.certificates.page_context import INSTALLATION
from webapp.domain.identifiers import CourseId
from webapp.models.examples import ExampleCertificate
from webapp.ports import PageBroken, PageRenderer
from webapp.services.generation import examples


def create(
    desk: Desk,
    course_id: CourseId = PDF,
    *,
    render: PageRenderer = render_certificate,
    html_view: Mapping[str, Any] = INSTALLATION,
) -> list[ExampleCertificate]:
    """Make examples and give them, newest first."""
    with desk.work() as session:
        examples.create_set(session, an_order(now=clock.now()), course_id, render=render, html_view=html_view)
    return latest(desk, course_id) or []


def latest(desk: Desk, course_id: CourseId = PDF) -> list[ExampleCertificate] | None:
    """Give the newest set's examples."""
    with desk.look() as session:
        return examples.list_latest(session, course_id)


def broken(_values: Mapping[str, Any], /) -> str:
    """Render nothing."""
    raise PageBroken("UndefinedError: 'motto' is undefined")
