"""Can the web certificates of a course run be rendered, mode by mode? Found out on the spot, without a queue (decision 42)."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from webapp.domain.certificates.page.addresses import site_of
from webapp.domain.certificates.page_context import CertificateTexts, build_page
from webapp.domain.certificates.statuses import ExampleStatus
from webapp.domain.identifiers import made_storable
from webapp.models.courses import CourseRun
from webapp.models.examples import EXAMPLE_NAME, ExampleCertificate, ExampleCertificateSet
from webapp.ports import PageBroken, PageRenderer
from webapp.services import audit, certificate_pages, course_runs
from webapp.services.audit import Act
from webapp.services.generation.orders import Order


def add_rendered(
    session: Session,
    order: Order,
    made: ExampleCertificateSet,
    modes: Sequence[str],
    *,
    render: PageRenderer,
    html_view: Mapping[str, Any],
) -> None:
    """Add one example of each mode to a set, each rendered as the real page would be, and what came of it."""
    course = course_runs.find_course(session, made.course_id)
    assert course is not None
    examples = [_example(order, made, mode) for mode in modes]
    for example in examples:
        problem = _find_problem(order, course, example, render, html_view)
        example.status = ExampleStatus.ERROR if problem else ExampleStatus.SUCCESS
        example.error_reason = made_storable(problem) if problem else None
    session.add_all(examples)
    session.flush()
    asked = audit.of_new({"course_id": made.course_id, "modes": list(modes)})
    acts = [Act("examples.asked", "example_set", str(made.id), asked)]
    for example in examples:
        details = audit.of_new({"status": example.status, "mode": example.description})
        acts.append(Act("example.rendered", "example", str(example.id), details, example.error_reason or ""))
    audit.append_all(session, order.actor, acts, now=order.now)


def _find_problem(
    order: Order, course: CourseRun, example: ExampleCertificate, render: PageRenderer, html_view: Mapping[str, Any]
) -> str:
    """Render an example and give the rendering's error; "" where there was none.

    What the page of a learner would leave out, so as to be there at all, is an error here.
    """
    host = order.base_url.partition("://")[2]
    texts = CertificateTexts(example.full_name, example.description, example.uuid, order.now)
    page = build_page(
        html_view,
        certificate_pages.texts_of(course),
        texts,
        base_url=order.base_url,
        site=site_of(host),
        now=order.now,
    )
    try:
        render(page.values)
    except PageBroken as problem:
        return str(problem)
    return "; ".join(page.flaws)


def _example(order: Order, made: ExampleCertificateSet, mode: str) -> ExampleCertificate:
    return ExampleCertificate(
        set_id=made.id,
        description=mode,
        uuid=order.new_uuid(),
        access_key="",  # no answer is awaited, and an empty key is the key of none
        full_name=EXAMPLE_NAME,
        template="",
        created_at=order.now,
        modified_at=order.now,
    )
