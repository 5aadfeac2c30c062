"""Which Kafka do the settings name, and how is it spoken with?"""

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit

_TOPIC = re.compile(r"[A-Za-z0-9._-]{1,249}")
LONGEST_PREFIX = 200


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
    topic_prefix: str = ""
    """Stands before our topics, with a dash, as before all of the platform's."""


def parse_brokers(value: str) -> str:
    """Read `host:port,host:port`; raises ValueError."""
    servers = [server.strip() for server in value.split(",")]
    for server in servers:
        host, _, port = server.rpartition(":")
        plain = port.isascii() and port.isdecimal() and len(port) <= 5 and 0 < int(port) < 2**16
        if not (host and plain and host.isprintable() and "/" not in host and " " not in host):
            raise ValueError("must be a host and a port, or several of them separated by commas")
    return ",".join(servers)


def is_topic(name: str) -> bool:
    """Say whether a topic can be called so."""
    return _TOPIC.fullmatch(name) is not None


def parse_topic_prefix(value: str) -> str:
    """Read what stands before the names of topics; raises ValueError."""
    if not is_topic(value) or len(value) > LONGEST_PREFIX:
        raise ValueError(f"must be at most {LONGEST_PREFIX} letters, digits, dots, dashes and underscores")
    return value


def parse_topics(value: str) -> tuple[str, ...]:
    """Read `topic,topic`; raises ValueError."""
    topics = tuple(dict.fromkeys(topic.strip() for topic in value.split(",") if topic.strip()))
    if not topics or not all(map(is_topic, topics)):
        raise ValueError("must be topics separated by commas: letters, digits, dots, dashes and underscores")
    return topics


def parse_group(value: str) -> str:
    """Read the name of a consumer group; raises ValueError."""
    if not _TOPIC.fullmatch(value):
        raise ValueError("must be at most 249 letters, digits, dots, dashes and underscores")
    return value


def parse_beginning(value: str) -> str | datetime:
    """Read where to begin what was never read: a word of Kafka's or a time with a zone; raises ValueError."""
    if value.lower() in ("earliest", "latest"):
        return value.lower()
    try:
        found = datetime.fromisoformat(value)
        if found.tzinfo is not None:
            return found.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise ValueError("must be earliest, latest, or a time with a zone such as 2026-01-31T12:00:00Z")


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
    names_a_host = parts.scheme in ("http", "https") and parts.hostname and value.isprintable()
    if not names_a_host or parts.query or parts.fragment:
        raise ValueError("must be http:// or https:// and a host, with user:password@ where the registry wants it")
    return value.rstrip("/")


def parse_file(value: str) -> str:
    """Read the path of a file that is there; raises ValueError, which never quotes it: it may be a key."""
    if value.lstrip().startswith("-----BEGIN"):
        raise ValueError("must be the path of a file with the PEM text, and not the text itself")
    try:
        if Path(value).is_file():
            return value
    except (OSError, ValueError):  # too long for a path, or in a folder that we may not look into
        pass
    raise ValueError("must be the path of a file that is there")
