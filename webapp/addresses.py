"""Which addresses may a setting name, and which texts?"""

import re
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

_SLUG = re.compile(r"[A-Za-z0-9_-]+")
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


def readable(value: str) -> str:
    """Give a text that is one; raises ValueError."""
    try:
        value.encode()
    except UnicodeEncodeError:
        raise ValueError("has bytes that are no UTF-8 text") from None
    return value


def parse_token(value: str) -> str:
    """Read a token as a header can hold it; raises ValueError."""
    if not (value.isascii() and value.isprintable()) or " " in value:
        raise ValueError("must be ASCII characters without spaces")
    return value


def parse_slug(value: str) -> str:
    """Read the name of a thing as addresses have it; raises ValueError."""
    if not _SLUG.fullmatch(value):
        raise ValueError("must be letters, digits, hyphens and underscores")
    return value


def parse_database_url(value: str) -> str:
    """Read a database's address, a relative SQLite path from the working directory; raises ValueError."""
    try:
        url = make_url(value)
    except ArgumentError:
        raise ValueError("must be a database address such as sqlite:///var/certdesk.sqlite3") from None
    except ValueError:
        raise ValueError("has a host or a port that cannot be") from None
    if url.drivername in ("postgresql", "postgres"):
        url = url.set(drivername="postgresql+psycopg")
    if url.drivername not in ("sqlite", "postgresql+psycopg"):
        raise ValueError("must begin with sqlite:/// or postgresql+psycopg://")
    if url.drivername == "sqlite" and url.database and url.database != ":memory:":
        # Flask-SQLAlchemy would look for a relative path in its instance folder.
        url = url.set(database=str(Path(url.database).absolute()))
    elif url.drivername == "sqlite":
        raise ValueError("must name a file: a database in memory is not shared between threads and processes")
    else:
        readable(value)
    return url.render_as_string(hide_password=False)


def parse_origins(value: str) -> tuple[str, ...]:
    """Read origins, as browsers spell them, separated by commas; raises ValueError."""
    found = tuple(filter(None, (one.strip() for one in value.split(","))))
    for one in found:
        try:
            parts, _port = urlsplit(one), urlsplit(one).port
        except ValueError:
            raise ValueError("has a host or a port that cannot be") from None
        if parts.scheme not in ("http", "https") or not parts.hostname or one != f"{parts.scheme}://{parts.netloc}":
            raise ValueError("must be exact origins such as https://support.example.org, separated by commas")
        if one != one.lower() or "@" in one or "*" in one:
            raise ValueError("must be exact origins as browsers spell them: lower case, no user, no *")
    return found


def parse_base_url(value: str) -> str:
    """Read a scheme, a host and a port alone; raises ValueError."""
    try:
        parts, _port = urlsplit(value), urlsplit(value).port
    except ValueError:
        raise ValueError("has a host or a port that cannot be") from None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("must be http:// or https:// and a host")
    if parts.path.strip("/") or parts.query or parts.fragment or "@" in parts.netloc:
        raise ValueError("must be a scheme, a host and a port alone: no path, no query, no name or password")
    return readable(f"{parts.scheme}://{parts.netloc}")


def parse_redis_url(value: str) -> str:
    """Read a Redis server's address; raises ValueError."""
    try:
        parts, _port = urlsplit(value), urlsplit(value).port
    except ValueError:
        raise ValueError("has a host or a port that cannot be") from None
    if parts.scheme not in ("redis", "rediss", "unix"):
        raise ValueError("must begin with redis://, rediss:// or unix://")
    return readable(value)


def parse_broker_url(value: str) -> str:
    """Read a Celery broker's address; raises ValueError."""
    try:
        parts, _port = urlsplit(value), urlsplit(value).port
    except ValueError:
        raise ValueError("has a host or a port that cannot be") from None
    if parts.scheme not in ("redis", "rediss", "amqp", "amqps") or not parts.hostname or ";" in value:
        raise ValueError("must begin with redis://, rediss://, amqp:// or amqps:// and name one host")
    if parts.scheme.startswith("redis") and parts.path.strip("/") and not parts.path.strip("/").isdecimal():
        raise ValueError("must end with the number of a Redis database, or without one")
    return readable(value)


def parse_issuer(value: str) -> str:
    """Read the address of an issuer of identities, kept letter for letter; raises ValueError."""
    if not trusted_address(value) or "?" in value or "#" in value:
        raise ValueError("must be an https:// address without a query (http:// on this machine alone)")
    return value


def trusted_address(value: object) -> bool:
    """Say whether an address is https, or http on this machine: what is sent there, nobody reads or changes on the way."""
    if not isinstance(value, str) or not value.isascii() or not value.isprintable() or " " in value:
        return False
    try:
        parts, _port = urlsplit(value), urlsplit(value).port
    except ValueError:
        return False
    if not parts.hostname or "@" in parts.netloc:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)
