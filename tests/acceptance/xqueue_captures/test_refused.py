"""What XQueue was seen to send when it gave up a job: does it lie with its certificate?"""

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories.captures import Captures, record_of
from tests.factories.certificates import make_certificate
from webapp.domain.certificates.statuses import Status
from webapp.domain.queue.deliveries import Outcome
from webapp.models.messages import CallbackInbox


class TestGivenAJobThatXQueueGaveUp:
    def test_the_grader_shaped_body_lies_with_its_certificate(
        self, client: FlaskClient, session: Session, captures: Captures
    ) -> None:
        (capture,) = captures["28"]
        certificate = make_certificate(session, key=capture.key)
        modified_at = certificate.modified_at
        session.commit()

        answer = capture.replay(client)

        assert (answer.status_code, answer.json) == (200, {"return_code": 1, "content": "xqueue_body has no username"})
        record = record_of(session, certificate.id)
        assert (record.row.status, record.row.modified_at) == (Status.GENERATING, modified_at)
        assert record.moves == []
        assert record.outcomes == [Outcome.INVALID_BODY]
        assert record.acts == []
        assert record.timeline == ["Not a result"]
        row = session.scalars(select(CallbackInbox)).one()
        assert (row.username, row.key, row.matched) == ("ada", capture.key, True)
