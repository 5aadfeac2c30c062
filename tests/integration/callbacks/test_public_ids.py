"""Which public id does an answered certificate have?"""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories.certificates import make_certificate
from tests.factories.deliveries import APPLIED, TAKEN, columns_of, count, outcomes, send, store_certificate
from tests.factories.queue_messages import KEY, LEFT_OUT, VERIFY, success
from tests.fakes import NOON
from webapp.domain.certificates.statuses import Status
from webapp.domain.queue.deliveries import Outcome
from webapp.models.certificates import FormerPublicId
from webapp.models.messages import CallbackInbox
from webapp.services.certificates.timeline import timeline_of


class TestGivenAnAnswerWithAPublicId:
    def test_one_that_another_certificate_has_is_refused(self, client: FlaskClient, session: Session) -> None:
        make_certificate(session, "bob", key="b" * 32, status=Status.DOWNLOADABLE, verify_uuid=VERIFY)
        certificate = make_certificate(session)
        session.commit()
        before = columns_of(session, certificate.id)

        answer = send(client, success())

        assert (answer.status_code, answer.json) == (200, TAKEN)
        assert columns_of(session, certificate.id) == before
        assert outcomes(session) == [Outcome.ID_TAKEN]
        assert session.scalars(select(CallbackInbox.certificate_id)).all() == [certificate.id]
        assert [entry.title for entry in timeline_of(session, certificate.id)] == ["Id taken"]

    def test_one_that_another_certificate_once_had_is_refused(self, client: FlaskClient, session: Session) -> None:
        other = make_certificate(session, "bob", key="b" * 32, status=Status.DOWNLOADABLE, verify_uuid="b" * 32)
        session.add(FormerPublicId(verify_uuid=VERIFY, certificate_id=other.id, retired_at=NOON))
        certificate = make_certificate(session)
        session.commit()

        answer = send(client, success())

        assert answer.json == TAKEN
        assert columns_of(session, certificate.id)["status"] is Status.GENERATING

    def test_its_own_is_kept(self, client: FlaskClient, session: Session) -> None:
        certificate = store_certificate(session, status=Status.REGENERATING, verify_uuid=VERIFY)

        answer = send(client, success())

        assert answer.json == APPLIED
        assert columns_of(session, certificate.id)["verify_uuid"] == VERIFY
        assert count(session, FormerPublicId) == 0

    @pytest.mark.parametrize("value", [None, "", LEFT_OUT])
    def test_none_leaves_the_one_it_has(self, client: FlaskClient, session: Session, value: object) -> None:
        certificate = store_certificate(session, status=Status.REGENERATING, verify_uuid="c" * 32)

        answer = send(client, success(verify_uuid=value))

        assert answer.json == APPLIED
        assert columns_of(session, certificate.id)["verify_uuid"] == "c" * 32
        assert count(session, FormerPublicId) == 0

    @pytest.mark.parametrize("value", [None, "", LEFT_OUT])
    def test_none_gives_one_of_ours_where_there_is_none(
        self, client: FlaskClient, session: Session, value: object
    ) -> None:
        ids = []
        for username, key in (("ada", KEY), ("bob", "b" * 32)):
            certificate = store_certificate(session, username, key=key)
            send(client, success(username=username, verify_uuid=value), key)

            ids.append(str(columns_of(session, certificate.id)["verify_uuid"]))

        assert ids[0] != ids[1]
        assert all(len(one) == 32 and int(one, 16) and one == one.lower() for one in ids)

    def test_a_new_one_leaves_the_former(self, client: FlaskClient, session: Session) -> None:
        certificate = store_certificate(session, status=Status.REGENERATING, verify_uuid="c" * 32)

        answer = send(client, success())

        assert answer.json == APPLIED
        assert columns_of(session, certificate.id)["verify_uuid"] == VERIFY
        former = session.scalars(select(FormerPublicId)).one()
        assert (former.verify_uuid, former.certificate_id) == ("c" * 32, certificate.id)

    def test_one_that_it_had_before_may_come_again(self, client: FlaskClient, session: Session) -> None:
        certificate = store_certificate(session)
        answers = []
        for public_id in ("c" * 32, "d" * 32, "c" * 32, "e" * 32):
            session.refresh(certificate)
            certificate.status = Status.REGENERATING
            session.commit()
            answers.append(send(client, success(verify_uuid=public_id)).status_code)

        columns = columns_of(session, certificate.id)

        assert answers == [200, 200, 200, 200]
        assert columns["verify_uuid"] == "e" * 32
