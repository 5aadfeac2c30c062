"""Which mail server does a setting name, and can an address be written to at all?"""

import ipaddress
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import SplitResult, unquote, urlsplit

LONGEST_ADDRESS = 254  # RFC 5321 §4.5.3.1.3, without the brackets
SUBMISSION, SUBMISSIONS, RELAY = 587, 465, 25
_ADDRESS = re.compile(r"""[!#-'*+\-./-9=?A-Z^-~]+@(?:[^\s@<>()\[\],;:"\\]+|\[[0-9A-Za-z.:]+\])""")
_SWITCH = {"on": True, "off": False}


class Tls(StrEnum):
    """How a connection is guarded."""

    AT_ONCE = "at once"
    STARTTLS = "starttls"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mails are handed over, and as whom; no user name where it asks for none."""

    host: str
    port: int
    tls: Tls
    username: str = ""
    password: str = field(default="", repr=False)
    sender: str = ""
    """The address that mails come from; empty: the one that our public address suggests."""


def writable(address: str) -> bool:
    """Say whether a text is one mail address that a message and a server can be given.

    Its name is ASCII, without quotes: what else RFC 6531 allows, few servers take. Its host may be of any language.
    """
    return len(address) <= LONGEST_ADDRESS and _ADDRESS.fullmatch(address) is not None and address.isprintable()


def in_ascii(address: str) -> str:
    """Give an address with its host as name servers know it; raises ValueError where no host has that name."""
    name, _, host = address.rpartition("@")
    return address if host.isascii() else f"{name}@{host.encode('idna').decode()}"


def parse_mail_server(value: str) -> MailServer:
    """Read smtp://user:password@host:port?starttls=on&from=address; raises ValueError, which never quotes the text."""
    try:
        parts, port = urlsplit(value), urlsplit(value).port
    except ValueError:
        raise ValueError("has a host or a port that cannot be") from None
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname or port == 0:
        raise ValueError("must begin with smtp:// or smtps:// and name one host")
    if parts.path.strip("/") or parts.fragment:
        raise ValueError("must have no path; write / and # in a password as %2F and %23")
    username, password = _sign_in(parts)
    options = dict(_options(parts.query))
    tls = _tls(parts.scheme, parts.hostname, options.get("starttls"))
    usual = SUBMISSIONS if tls is Tls.AT_ONCE else SUBMISSION if username else RELAY
    return MailServer(parts.hostname, port or usual, tls, username, password, _sender(options.get("from", "")))


def default_sender(base_url: str) -> str:
    """Give the address that mails come from where none was set: certdesk at the host of our public address."""
    host = urlsplit(base_url).hostname or "localhost"
    try:
        number = ipaddress.ip_address(host)
    except ValueError:
        return in_ascii(f"certdesk@{host}")
    return f"certdesk@[IPv6:{number}]" if number.version == 6 else f"certdesk@[{number}]"


def _sign_in(parts: SplitResult) -> tuple[str, str]:
    username, password = unquote(parts.username or ""), unquote(parts.password or "")
    if bool(username) != bool(password):
        raise ValueError("must have both a user and a password, or neither")
    if not (username + password).isascii() or not (username + password).isprintable():
        raise ValueError("must have a user and a password of ASCII characters")
    return username, password


def _sender(text: str) -> str:
    try:
        if not text or writable(text):
            return in_ascii(text)
    except UnicodeError:
        pass
    raise ValueError("must have one mail address after from=")


def _options(query: str) -> Iterator[tuple[str, str]]:
    """Give what follows the question mark; a plus is one, since addresses have it."""
    seen: set[str] = set()
    for part in filter(None, query.split("&")):
        name, _, value = part.partition("=")
        if name not in ("starttls", "from") or name in seen:
            raise ValueError("knows starttls and from after its question mark, each once")
        seen.add(name)
        yield name, unquote(value)


def _tls(scheme: str, host: str, starttls: str | None) -> Tls:
    """Guard the connection unless it stays on this machine, or somebody says that it needs no guard."""
    if scheme == "smtps":
        if starttls is not None:
            raise ValueError("must not have starttls with smtps://, which is guarded from the first byte on")
        return Tls.AT_ONCE
    if starttls is not None and starttls.casefold() not in _SWITCH:
        raise ValueError("must say starttls=on or starttls=off")
    wanted = not _on_this_machine(host) if starttls is None else _SWITCH[starttls.casefold()]
    return Tls.STARTTLS if wanted else Tls.NONE


def _on_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
