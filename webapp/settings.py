"""Which settings exist, what do they mean, and what may their values be?"""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

PREFIX = "CERTDESK_"
BIGGEST = 100_000  # days or minutes: more would leave the calendar


class SettingsError(Exception):
    """A variable is unknown, missing or has a value that cannot be used; the text is one line and names it."""


def _text(value: str) -> str:
    return value


def _secret(value: str) -> str:
    if len(value) < 16:
        raise ValueError("must have at least 16 characters")
    return value


def _whole(smallest: int) -> Callable[[str], int]:
    def parse(value: str) -> int:
        plain = value.isascii() and value.isdigit() and len(value) <= len(str(BIGGEST))
        if not plain or not smallest <= int(value) <= BIGGEST:
            raise ValueError(f"must be a whole number from {smallest} to {BIGGEST}")
        return int(value)

    return parse


def _database_url(value: str) -> str:
    try:
        url = make_url(value)
    except ArgumentError:
        raise ValueError("must be a database address such as sqlite:///var/certdesk.sqlite3") from None
    if url.drivername in ("postgresql", "postgres"):
        url = url.set(drivername="postgresql+psycopg")
    if url.drivername not in ("sqlite", "postgresql+psycopg"):
        raise ValueError("must begin with sqlite:/// or postgresql+psycopg://")
    if url.drivername == "sqlite" and url.database and url.database != ":memory:":
        # Flask-SQLAlchemy would look for a relative path in its instance folder.
        url = url.set(database=str(Path(url.database).absolute()))
    elif url.drivername == "sqlite":
        raise ValueError("must name a file: a database in memory is not shared between threads and processes")
    return url.render_as_string(hide_password=False)


def _base_url(value: str) -> str:
    try:
        parts, _port = urlsplit(value), urlsplit(value).port
    except ValueError:
        raise ValueError("has a host or a port that cannot be") from None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("must be http:// or https:// and a host")
    if parts.path.strip("/") or parts.query or parts.fragment or "@" in parts.netloc:
        raise ValueError("must be a scheme, a host and a port alone: no path, no query, no name or password")
    return f"{parts.scheme}://{parts.netloc}"


def _redis_url(value: str) -> str:
    if urlsplit(value).scheme not in ("redis", "rediss", "unix"):
        raise ValueError("must begin with redis://, rediss:// or unix://")
    return value


def _user_and_password(value: str) -> str:
    user, colon, _ = value.partition(":")
    if not (user and colon):
        raise ValueError("must have the form user:password")
    return value


def _setting(parse: Callable[[str], Any], default: Any, meaning: str, *, secret: bool = False) -> Any:  # noqa: ANN401 - a dataclass field stands for a value of any type
    return field(default=default, repr=not secret, metadata={"parse": parse, "meaning": meaning, "secret": secret})


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Everything that can be set from outside; each field is the variable CERTDESK_<NAME>."""

    database_url: str = _setting(
        _database_url,
        "sqlite:///var/certdesk.sqlite3",
        "where the data is; a relative SQLite path counts from the working directory",
        secret=True,
    )
    migration_url: str | None = _setting(
        _database_url,
        None,
        "the role that owns the tables, for `db upgrade`; as CERTDESK_DATABASE_URL when not set",
        secret=True,
    )
    secret_key: str | None = _setting(
        _secret, None, "signs cookies; needed by serve; at least 16 characters", secret=True
    )
    base_url: str = _setting(_base_url, "http://127.0.0.1:8000", "our public address")
    redis_url: str | None = _setting(
        _redis_url, None, "shared counters of rate limits; counted in each process when not set", secret=True
    )
    callback_basic_auth: str | None = _setting(
        _user_and_password, None, "user:password that XQueue must send on callbacks", secret=True
    )
    stuck_minutes: int = _setting(
        _whole(0), 15, "after how many minutes without an answer a certificate counts as stuck"
    )
    inbox_days: int = _setting(_whole(1), 30, "days that a matched delivery is kept after its certificate settled")
    inbox_unmatched_days: int = _setting(_whole(1), 7, "days that an unmatched delivery is kept")
    proxies: int = _setting(_whole(0), 0, "how many trusted reverse proxies stand in front")

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None) -> "Settings":
        """Read every CERTDESK_* variable; raises SettingsError for an unknown name or a bad value."""
        environ = os.environ if environ is None else environ
        known = {PREFIX + f.name.upper(): f for f in fields(cls)}
        values = {}
        for name in sorted(n for n in environ if n.startswith(PREFIX)):
            if name not in known:
                raise SettingsError(f"{name} is not a setting of Certdesk; see the README's table of settings")
            if environ[name] == "":
                continue
            try:
                values[known[name].name] = known[name].metadata["parse"](environ[name])
            except ValueError as problem:
                raise SettingsError(f"{name} {problem}") from None
        values.setdefault("database_url", _database_url(cls.database_url))
        return cls(**values)

    @property
    def https(self) -> bool:
        """True when people reach us over https: then cookies are Secure and HSTS is sent."""
        return self.base_url.startswith("https://")

    @property
    def migrating_url(self) -> str:
        """The address that migrations use."""
        return self.migration_url or self.database_url

    def require_secret_key(self) -> str:
        """Give the secret key, or raise SettingsError when there is none."""
        if self.secret_key is None:
            raise SettingsError(f"{PREFIX}SECRET_KEY is not set; make one with: openssl rand -hex 32")
        return self.secret_key
