"""How does an answer come to the desk, and what is there to see afterwards?"""

from datetime import datetime
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests.factories.certificates import make_certificate
from tests.factories.queue_messages import COURSE, EXAMPLE_HEADER, EXAMPLE_PATH, KEY, PATH, header_of
from tests.fakes import NOON, FakeAttempts
from webapp import clock
from webapp.domain.actors import Actor
from webapp.domain.queue.deliveries import Endpoint, Outcome
from webapp.models.base import Model
from webapp.models.certificates import GeneratedCertificate
from webapp.models.messages import CallbackInbox
from webapp.services.following.moves import EVERYTHING_USUAL
from webapp.services.messages import inbox, retries
from webapp.services.messages.inbox import Delivery, Verdict

APPLIED = {"return_code": 0}
WRONG_STATUS = {"return_code": 1, "content": "invalid cert status"}
UNKNOWN = {"return_code": 1, "content": "unable to lookup key"}
TAKEN = {"return_code": 1, "content": "verify_uuid belongs to another certificate"}
SAM = Actor("sam", 1, "127.0.0.1", "r-1")
_WRITTEN = (
    "status",
    "verify_uuid",
    "download_uuid",
    "download_url",
    "error_reason",
    "grade",
    "key",
    "issued_at",
    "modified_at",
)


def store_certificate(
    session: Session, username: str = "ada", course_id: str = COURSE, **more: Any
) -> GeneratedCertificate:
    """Make a certificate and commit it, so that the application sees it."""
    certificate = make_certificate(session, username, course_id, **more)
    session.commit()
    return certificate


def send(client: FlaskClient, body: str | None, key: object = KEY, **more: Any) -> TestResponse:
    """Deliver an answer about a certificate as XQueue does; a body of None is no field at all."""
    form = {"xqueue_header": header_of(key)}
    return client.post(PATH, data=form if body is None else {**form, "xqueue_body": body}, **more)


def send_example(
    client: FlaskClient, body: str | None, header: str | None = EXAMPLE_HEADER, **more: Any
) -> TestResponse:
    """Deliver an answer about an example as XQueue does; what is None is no field at all."""
    form = {"xqueue_header": header, "xqueue_body": body}
    return client.post(EXAMPLE_PATH, data={name: value for name, value in form.items() if value is not None}, **more)


def keep_delivery(session: Session, verdict: Verdict, at: datetime, body: str = "{}") -> int:
    """Keep one delivery and give its number."""
    inbox.keep_alone(session, Delivery(Endpoint.CERTIFICATE, header_of(), body, "127.0.0.1", "r"), verdict, now=at)
    return session.scalars(select(func.max(CallbackInbox.id))).one()


def apply_again(session: Session, delivery_id: int) -> Verdict:
    """Apply a kept delivery again, as Sam at noon."""
    return retries.apply_again(session, SAM, delivery_id, switches=EVERYTHING_USUAL, now=NOON, new_uuid=clock.new_uuid)


def columns_of(session: Session, certificate_id: int) -> dict[str, object]:
    """Give the columns that an answer might write, as they are now."""
    row = session.get_one(GeneratedCertificate, certificate_id, populate_existing=True)
    columns = {name: getattr(row, name) for name in _WRITTEN}
    session.commit()
    return columns


def outcomes(session: Session) -> list[Outcome]:
    """Give what became of every delivery, in order."""
    found = list(session.scalars(select(CallbackInbox.outcome).order_by(CallbackInbox.id)))
    session.commit()
    return found


def count(session: Session, model: type[Model]) -> int:
    """Give how many rows a table has."""
    number = session.scalar(select(func.count()).select_from(model)) or 0
    session.commit()
    return number


def bad_requests(app: Flask) -> int:
    """Give how many bad requests were counted, from all addresses."""
    attempts = app.extensions["ports"].attempts
    assert isinstance(attempts, FakeAttempts)
    return sum(attempts.counted.values())
