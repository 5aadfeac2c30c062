"""What XQueue was seen to send again, byte for byte: does the first answer alone count?"""

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.factories.captures import ANSWERED, Capture, Captures, record_of
from tests.factories.deliveries import APPLIED, WRONG_STATUS, store_certificate
from webapp.domain.queue.deliveries import Outcome


class TestGivenTheSameAnswerThreeTimes:
    def test_the_first_is_applied_and_the_others_change_nothing(
        self, client: FlaskClient, session: Session, captures: Captures
    ) -> None:
        three = captures["20"]
        certificate = store_certificate(session, key=three[0].key)

        answers = [capture.replay(client) for capture in three]

        assert [answer.status_code for answer in answers] == [200, 200, 200]
        assert [answer.json for answer in answers] == [APPLIED, WRONG_STATUS, WRONG_STATUS]
        record = record_of(session, certificate.id)
        assert record.row.verify_uuid == three[0].message["verify_uuid"]
        assert record.row.modified_at == record.row.issued_at
        assert record.moves == [("generating", "downloadable")]
        assert record.outcomes == [Outcome.APPLIED, Outcome.DUPLICATE, Outcome.DUPLICATE]
        assert record.acts == ["certificate.answered"]
        assert record.timeline == ANSWERED


class TestGivenAJobThatWasDoneTwice:
    def test_the_rival_answer_shows_on_the_timeline(
        self, client: FlaskClient, session: Session, captures: Captures
    ) -> None:
        (first,) = captures["02"]
        rival = first.body.replace(first.message["verify_uuid"], "e" * 32)
        certificate = store_certificate(session, key=first.key)
        first.replay(client)

        answer = Capture(first.path, first.headers, rival).replay(client)

        assert (answer.status_code, answer.json) == (200, WRONG_STATUS)
        record = record_of(session, certificate.id)
        assert record.row.verify_uuid == first.message["verify_uuid"]
        assert record.outcomes == [Outcome.APPLIED, Outcome.CONFLICT]
        assert record.moves == [("generating", "downloadable")]
        assert record.acts == ["certificate.answered"]
        assert record.timeline == [*ANSWERED, "Rival answer"]
