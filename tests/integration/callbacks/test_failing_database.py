"""What is XQueue told while the database fails, and is anything half done?"""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.orm import Session
from structlog.testing import capture_logs

from tests.databases import Databases
from tests.factories.certificates import make_certificate, make_example
from tests.factories.deliveries import APPLIED, count, outcomes, send, send_example
from tests.factories.queue_messages import EXAMPLE_PATH, PATH, URL, example_result, failure, header_of, success
from tests.fakes import FakeAttempts
from webapp import clock, create_app
from webapp.domain.certificates.statuses import ExampleStatus, Status
from webapp.domain.queue.deliveries import Outcome
from webapp.models.audit import AuditEvent
from webapp.models.base import db
from webapp.models.certificates import CertificateTransition, GeneratedCertificate
from webapp.models.examples import ExampleCertificate
from webapp.models.messages import CallbackInbox
from webapp.ports import Ports
from webapp.services import audit
from webapp.settings import Settings

BREAK = {
    "no log of transitions": "ALTER TABLE certificate_transition RENAME TO away",
    "no inbox": "ALTER TABLE callback_inbox RENAME TO away",
    "no certificates": "ALTER TABLE generated_certificate RENAME TO away",
    "no learners": "ALTER TABLE learner RENAME TO away",
    "an audit that refuses": (
        "CREATE TRIGGER broken BEFORE INSERT ON audit_event BEGIN SELECT RAISE(ABORT, 'disk failure'); END"
    ),
    "an inbox that refuses": (
        "CREATE TRIGGER broken AFTER INSERT ON callback_inbox BEGIN SELECT RAISE(ABORT, 'disk failure'); END"
    ),
}
MEND = {
    "no log of transitions": "ALTER TABLE away RENAME TO certificate_transition",
    "no inbox": "ALTER TABLE away RENAME TO callback_inbox",
    "no certificates": "ALTER TABLE away RENAME TO generated_certificate",
    "no learners": "ALTER TABLE away RENAME TO learner",
    "an audit that refuses": "DROP TRIGGER broken",
    "an inbox that refuses": "DROP TRIGGER broken",
}


class TestGivenADatabaseThatFails:
    @pytest.fixture
    def broken_app(self, databases: Databases) -> Iterator[Flask]:
        """An application over a file of its own, which the test may break."""
        with databases.own("sqlite") as own:
            settings = Settings(database_url=own.url, secret_key="not-a-secret-of-anyone")
            app = create_app(settings, Ports(attempts=FakeAttempts()))
            app.config["PROPAGATE_EXCEPTIONS"] = False
            with app.app_context():
                yield app
                db.session.remove()
                db.engine.dispose()

    @pytest.mark.parametrize("body", [success(), failure(), success(url=None)], ids=["done", "failed", "refused"])
    @pytest.mark.parametrize("what", BREAK)
    def test_nothing_is_half_done_and_the_answer_applies_once_it_is_mended(
        self, broken_app: Flask, what: str, body: str
    ) -> None:
        client = broken_app.test_client()
        with Session(db.engine) as session, session.begin():
            make_certificate(session)
        harmless = what == "an audit that refuses" and body == success(url=None)
        harmless = harmless or (what == "no log of transitions" and body == success(url=None))
        with db.engine.begin() as connection:
            connection.execute(text(BREAK[what]))

        with capture_logs() as logs:
            while_broken = send(client, body)
        with db.engine.begin() as connection:
            connection.execute(text(MEND[what]))
        with Session(db.engine) as session:
            left = (count(session, CallbackInbox), count(session, CertificateTransition), count(session, AuditEvent))
            status = session.scalars(select(GeneratedCertificate.status)).one()
        afterwards = send(client, body)

        assert while_broken.status_code == (200 if harmless else 503)
        assert harmless or [entry["log_level"] for entry in logs] == ["error"]
        assert left == (int(harmless), 0, 0)
        assert status is Status.GENERATING
        assert afterwards.status_code == 200
        with Session(db.engine) as session:
            assert outcomes(session)[-1] is (Outcome.INVALID_BODY if body == success(url=None) else Outcome.APPLIED)
            assert audit.verify(session).ok

    def test_the_answer_names_the_request_and_no_secret(self, broken_app: Flask) -> None:
        client = broken_app.test_client()
        with db.engine.begin() as connection:
            connection.execute(text(BREAK["no inbox"]))

        answer = send(client, success(), headers={"X-Request-ID": "r-4711"})

        assert answer.status_code == 503
        assert answer.json == {"error": "the answer could not be stored; send it again", "request_id": "r-4711"}
        assert "Set-Cookie" not in answer.headers

    def test_an_example_is_sent_again_too(self, broken_app: Flask) -> None:
        client = broken_app.test_client()
        with Session(db.engine) as session, session.begin():
            make_example(session)
        with db.engine.begin() as connection:
            connection.execute(text(BREAK["an inbox that refuses"]))

        while_broken = send_example(client, example_result(url=URL))
        with Session(db.engine) as session:
            status = session.scalars(select(ExampleCertificate.status)).one()
        with db.engine.begin() as connection:
            connection.execute(text(MEND["an inbox that refuses"]))
        afterwards = send_example(client, example_result(url=URL))

        assert (while_broken.status_code, afterwards.status_code) == (503, 200)
        assert status is ExampleStatus.STARTED

    def test_a_database_that_is_locked_too_long_is_told_in_time(self, broken_app: Flask) -> None:
        client = broken_app.test_client()
        with Session(db.engine) as session, session.begin():
            make_certificate(session)

        with db.engine.execution_options(writes=True).connect() as other, other.begin():
            began = clock.now()
            while_locked = send(client, success())
            took = clock.now() - began
        afterwards = send(client, success())

        assert while_locked.status_code == 503
        assert took < timedelta(seconds=5)
        assert afterwards.json == APPLIED


class TestGivenADatabaseThatIsNotThere:
    def test_xqueue_is_told_to_send_again(self) -> None:
        nowhere = Settings(
            database_url="postgresql+psycopg://nobody@127.0.0.1:1/none", secret_key="not-a-secret-of-anyone"
        )
        app = create_app(nowhere, Ports(attempts=FakeAttempts()))
        app.config["PROPAGATE_EXCEPTIONS"] = False
        form = {"xqueue_header": header_of(), "xqueue_body": success()}

        answers = [app.test_client().post(path, data=form) for path in (PATH, EXAMPLE_PATH)]

        assert [(answer.status_code, answer.is_json) for answer in answers] == [(503, True), (503, True)]
