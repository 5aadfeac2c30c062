"""How does a test get an XQueue that answers as the real one does, fails when told to, and delivers answers?

    with StandInXQueue() as xqueue:
        ...  # something submits to xqueue.url
        (job,) = xqueue.wait_for(1)
        statuses = xqueue.answer(job, job.success(), to=client)

What it says and when is as measured on the real server (XQueue note §1a-1b, §1f).
"""

import http.client
import json
import secrets
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from http.cookies import SimpleCookie
from types import TracebackType
from typing import Any
from urllib.parse import parse_qs, quote, urlencode, urlsplit
from uuid import uuid4

from flask.testing import FlaskClient

from tests.xqueue_wire import (
    ERROR_PAGE,
    LOGIN,
    LOGIN_REQUIRED,
    NOT_FOUND,
    QUEUE_LENGTH,
    SUBMIT,
    Fault,
    Received,
    Reply,
    Server,
    said,
)

HEADER_LENGTH = 1024
TOLD_APART_BY = 128
MOST_FORM_BYTES = 2_621_440
ATTEMPTS = 5
ATTEMPT_TIMEOUT_S = 5
NO_ANSWER = 0
CALLBACK_HEADERS = {
    "User-Agent": "python-requests/2.33.1",
    "Accept": "*/*",
    "Content-Type": "application/x-www-form-urlencoded",
}


@dataclass
class Job:
    """One submission that was taken; `retired` once it was answered, or a later one came with its callback URL."""

    number: int
    header: str
    body: str
    retired: bool = False

    @property
    def routing(self) -> dict[str, Any]:
        """What the header says."""
        read: dict[str, Any] = json.loads(self.header)
        return read

    @property
    def message(self) -> dict[str, Any]:
        """What the body says."""
        read: dict[str, Any] = json.loads(self.body)
        return read

    @property
    def callback_url(self) -> str:
        """Where its answer goes."""
        url: str = self.routing["lms_callback_url"]
        return url

    @property
    def key(self) -> str:
        """What the answer is known by."""
        key: str = self.routing["lms_key"]
        return key

    def success(self, **changed: object) -> dict[str, object]:
        """Give what the agent says of a certificate that it made; each call makes another one, with ids of its own."""
        download_uuid = uuid4().hex
        return {
            "action": self.message["action"],
            "download_uuid": download_uuid,
            "verify_uuid": uuid4().hex,
            "username": self.message["username"],
            "course_id": self.message["course_id"],
            "url": f"https://certs.example.org/downloads/{download_uuid}/Certificate.pdf",
            **changed,
        }

    def failure(self, reason: str = "no font") -> dict[str, object]:
        """Give what the agent says of a certificate that it could not make."""
        return {
            "error": f"There was an error processing the certificate request: {reason}",
            "username": self.message["username"],
            "course_id": self.message["course_id"],
            "error_reason": reason,
        }


