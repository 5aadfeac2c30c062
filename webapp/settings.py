"""Which settings exist, what do they mean, and what may their values be?"""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from webapp.mail_server import MailServer, parse_mail_server

PREFIX = "CERTDESK_"
BIGGEST = 100_000  # days or minutes: more would leave the calendar
# XQueue tells callback URLs apart by 128 characters, the last 32 of which are the job's key (XQueue note §1b).
LONGEST_BASE_URL = 128 - len("/update_example_certificate?key=") - 32
LONGEST_QUEUE_NAME = 128  # all that goes into a submission's header must find room in 1,024 characters
SWITCH = {"on": True, "true": True, "yes": True, "1": True, "off": False, "false": False, "no": False, "0": False}


MOST_APPROVALS = 10
GOVERNED = ("html-view", "crawlers", "generation", "course", "badge", "badge-default", "access")
"""The kinds of configuration that need approvals (interface §8); a test holds that the domain knows the same."""


class SettingsError(Exception):
    """A variable is unknown, missing or has a value that cannot be used; the text is one line and names it."""


def _text(value: str) -> str:
    try:
        value.encode()
    except UnicodeEncodeError:
        raise ValueError("has bytes that are no UTF-8 text") from None
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


def _broker_url(value: str) -> str:
    try:
        parts, _port = urlsplit(value), urlsplit(value).port
    except ValueError:
        raise ValueError("has a host or a port that cannot be") from None
    if parts.scheme not in ("redis", "rediss", "amqp", "amqps") or not parts.hostname or ";" in value:
        raise ValueError("must begin with redis://, rediss://, amqp:// or amqps:// and name one host")
    if parts.scheme.startswith("redis") and parts.path.strip("/") and not parts.path.strip("/").isdecimal():
        raise ValueError("must end with the number of a Redis database, or without one")
    return _text(value)


def _user_and_password(value: str) -> str:
    user, colon, _ = value.partition(":")
    if not (user and colon):
        raise ValueError("must have the form user:password")
    return _text(value)


def _queue_name(value: str) -> str:
    if not (value.isascii() and value.isprintable()) or len(value) > LONGEST_QUEUE_NAME:
        raise ValueError(f"must be at most {LONGEST_QUEUE_NAME} ASCII characters")
    return value


def _switch(value: str) -> bool:
    if value.casefold() not in SWITCH:
        raise ValueError("must be on or off")
    return SWITCH[value.casefold()]


def _tracking(value: str) -> str | None:
    if value.casefold() == "off":
        return None
    if value.startswith("kafka:"):
        raise ValueError("must be a file: topics cannot be written to yet")
    return _text(value)


def _approvals(value: str) -> tuple[tuple[str, int], ...]:
    """Read `kind=number` pairs; a kind needs at least one approval."""
    wanted: dict[str, int] = {}
    for part in filter(None, (one.strip() for one in value.split(","))):
        kind, _, number = (one.strip() for one in part.partition("="))
        if kind not in GOVERNED or not number.isdecimal() or not 1 <= int(number) <= MOST_APPROVALS:
            raise ValueError(
                f"must be pairs such as generation=2, of one of {', '.join(GOVERNED)} and a number from 1 to {MOST_APPROVALS}"
            )
        wanted[kind] = int(number)
    return tuple(wanted.items())


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
    broker_url: str | None = _setting(
        _broker_url, None, "broker of Celery workers and beat; jobs run inside `serve` when not set", secret=True
    )
    xqueue_url: str | None = _setting(_base_url, None, "where XQueue is, without a path; no queue when not set")
    xqueue_username: str | None = _setting(_text, None, "the name that we sign in to XQueue with")
    xqueue_password: str | None = _setting(_text, None, "its password", secret=True)
    xqueue_queue: str = _setting(_queue_name, "certificates", "the queue that the certificate workers pull from")
    xqueue_basic_auth: str | None = _setting(
        _user_and_password, None, "user:password for a proxy in front of XQueue", secret=True
    )
    queue_removes: bool = _setting(
        _switch, False, "whether the queue is told to remove files; the stock agent dies on it"
    )
    callback_basic_auth: str | None = _setting(
        _user_and_password, None, "user:password that XQueue must send on callbacks", secret=True
    )
    stuck_minutes: int = _setting(
        _whole(0), 15, "after how many minutes without an answer a certificate counts as stuck"
    )
    delay_seconds: int = _setting(_whole(0), 2, "delay before a scheduled generation runs, in seconds")
    auto_generate: bool = _setting(
        _switch, True, "whether new facts, and the allowlist, lead to a certificate by themselves"
    )
    badges: bool = _setting(_switch, True, "whether badges are awarded, in course runs that issue them")
    milestones: bool = _setting(
        _switch, True, "whether it is written down, and told, that a learner passes a course run for the first time"
    )
    tracking: str | None = _setting(
        _tracking, "var/tracking.log", "the file that tracking events are written to, as JSON lines; `off` for none"
    )
    approvals: tuple[tuple[str, int], ...] = _setting(
        _approvals, (), "approvals that a kind of change needs, as `generation=3,access=2`; the author's does not count"
    )
    smtp_url: MailServer | None = _setting(  # noqa: RUF009 - a field, as the others; it does not know the type
        parse_mail_server, None, "the mail server for notices of changes; none when not set", secret=True
    )
    inbox_days: int = _setting(_whole(1), 30, "days that a matched delivery is kept after its certificate settled")
    inbox_unmatched_days: int = _setting(_whole(1), 7, "days that an unmatched delivery is kept")
    proxies: int = _setting(_whole(0), 0, "how many trusted reverse proxies stand in front")

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None) -> "Settings":
        """Read every CERTDESK_* variable; raises SettingsError for an unknown name, a bad value, or values that clash."""
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
        settings = cls(**values)
        settings._require_what_the_queue_needs()
        return settings

    @property
    def https(self) -> bool:
        """True when people reach us over https: then cookies are Secure and HSTS is sent."""
        return self.base_url.startswith("https://")

    @property
    def broker_queue(self) -> str:
        """The queue of our jobs: named for our public address, so that installations can share a broker."""
        return f"certdesk-{urlsplit(self.base_url).netloc}"

    @property
    def migrating_url(self) -> str:
        """The address that migrations use."""
        return self.migration_url or self.database_url

    def require_secret_key(self) -> str:
        """Give the secret key, or raise SettingsError when there is none."""
        if self.secret_key is None:
            raise SettingsError(f"{PREFIX}SECRET_KEY is not set; make one with: openssl rand -hex 32")
        return self.secret_key

    def require_broker_url(self) -> str:
        """Give the broker's address, or raise SettingsError when there is none."""
        if self.broker_url is None:
            raise SettingsError(f"{PREFIX}BROKER_URL is not set; without it `certdesk serve` runs the jobs itself")
        return self.broker_url

    def _require_what_the_queue_needs(self) -> None:
        if self.xqueue_url is None:
            return
        for name in ("xqueue_username", "xqueue_password"):
            if getattr(self, name) is None:
                raise SettingsError(f"{PREFIX}{name.upper()} is not set; XQueue ({PREFIX}XQUEUE_URL) wants a sign-in")
        if len(self.base_url) > LONGEST_BASE_URL:
            raise SettingsError(
                f"{PREFIX}BASE_URL must have at most {LONGEST_BASE_URL} characters: "
                "XQueue would take callbacks at a longer address for one and the same, and lose jobs"
            )
