"""What XQueue was seen to send about examples, byte for byte: is it kept?"""

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories.captures import Captures
from tests.factories.certificates import make_example
from tests.factories.deliveries import APPLIED
from webapp.domain.certificates.statuses import ExampleStatus
from webapp.domain.queue.deliveries import Outcome
from webapp.models.audit import AuditEvent
from webapp.models.examples import ExampleCertificate
from webapp.models.messages import CallbackInbox


class TestGivenAnExample:
    def test_a_success_names_its_file(self, client: FlaskClient, session: Session, captures: Captures) -> None:
        (capture,) = captures["07b"]
        example = make_example(session, capture.message["username"], capture.key)
        session.commit()

        answer = capture.replay(client)

        assert (answer.status_code, answer.json) == (200, APPLIED)
        session.expire_all()
        example = session.get_one(ExampleCertificate, example.id)
        assert (example.status, example.download_url) == (ExampleStatus.SUCCESS, capture.message["url"])
        assert example.error_reason is None
        row = session.scalars(select(CallbackInbox)).one()
        assert (row.outcome, row.example_id, row.matched) == (Outcome.APPLIED, example.id, True)
        assert session.scalars(select(AuditEvent.action)).all() == ["example.answered"]

    def test_an_error_says_why(self, client: FlaskClient, session: Session, captures: Captures) -> None:
        (capture,) = captures["07c"]
        example = make_example(session, capture.message["username"], capture.key)
        session.commit()

        answer = capture.replay(client)

        assert (answer.status_code, answer.json) == (200, APPLIED)
        session.expire_all()
        example = session.get_one(ExampleCertificate, example.id)
        assert (example.status, example.error_reason) == (ExampleStatus.ERROR, capture.message["error_reason"])
        assert "John Doë" in str(example.error_reason)
        assert session.scalars(select(CallbackInbox.outcome)).all() == [Outcome.APPLIED]
        assert session.scalars(select(AuditEvent.action)).all() == ["example.answered"]