@dataclass
class StandInXQueue:
    """A real HTTP server on a loopback port, up as long as its `with` block runs, and as often as there is one."""

    username: str = "lms"
    password: str = "lms-pass"
    queues: tuple[str, ...] = ("certificates", "test-pull")
    port: int = 0
    """Where it listens; 0 for any port that is free."""
    received: list[Received] = field(default_factory=list)
    """Every request, in its order, the refused ones too."""
    jobs: list[Job] = field(default_factory=list)
    """Every submission that was taken, in its order."""

    _sessions: set[str] = field(default_factory=set)
    _faults: list[tuple[str, Reply | Fault]] = field(default_factory=list)
    _changed: threading.Condition = field(default_factory=threading.Condition)

    def __enter__(self) -> "StandInXQueue":
        """Listen."""
        self._server = Server(self._take, self.port)
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, at: TracebackType | None) -> None:
        """Stop."""
        self._server.stop()

    @property
    def url(self) -> str:
        """Its address, as CERTDESK_XQUEUE_URL has it."""
        return self._server.url

    @property
    def settings(self) -> dict[str, str]:
        """The environment of a Certdesk that uses it."""
        return {
            "CERTDESK_XQUEUE_URL": self.url,
            "CERTDESK_XQUEUE_USERNAME": self.username,
            "CERTDESK_XQUEUE_PASSWORD": self.password,
        }

    @property
    def waiting(self) -> list[Job]:
        """The jobs that nobody has answered yet."""
        return [job for job in self.jobs if not job.retired]

    def fail(self, fault: Reply | Fault, *, times: int = 1, path: str = SUBMIT) -> None:
        """Answer the next requests to a path so, instead of as it should."""
        self._faults += [(path, fault)] * times

    def lose_sessions(self) -> None:
        """Forget who is signed in."""
        self._sessions.clear()

    def wait_for(self, number: int, timeout_s: float = 10) -> list[Job]:
        """Give all jobs once there are so many; raises TimeoutError where they do not come."""
        with self._changed:
            if not self._changed.wait_for(lambda: len(self.jobs) >= number, timeout_s):
                raise TimeoutError(f"{len(self.jobs)} of {number} jobs came")
            return list(self.jobs)

    def answer(self, job: Job, result: Mapping[str, object] | str, *, to: FlaskClient | str | None = None) -> list[int]:
        """Deliver an agent's result to the callback URL: up to five attempts, until one is answered 200.

        Gives the status of each attempt, 0 where there was no answer. `to` is an application's client, or another host's address in place of the
        URL's own. Nothing keeps a test from answering a job twice, nor from answering one that is retired: XQueue does both.
        """
        text = result if isinstance(result, str) else json.dumps(result)
        form = urlencode({"xqueue_header": job.header, "xqueue_body": text}).encode()
        statuses: list[int] = []
        while len(statuses) < ATTEMPTS and HTTPStatus.OK not in statuses:
            statuses.append(_deliver(job.callback_url, form, to))
        job.retired = job.retired or HTTPStatus.OK in statuses
        return statuses

    def _take(self, request: Received) -> Reply | Fault:
        with self._changed:
            self.received.append(request)
            path = urlsplit(request.path).path
            for planned in self._faults:
                if planned[0] == path and planned[1] is not Fault.ANSWER_LOST:
                    self._faults.remove(planned)
                    return planned[1]
            reply = self._reply(request, path)
            if (path, Fault.ANSWER_LOST) in self._faults and reply.status == HTTPStatus.OK:
                self._faults.remove((path, Fault.ANSWER_LOST))
                return Fault.ANSWER_LOST
            return reply

    def _reply(self, request: Received, path: str) -> Reply:
        views = {SUBMIT: self._submit, QUEUE_LENGTH: self._queue_length}
        if f"{path}/" in (LOGIN, *views):
            return Reply("", 301, location=f"{path}/")
        if len(request.body) > MOST_FORM_BYTES:
            return Reply("<h1>Internal Server Error</h1>", 500)
        if path == LOGIN:
            return self._log_in(request)
        if path not in views:
            return NOT_FOUND
        if self._session_of(request) not in self._sessions:
            return Reply("", 302, location=f"{LOGIN}?next={quote(request.path)}", private=True)
        return views[path](request)

    def _session_of(self, request: Received) -> str:
        cookie = SimpleCookie(request.headers.get("Cookie", "")).get("sessionid")
        return cookie.value if cookie else ""

    def _log_in(self, request: Received) -> Reply:
        form = request.form
        if request.method != "POST":
            return LOGIN_REQUIRED
        if "password" not in form:
            return said("Insufficient login info", code=1, private=False)
        if "username" not in form:
            return Reply(ERROR_PAGE.body, 500)
        if (form["username"], form["password"]) != (self.username, self.password):
            return said("Incorrect login credentials", code=1, private=False)
        session = secrets.token_hex(16)
        self._sessions.add(session)
        reply = said("Logged in")
        return Reply(reply.body, private=True, cookie=f"sessionid={session}; HttpOnly; Path=/; SameSite=Lax")

    def _submit(self, request: Received) -> Reply:
        if request.method != "POST":
            return said("Queue requests should use HTTP POST", code=1)
        form = request.form
        header = _routing(form.get("xqueue_header", ""))
        if header is None or "xqueue_body" not in form:
            return said("Queue request has invalid format", code=1)
        queue_name, url = header["queue_name"], header["lms_callback_url"]
        if queue_name not in self.queues:
            return said(f"Queue '{queue_name}' not found", code=1)
        if url is None or len(form["xqueue_header"]) > HEADER_LENGTH:
            return ERROR_PAGE
        for earlier in self.waiting:
            earlier.retired = earlier.callback_url[:TOLD_APART_BY] == url[:TOLD_APART_BY]
        self.jobs.append(Job(len(self.jobs) + 1, form["xqueue_header"], form["xqueue_body"]))
        self._changed.notify_all()
        return said(str(self._length(queue_name)))

    def _queue_length(self, request: Received) -> Reply:
        queue_name = parse_qs(urlsplit(request.path).query).get("queue_name", [""])[0]
        if not queue_name:
            return said("'get_queuelen' must provide parameter 'queue_name'", code=1)
        if queue_name not in self.queues:
            return said(f"Valid queue names are: {', '.join(self.queues)}", code=1)
        return said(self._length(queue_name))

    def _length(self, queue_name: str) -> int:
        return sum(job.routing["queue_name"] == queue_name for job in self.waiting)


def _routing(text: str) -> dict[str, Any] | None:
    try:
        header = json.loads(text)
    except ValueError:
        return None
    whole = isinstance(header, dict) and {"lms_callback_url", "lms_key", "queue_name"} <= header.keys()
    return header if whole else None


def _deliver(url: str, form: bytes, to: FlaskClient | str | None) -> int:
    parts = urlsplit(url)
    path = f"{parts.path}?{parts.query}"
    if isinstance(to, FlaskClient):
        return to.post(path, data=form, headers=CALLBACK_HEADERS).status_code
    host = urlsplit(to).netloc if to else parts.netloc
    connection = http.client.HTTPConnection(host, timeout=ATTEMPT_TIMEOUT_S)
    try:
        connection.request("POST", path, form, CALLBACK_HEADERS)
        answer = connection.getresponse()
        answer.read()
        return answer.status
    except (OSError, http.client.HTTPException):
        return NO_ANSWER
    finally:
        connection.close()
