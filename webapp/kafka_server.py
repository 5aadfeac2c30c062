"""Which Kafka do the settings name, and how is it spoken with?"""

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit


class Security(StrEnum):
    """How a connection is guarded; the values are librdkafka's."""

    PLAINTEXT = "PLAINTEXT"
    SSL = "SSL"
    SASL_PLAINTEXT = "SASL_PLAINTEXT"
    SASL_SSL = "SASL_SSL"

    @property
    def signs_in(self) -> bool:
        """True where the broker wants a user name and a password."""
        return self in (Security.SASL_PLAINTEXT, Security.SASL_SSL)


class Mechanism(StrEnum):
    """How the password is shown; the values are librdkafka's."""

    PLAIN = "PLAIN"
    SCRAM_SHA_256 = "SCRAM-SHA-256"
    SCRAM_SHA_512 = "SCRAM-SHA-512"


@dataclass(frozen=True, slots=True, kw_only=True)
class KafkaServer:
    """Where the brokers and the schema registry are, and as whom we come."""

    bootstrap: str
    security: Security = Security.PLAINTEXT
    mechanism: Mechanism = Mechanism.PLAIN
    username: str = ""
    password: str = field(default="", repr=False)
    ca: str | None = None
    """A file with the authorities that may have signed the brokers' certificates; None for the system's own."""
    certificate: str | None = None
    key: str | None = None
    registry_url: str | None = field(default=None, repr=False)
    """None: events are JSON; it may hold `user:password@`."""


def parse_brokers(value: str) -> str:
    """Read `host:port,host:port`; raises ValueError."""
    servers = [server.strip() for server in value.split(",")]
    for server in servers:
        host, _, port = server.rpartition(":")
        plain = port.isascii() and port.isdecimal() and len(port) <= 5 and 0 < int(port) < 2**16
        if not (host and plain and host.isprintable() and "/" not in host and " " not in host):
            raise ValueError("must be a host and a port, or several of them separated by commas")
    return ",".join(servers)


def parse_security(value: str) -> Security:
    """Read how connections are guarded; raises ValueError."""
    try:
        return Security(value.upper())
    except ValueError:
        raise ValueError(f"must be one of {', '.join(Security)}") from None


def parse_mechanism(value: str) -> Mechanism:
    """Read how the password is shown; raises ValueError."""
    try:
        return Mechanism(value.upper())
    except ValueError:
        raise ValueError(f"must be one of {', '.join(Mechanism)}") from None


def parse_registry_url(value: str) -> str:
    """Read the address of a schema registry; raises ValueError, which never quotes it."""
    try:
        parts, _port = urlsplit(value), urlsplit(value).port
    except ValueError:
        raise ValueError("has a host or a port that cannot be") from None
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise ValueError("must be http:// or https:// and a host, with user:password@ where the registry wants it")
    return value.rstrip("/")


def parse_file(value: str) -> str:
    """Read the path of a file that is there; raises ValueError."""
    try:
        if Path(value).is_file():
            return value
    except ValueError:
        pass
    raise ValueError("must be the path of a file that is there")
