"""How do mails get to the mail server, and why not, where they do not?

Nothing here says an address: what a server answers may hold one, so that only its numbers are told.
"""

import smtplib
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Any

from webapp.adapters.deadline import Deadline
from webapp.mail_server import MailServer, Tls, in_ascii
from webapp.ports import Mail, MailDeferred, MailRefused, MailUnsent

CONNECT_TIMEOUT_S = 5.0
WHOLE_TIMEOUT_S = 20.0  # and both together well below outbox.SENT_WITHIN
PERMANENT = 500
CLOSING = 421
"""So a server answers any command before it closes the connection (RFC 5321 §3.8): no word of the mail in hand."""
NAME = "Certdesk"
UNWRITABLE = "the mail cannot be written: its address, name or subject is none"
UNREACHED = "cannot connect to the mail server"


class _Conversation(smtplib.SMTP):
    """A conversation that has to end in time, from its greeting on: the library's timeout is only between two bytes."""

    def __init__(self, deadline: Deadline, *where: Any, **how: Any) -> None:  # noqa: ANN401 - what the library takes
        self._deadline = deadline
        super().__init__(*where, **how)

    def _get_socket(self, *where: Any) -> socket.socket:  # noqa: ANN401 - as above
        made: socket.socket = super()._get_socket(*where)  # type: ignore[misc]  # its types leave it out
        self._deadline.begin(made)
        return made


class _GuardedConversation(smtplib.SMTP_SSL, _Conversation):
    """One that speaks TLS from the first byte on."""

    def __init__(self, deadline: Deadline, *where: Any, **how: Any) -> None:  # noqa: ANN401 - as above
        self._deadline = deadline
        smtplib.SMTP_SSL.__init__(self, *where, **how)


class SmtpMailer:
    """Hands over one mail a connection: there are few of them. Any number of threads may use one at once."""

    def __init__(self, server: MailServer, sender: str, *, timeout_s: float = WHOLE_TIMEOUT_S) -> None:
        """Remember where it is and who we are; connects to nothing. `timeout_s` is how long one mail may take."""
        self._server = server
        self._sender = sender
        self._host = sender.rpartition("@")[2]
        self._timeout_s = timeout_s
        self._tls = ssl.create_default_context()  # SSL_CERT_FILE counts: a private authority may have signed

    def send(self, mail: Mail) -> None:
        """Hand over one mail; raises MailRefused or MailDeferred where it is not taken, never or now, or MailUnsent."""
        message = self._message(mail)
        with self._signed_in() as smtp:
            try:
                smtp.send_message(message, self._sender, [in_ascii(mail.address)])
            # From None each: what the library raises carries the address.
            except smtplib.SMTPRecipientsRefused as problem:
                code = max(answer[0] for answer in problem.recipients.values())
                raise _refused("the recipient", code) from None
            except smtplib.SMTPDataError as problem:
                raise _refused("the mail", problem.smtp_code) from None
            except smtplib.SMTPSenderRefused as problem:  # our setting is wrong, and the mail as good as any
                raise MailUnsent(f"the mail server refuses our own address ({problem.smtp_code})") from None

    def find_fault(self) -> str | None:
        """Connect, sign in, and give what is wrong; None where all is well."""
        try:
            with self._signed_in() as smtp:
                smtp.noop()
        except MailUnsent as fault:
            return str(fault)
        return None

    def _message(self, mail: Mail) -> EmailMessage:
        message = EmailMessage(policy=SMTP)
        try:
            message["From"] = Address(NAME, addr_spec=self._sender)
            message["To"] = Address(mail.name, addr_spec=in_ascii(mail.address))
            message["Subject"] = mail.subject
        except (MessageError, ValueError, IndexError):
            raise MailRefused(UNWRITABLE) from None
        message["Date"] = format_datetime(mail.at)
        message["Message-ID"] = f"<{mail.reference}@{self._host}>"
        message["References"] = f"<{mail.thread}@{self._host}>"
        message["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's holiday answers it
        message.set_content(mail.text, cte="quoted-printable")
        return message

    @contextmanager
    def _signed_in(self) -> Iterator[smtplib.SMTP]:
        """Lend a connection that is guarded as it has to be; every failure is MailUnsent, but for what the block raises."""
        smtp: smtplib.SMTP | None = None
        with Deadline(self._timeout_s) as deadline:
            try:
                smtp = self._connect(deadline)
                self._sign_in(smtp)
                yield smtp
                with suppress(smtplib.SMTPException, OSError):
                    smtp.quit()  # the mail is theirs by now, whatever they say to this
            except (smtplib.SMTPException, OSError, UnicodeError, MailRefused, MailUnsent) as problem:
                raise MailUnsent(f"{UNREACHED} (no answer in time)") if deadline.passed else _told(problem) from None
            finally:
                if smtp is not None:
                    smtp.close()

    def _connect(self, deadline: Deadline) -> smtplib.SMTP:
        host, port, us = self._server.host, self._server.port, self._host
        if self._server.tls is Tls.AT_ONCE:
            return _GuardedConversation(deadline, host, port, us, timeout=CONNECT_TIMEOUT_S, context=self._tls)
        return _Conversation(deadline, host, port, us, timeout=CONNECT_TIMEOUT_S)

    def _sign_in(self, smtp: smtplib.SMTP) -> None:
        if self._server.tls is Tls.STARTTLS:
            smtp.starttls(context=self._tls)
        if self._server.username:
            smtp.login(self._server.username, self._server.password)


def _told(problem: Exception) -> MailRefused | MailUnsent:
    if isinstance(problem, MailRefused | MailUnsent):
        return problem
    return MailUnsent(_fault(problem))


def _fault(problem: Exception) -> str:
    match problem:
        case smtplib.SMTPAuthenticationError():
            return f"the mail server refuses the sign-in ({problem.smtp_code})"
        case smtplib.SMTPNotSupportedError():
            return "the mail server offers no STARTTLS, or no sign-in that we know"
        case smtplib.SMTPResponseException():
            return f"the mail server does not work just now ({problem.smtp_code})"
        case smtplib.SMTPException() | ConnectionResetError() | BrokenPipeError():
            return f"{UNREACHED} (the connection broke off)"
        case TimeoutError():
            return f"{UNREACHED} (no answer in time)"
        case ssl.SSLError():
            return f"{UNREACHED} (no trusted TLS)"
        case socket.gaierror() | UnicodeError():
            return f"{UNREACHED} (no such host)"
        case _:
            return UNREACHED


def _refused(what: str, code: int) -> MailRefused | MailUnsent:
    text = f"the mail server refuses {what} ({code})"
    if code >= PERMANENT:
        return MailRefused(text)
    return MailUnsent(text) if code == CLOSING else MailDeferred(text)
