"""Do the logs say which request did what, in JSON, and of whom nothing?"""

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog
from click.testing import CliRunner
from flask import Flask, abort, request
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.orm import Session

from tests.databases import Database
from tests.factories.certificates import make_certificate
from tests.factories.deliveries import send
from tests.factories.messages import make_entry
from tests.factories.queue_messages import success
from tests.fakes import FakeAttempts, FakeQueue
from webapp import create_app, logs
from webapp.__main__ import program
from webapp.domain.queue.requests import Submission
from webapp.models.base import db
from webapp.models.messages import Outbox
from webapp.ports import Ports
from webapp.settings import Settings
from webapp.tasks.outbox import send_due
from webapp.web.auth import public

PERSONAL = ("grace", "hopper", "example.org", "hunter2", "s3cr3t-token", "192.0.2.1")
REQUEST = "from-outside.7"


class _HearingQueue(FakeQueue):
    """Remembers for which request each job was handed over."""

    def __init__(self) -> None:
        super().__init__()
        self.heard: list[str] = []

    def submit(self, submission: Submission) -> None:
        self.heard.append(logs.request_id())
        super().submit(submission)


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """What the service writes down."""
    usual, written = structlog.get_config(), io.StringIO()
    yield written
    structlog.configure(**usual)


@pytest.fixture
def app(app: Flask, database: Database, written: io.StringIO) -> Iterator[Flask]:
    """An application over an empty database that logs requests, with two routes that fail."""
    settings = Settings(database_url=database.url, secret_key="not-a-secret-of-anyone", log_requests=True)
    own = create_app(settings, Ports(attempts=FakeAttempts()))
    logs.configure_logs(written)

    @public("a test")
    def fail() -> str:
        try:
            raise KeyError(request.args.get("q"))
        except KeyError as problem:
            raise RuntimeError(request.args.get("p")) from problem

    @public("a test")
    def ask_wrongly() -> str:
        db.session.execute(text("SELECT nothing FROM nowhere WHERE name = :name"), {"name": request.args["q"]})
        return abort(500)

    own.add_url_rule("/fail", "fail", fail)
    own.add_url_rule("/ask-wrongly", "ask_wrongly", ask_wrongly)
    yield own
    with own.app_context():
        db.session.remove()
        db.engine.dispose()


def lines(written: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in written.getvalue().splitlines()]


@pytest.mark.any_database
class TestGivenRequestsThatHoldWhatIsPersonal:
    def test_no_line_holds_it_and_each_says_which_request_it_was(self, app: Flask, written: io.StringIO) -> None:
        client = app.test_client()
        client.get("/fail?q=Grace+Hopper+grace@example.org&p=hunter2")
        client.get("/ask-wrongly?q=grace")
        client.get("/search/suggestions?q=grace@example.org")
        client.get("/learners/grace?e=grace%40example.org", headers={"User-Agent": "grace"})
        client.get("/api/v1/certificates?email=grace@example.org", headers={"Authorization": "Bearer s3cr3t-token"})
        client.post("/login", data={"username": "grace", "password": "hunter2"})
        send(client, success(username="grace", url="https://example.org/hopper.pdf"))
        client.post("/update_certificate", data={"xqueue_header": "grace@example.org"})
        structlog.get_logger().warning(
            "made.up", username="grace", problem="no such <grace@example.org>", password="hunter2"
        )

        telling = [
            line for line in written.getvalue().splitlines() if any(word in line.casefold() for word in PERSONAL)
        ]
        assert telling == []
        assert [line["event"] for line in lines(written)].count("request.answered") == 8
        assert {"level", "timestamp", "request_id"} <= set.intersection(*(set(line) for line in lines(written)))

    def test_a_failure_is_told_by_its_kind_and_where_it_was(self, app: Flask, written: io.StringIO) -> None:
        app.test_client().get("/fail")

        failed, answered = lines(written)
        assert failed["event"] == "request.failed"
        assert failed["exception"].count("in fail") == 2
        assert failed["exception"].endswith("builtins.RuntimeError")
        assert "builtins.KeyError\nthen" in failed["exception"]
        assert (answered["route"], answered["status"], answered["account"]) == ("/fail", 500, None)
        assert answered["ms"] >= 0
        assert answered["request_id"] == failed["request_id"]


