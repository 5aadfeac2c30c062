"""A mail server on a loopback port: it takes mails over real SMTP, and fails as a test asks for."""

import base64
import socketserver
import ssl
import threading
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from types import TracebackType

HOST = "127.0.0.1"
CERTIFICATE = Path(__file__).parent / "data" / "localhost.pem"
"""Signed by itself, with the key of nobody beside it."""
SILENCE, HANG_UP, DRIBBLE = "silence", "hang up", "dribble"
BETWEEN_BYTES_S = 0.02


@dataclass(frozen=True)
class Letter:
    """One mail as it was handed over."""

    sender: str
    recipient: str
    raw: bytes
    signed_in_as: str
    guarded: bool

    @property
    def message(self) -> EmailMessage:
        """The mail as who gets it reads it."""
        found = message_from_bytes(self.raw, policy=default)
        assert isinstance(found, EmailMessage)
        return found

    @property
    def text(self) -> str:
        """What it says."""
        text: str = self.message.get_content()
        return text.replace("\r\n", "\n")


@dataclass
class StandInMailServer:
    """Listens as long as its `with` block runs."""

    username: str = ""
    password: str = ""
    """With these it asks for a sign-in."""
    starttls: bool = False
    at_once: bool = False
    """Guarded from the first byte on."""
    answers: dict[str, str] = field(default_factory=dict)
    """Command -> what it answers instead: a line, or SILENCE, HANG_UP, DRIBBLE; "" is the greeting, "." the mail itself."""
    letters: list[Letter] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)
    """The first word of each, in order."""
    greeted_by: list[str] = field(default_factory=list)
    """Whom each connection said that it comes from."""

    def __enter__(self) -> "StandInMailServer":
        """Listen."""
        self.over = threading.Event()
        self._server = _Server((HOST, 0), _Connection)
        self._server.desk = self
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, at: TracebackType | None) -> None:
        """Stop, and let go of whoever still waits for an answer."""
        self.over.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def port(self) -> int:
        """Where it listens."""
        port: int = self._server.server_address[1]
        return port

    @property
    def url(self) -> str:
        """Its address, as CERTDESK_SMTP_URL has it; for a server with TLS by the name in its certificate."""
        sign_in = f"{self.username}:{self.password}@" if self.username else ""
        scheme, host = "smtps" if self.at_once else "smtp", "localhost" if self.at_once or self.starttls else HOST
        return f"{scheme}://{sign_in}{host}:{self.port}{'?starttls=on' if self.starttls else ''}"

    def tls(self) -> ssl.SSLContext:
        """What it guards connections with."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(CERTIFICATE)
        return context


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 64
    desk: StandInMailServer

    def handle_error(self, request: object, client_address: object) -> None:
        """Keep quiet: whoever asked has gone."""


class _Over(Exception):
    """The connection is to end."""


class _Connection(socketserver.StreamRequestHandler):
    server: _Server

    def handle(self) -> None:
        """Talk, as long as the other side does."""
        self._desk = self.server.desk
        self._guarded, self._user, self._sender, self._recipient = False, "", "", ""
        if self._desk.at_once:
            self._guard()
        try:
            self._say("", "220 mail.test ESMTP")
            while line := self.rfile.readline():
                self._take(line.decode().rstrip("\r\n"))
        except (_Over, OSError):
            return

    def _take(self, line: str) -> None:
        word, _, rest = line.partition(" ")
        command = word.upper()
        self._desk.commands.append(command)
        match command:
            case "EHLO":
                self._desk.greeted_by.append(rest)
                self._say(command, self._offers())
            case "STARTTLS":
                self._say(command, "220 go on")
                self._guard()
            case "AUTH":
                self._sign_in(rest)
            case "MAIL":
                self._sender = rest
                needs = self._desk.username and not self._user
                self._say(command, "530 sign in first" if needs else "250 ok")
            case "RCPT":
                self._recipient = rest
                self._say(command, "250 ok")
            case "DATA":
                self._say(command, "354 go on")
                self._take_mail()
            case "QUIT":
                self._say(command, "221 bye")
                raise _Over
            case _:
                self._say(command, "250 ok")

    def _offers(self) -> str:
        offers = ["mail.test", "8BITMIME"]
        offers += ["STARTTLS"] if self._desk.starttls and not self._guarded else []
        offers += ["AUTH PLAIN"] if self._desk.username else []
        return "\r\n".join(f"250{' ' if offer is offers[-1] else '-'}{offer}" for offer in offers)

    def _sign_in(self, rest: str) -> None:
        _, user, password = base64.b64decode(rest.removeprefix("PLAIN ")).decode().split("\0")
        good = (user, password) == (self._desk.username, self._desk.password)
        self._user = user if good else ""
        self._say("AUTH", "235 welcome" if good else "535 5.7.8 wrong")

    def _take_mail(self) -> None:
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line[1:] if line.startswith(b"..") else line)
        if "." not in self._desk.answers:
            letter = Letter(_inside(self._sender), _inside(self._recipient), b"".join(lines), self._user, self._guarded)
            self._desk.letters.append(letter)
        self._say(".", "250 taken")

    def _say(self, command: str, usual: str) -> None:
        answer = self._desk.answers.get(command, usual)
        if answer == SILENCE:
            self._desk.over.wait()
        if answer == DRIBBLE:
            while not self._desk.over.wait(BETWEEN_BYTES_S):
                self.wfile.write(b"2")
        if answer in (SILENCE, DRIBBLE, HANG_UP):
            raise _Over
        self.wfile.write(f"{answer}\r\n".encode())

    def _guard(self) -> None:
        self.connection = self._desk.tls().wrap_socket(self.connection, server_side=True)
        self.rfile, self.wfile = self.connection.makefile("rb"), self.connection.makefile("wb", 0)
        self._guarded = True


def _inside(rest: str) -> str:
    return rest.partition("<")[2].rpartition(">")[0]
