"""What goes over the wire between a test and its XQueue: requests, replies, and answers that are none?"""

import http.client
import json
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl

HOST = "127.0.0.1"
LOGIN, SUBMIT, QUEUE_LENGTH = "/xqueue/login/", "/xqueue/submit/", "/xqueue/get_queuelen/"
HTML = "text/html; charset=utf-8"
BETWEEN_BYTES_S = 0.02


@dataclass(frozen=True)
class Reply:
    """One answer over HTTP: `private` where the real server has looked at the session."""

    body: str
    status: int = 200
    location: str = ""
    private: bool = False
    cookie: str = ""

    def raw(self) -> bytes:
        """Give it as it goes over the wire."""
        phrase = http.client.responses[self.status]
        lines = [f"HTTP/1.1 {self.status} {phrase}", "Connection: close"]
        lines += ["Transfer-Encoding: chunked"] if self.status == HTTPStatus.MOVED_PERMANENTLY else []
        lines += [f"Content-Type: {HTML}"]
        lines += [f"Location: {self.location}"] if self.location else []
        lines += ["Vary: Cookie"] if self.private else []
        lines += [f"Set-Cookie: {self.cookie}"] if self.cookie else []
        body = self.body.encode()
        if self.status == HTTPStatus.MOVED_PERMANENTLY:
            body = b"0\r\n\r\n"
        else:
            lines += [f"Content-Length: {len(body)}"]
        return "\r\n".join([*lines, "", ""]).encode() + body


def said(content: object, *, code: int = 0, private: bool = True) -> Reply:
    """Give a reply of XQueue's own views."""
    return Reply(json.dumps({"return_code": code, "content": content}), private=private)


_PAGE = '\n<!doctype html>\n<html lang="en">\n<head>\n  <title>{0}</title>\n</head>\n<body>\n  <h1>{0}</h1><p></p>\n</body>\n</html>\n'
ERROR_PAGE = Reply(_PAGE.format("Server Error (500)"), 500, private=True)
NOT_FOUND = Reply(_PAGE.format("Not Found"), 404)
HTML_PAGE = Reply(_PAGE.format("Back soon"))
LOGIN_REQUIRED = said("login_required", code=1, private=False)
TURNED_AWAY = Reply("", 302, location=f"{LOGIN}?next={SUBMIT}", private=True)
ELSEWHERE = Reply("", 302, location="https://elsewhere.test/")


class Fault(Enum):
    """What a server does that gives no whole answer."""

    SILENCE = auto()  # takes the request and never answers
    CLOSED = auto()  # closes the connection at once
    CUT_SHORT = auto()  # closes the connection in the middle of the answer
    DRIBBLE = auto()  # sends the answer so slowly that it never ends
    DRIBBLED_HEAD = auto()  # the same, before it has come to the body
    GARBAGE = auto()  # sends what is not HTTP
    ANSWER_LOST = auto()  # takes the job, then closes the connection


@dataclass(frozen=True)
class Received:
    """One request, byte for byte; `path` with its query."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def form(self) -> dict[str, str]:
        """Its fields."""
        return dict(parse_qsl(self.body.decode(), keep_blank_values=True))


class Server(ThreadingHTTPServer):
    """Listens on a loopback port of its own, and asks for the answer to each request."""

    daemon_threads = True
    request_queue_size = 128  # so that many may knock at once

    def __init__(self, take: Callable[[Received], Reply | Fault], port: int) -> None:
        """Listen; `take` gives the answer, port 0 is any that is free."""
        self.take = take
        self.stopping = threading.Event()
        self._thread = threading.Thread(target=self.serve_forever, args=(0.01,))
        super().__init__((HOST, port), Connection)
        self._thread.start()

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://{HOST}:{self.server_port}"

    def handle_error(self, request: object, client_address: object) -> None:
        """Keep quiet where whoever asked has gone; show anything else."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]  # handed on as it came

    def stop(self) -> None:
        """Stop, and let go of whoever still waits for an answer."""
        self.stopping.set()
        self.shutdown()
        self._thread.join()
        self.server_close()


class Connection(BaseHTTPRequestHandler):
    """One connection, one request."""

    server: Server
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        """Take a request with a body."""
        self._take()

    def do_GET(self) -> None:
        """Take a request without one."""
        self._take()

    def log_message(self, format: str, *args: object) -> None:
        """Keep the tests' output clean."""

    def _take(self) -> None:
        self.close_connection = True
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        answer = self.server.take(Received(self.command, self.path, dict(self.headers.items()), body))
        match answer:
            case Reply():
                self.wfile.write(answer.raw())
            case Fault.SILENCE:
                self.server.stopping.wait()
            case Fault.CUT_SHORT:
                self.wfile.write(said("1").raw()[:-5])
            case Fault.GARBAGE:
                self.wfile.write(b"what is not HTTP\r\n\r\n")
            case Fault.DRIBBLE:
                self._dribble(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")
            case Fault.DRIBBLED_HEAD:
                self._dribble(b"HTTP/1.1 200 OK\r\nX-Slow:")

    def _dribble(self, begin: bytes) -> None:
        self.wfile.write(begin)
        while not self.server.stopping.wait(BETWEEN_BYTES_S):
            self.wfile.write(b" ")