class TestGivenARequestWithAnIdOfItsOwn:
    def test_it_is_in_the_answer_the_logs_the_outbox_and_the_call_that_follows(
        self, app: Flask, session: Session, written: io.StringIO
    ) -> None:
        make_certificate(session)
        session.commit()

        answer = send(app.test_client(), success(), headers={"X-Request-ID": REQUEST})

        session.expire_all()
        assert answer.headers["X-Request-ID"] == REQUEST
        assert {line["request_id"] for line in lines(written)} == {REQUEST}
        assert {entry.request_id for entry in session.query(Outbox)} <= {REQUEST}

    def test_what_leaves_later_is_sent_and_logged_under_it(
        self, app: Flask, session: Session, written: io.StringIO
    ) -> None:
        certificate = make_certificate(session)
        payload = {"key": certificate.key, "header": "{}", "body": "{}"}
        for request_id in (REQUEST, ""):
            make_entry(session, certificate_id=certificate.id, payload=payload, request_id=request_id)
        session.commit()
        queue = _HearingQueue()
        app.extensions["ports"] = Ports(attempts=FakeAttempts(), queue=queue)

        with logs.about("of the caller"):
            send_due(app)
            after = logs.request_id()

        assert sorted(queue.heard) == ["", REQUEST]
        assert after == "of the caller"

    @pytest.mark.any_database
    @pytest.mark.parametrize("bad", ["two words", "x" * 129, "é"])
    def test_one_that_is_none_is_replaced(self, app: Flask, bad: str) -> None:
        answer = app.test_client().get("/healthz", headers={"X-Request-ID": bad})

        assert answer.headers["X-Request-ID"] != bad
        assert len(answer.headers["X-Request-ID"]) == 36


class TestGivenLinesThatWereKept:
    @pytest.fixture
    def kept(self, app: Flask, written: io.StringIO, tmp_path: Path) -> Path:
        """A file with the lines of three requests, the second with a name that is not ASCII."""
        for path in ("/healthz", "/learners/شهادة", "/healthz"):
            app.test_client().get(path)
        file = tmp_path / "desk.log"
        file.write_text(written.getvalue())
        return file

    def test_each_is_whole_and_the_command_says_so(self, kept: Path) -> None:
        result = CliRunner().invoke(program, ["logs", "verify", str(kept)])

        assert (result.exit_code, result.output) == (0, "3 lines, all as they were written.\n")

    def test_one_that_was_cut_and_one_that_was_altered_are_named(self, kept: Path) -> None:
        first, second, third = kept.read_bytes().splitlines()
        kept.write_bytes(
            b"\n".join([first, second[: len(second) // 2], third.replace(b"200", b"500"), first, b"strange"])
        )

        result = CliRunner().invoke(program, ["logs", "verify"], input=kept.read_bytes())

        assert result.exit_code == 1
        assert result.output == "3 of 5 lines are not as they were written: 2, 3, 5.\n"

    @given(data=st.data())
    def test_no_line_with_another_character_is_whole(self, data: st.DataObject) -> None:
        written = io.StringIO()
        usual = structlog.get_config()
        logs.configure_logs(written)
        structlog.get_logger().info("made.up", said=data.draw(st.text()), number=data.draw(st.integers()))
        structlog.configure(**usual)
        line = written.getvalue().encode()
        place = data.draw(st.integers(0, len(line) - 2))
        other = data.draw(st.integers(0, 255).filter(lambda byte: byte not in (line[place], 0x0A, 0x0D)))

        assert logs.is_whole(line)
        assert not logs.is_whole(line[:place] + bytes([other]) + line[place + 1 :])
        assert not logs.is_whole(line[:place])
