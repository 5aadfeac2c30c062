"""Are our requests what the platform was seen to send, and the stand-in's replies what XQueue was seen to answer?"""

import json
import socket
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from tests.xqueue import StandInXQueue
from tests.xqueue_wire import LOGIN, SUBMIT
from webapp.adapters.xqueue import XQueue
from webapp.domain.queue.requests import Submission, certificate_submission, example_submission

BASE_URL = "http://127.0.0.1:18051"
SCENARIOS = ["01", "02", "03", "07b"]


@dataclass(frozen=True)
class Exchange:
    """One request and its reply, as recorded."""

    method: str
    path: str
    headers: list[tuple[str, str]]
    body: str
    reply: str

    @property
    def turned_away(self) -> bool:
        """True where somebody came without a session."""
        return self.path == SUBMIT and self.reply.startswith("HTTP/1.1 302")

    def replay(self, address: tuple[str, int], cookie: str) -> tuple[str, str]:
        """Send it again; gives the whole reply but for its cookie, and the cookie."""
        headers = [*self.headers, ("Host", "xqueue.test"), ("Content-Length", str(len(self.body))), ("Cookie", cookie)]
        lines = [f"{self.method} {self.path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers), "", ""]
        with socket.create_connection(address, timeout=5) as connection, connection.makefile("rb") as stream:
            connection.sendall("\r\n".join(lines).encode() + self.body.encode())
            received = stream.read().decode()
        lines = received.split("\r\n")
        cookies = [line for line in lines if line.startswith("Set-Cookie: ")]
        kept = "\r\n".join(line for line in lines if line not in cookies)
        return kept, cookies[0].removeprefix("Set-Cookie: ").partition(";")[0] if cookies else cookie


def read(said: dict[str, Any]) -> Exchange:
    request, response = said["request"], said["response"]
    headers = [f"{name}: {value}" for name, value in response["headers"]]
    reply = "\r\n".join([response["status_line"], *headers, "", response["body"]])
    return Exchange(
        request["method"],
        request["path"],
        [(name, value) for name, value in request["headers"]],
        request["body"],
        reply,
    )


@pytest.fixture
def scenarios(data: Path) -> dict[str, list[Exchange]]:
    """The recorded exchanges of each scenario, in their order, under the scenario's number."""
    found: dict[str, list[Exchange]] = {}
    for line in (data / "submissions.jsonl").read_text(encoding="utf-8").splitlines():
        said = json.loads(line)
        found.setdefault(said["scenario"].split("-")[0], []).append(read(said))
    return found


def our_submission(body: str) -> Submission:
    """What we make of the facts of a recorded submission."""
    form = {name: values[0] for name, values in parse_qs(body).items()}
    header, message = json.loads(form["xqueue_header"]), json.loads(form["xqueue_body"])
    if message.pop("example_certificate", False):
        return example_submission(
            uuid=message["username"],
            access_key=header["lms_key"],
            course_name="Demonstration Course",
            base_url=BASE_URL,
            queue_name=header["queue_name"],
            **{name: message[name] for name in ("course_id", "name", "template_pdf")},
        )
    assert message.pop("action") == "create"
    return certificate_submission(key=header["lms_key"], base_url=BASE_URL, queue_name=header["queue_name"], **message)


def without_course_name(path: str, body: str) -> str:
    """Take out of an example's form what the platform does not send (decision 21)."""
    form = {name: values[0] for name, values in parse_qs(body).items()}
    message = json.loads(form.get("xqueue_body", "{}"))
    if path != SUBMIT or not message.get("example_certificate"):
        return body
    assert message.pop("course_name") == "Demonstration Course"
    return urlencode({**form, "xqueue_body": json.dumps(message)})


class TestGivenASubmissionOfThePlatform:
    @pytest.mark.parametrize("number", ["02", "03", "07b"])
    def test_ours_is_the_same_byte_for_byte(self, scenarios: dict[str, list[Exchange]], number: str) -> None:
        captured = [exchange for exchange in scenarios[number] if exchange.method == "POST"]
        submissions = [our_submission(exchange.body) for exchange in captured if exchange.turned_away]

        with StandInXQueue() as xqueue:
            for submission in submissions:
                queue = XQueue(xqueue.url, username="lms", password="lms-pass", queue_name="certificates")
                queue.submit(submission)

        sent = [(one.method, one.path, without_course_name(one.path, one.body.decode())) for one in xqueue.received]
        assert sent == [(one.method, one.path, one.body) for one in captured]
        types = {one.headers["Content-Type"] for one in xqueue.received}
        assert types == {"application/x-www-form-urlencoded"}

    def test_all_kinds_of_them_were_recorded(self, scenarios: dict[str, list[Exchange]]) -> None:
        bodies = [one.body for number in SCENARIOS[1:] for one in scenarios[number] if one.turned_away]

        assert sorted(scenarios) == SCENARIOS
        assert [("example_certificate" in body) for body in bodies] == [False, False, False, True]


class TestGivenTheStandIn:
    @pytest.mark.parametrize("number", SCENARIOS)
    def test_it_answers_as_xqueue_did(self, scenarios: dict[str, list[Exchange]], number: str) -> None:
        replies = []

        with StandInXQueue() as xqueue:
            parts = urlsplit(xqueue.url)
            address = (str(parts.hostname), int(parts.port or 0))
            cookie = ""
            for exchange in scenarios[number]:
                reply, cookie = exchange.replay(address, "" if exchange.turned_away else cookie)
                replies.append(reply)

        assert replies == [exchange.reply for exchange in scenarios[number]]

    def test_every_sign_in_was_recorded(self, scenarios: dict[str, list[Exchange]]) -> None:
        bodies = {one.body for one in scenarios["01"] if one.path == LOGIN}

        assert bodies == {
            "",
            "password=no",
            "username=lms",
            "username=lms&password=no",
            "username=lms&password=lms-pass",
        }
