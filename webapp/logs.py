"""What is written down while the service runs? One JSON line an event, without names or addresses of people."""

import logging
import re
import sys
import traceback
import zlib
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from types import TracebackType
from typing import Any, TextIO

import structlog

_ADDRESS = re.compile(r"[^\s@\"'<>(),;:=]+@[^\s@\"'<>(),;:=]+\.[^\s@\"'<>(),;:=]+")
_WITHHELD = frozenset({"authorization", "cookie", "email", "name", "password", "token", "username"})
"""Words that no line may tell, by whatever mistake they get there."""
_EXPLAINED = ("sqlstate", "sqlite_errorname")
_as_json = structlog.processors.JSONRenderer(ensure_ascii=True)  # control characters are escaped with the rest
_SEAL = re.compile(rb', "crc32": "([0-9a-f]{8})"}\Z')
_Raised = tuple[type[BaseException], BaseException, TracebackType | None]


def configure_logs(stream: TextIO | None = None) -> None:
    """Send structured events to standard error, or where it is said; safe to call again."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            without_people,
            _sealed_line,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(stream or sys.stderr),
        cache_logger_on_first_use=False,
    )


def request_id() -> str:
    """Give the id of the request that is being dealt with; empty where none is known."""
    return str(structlog.contextvars.get_contextvars().get("request_id", ""))


def forwarded() -> dict[str, str]:
    """Give the headers by which whoever we call finds the request in their logs; none where no request is known."""
    known = request_id()
    return {"X-Request-ID": known} if known else {}


@contextmanager
def about(request: str) -> Iterator[None]:
    """Have all that is logged within belong to a request that was made earlier; to none where it is empty."""
    before = request_id()
    _belong_to(request)
    try:
        yield
    finally:
        _belong_to(before)


def without_people(_logger: object, _level: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Tell of a failure its kind and where it was, never its text, and of nothing else a mail address (ecosystem note §6).

    What an error says may hold any value that somebody sent: of a database's error, its parameters.
    """
    raised = _raised_of(event.pop("exc_info", None))
    for key, value in event.items():
        if key in _WITHHELD:
            event[key] = "[withheld]"
        elif isinstance(value, str) and "@" in value:
            event[key] = _ADDRESS.sub("[address]", value)
    if raised is not None:
        event["exception"] = _told(raised)
    return event


def is_whole(line: bytes) -> bool:
    """Say whether a line is as it was written, by its checksum: not where it was cut, altered, or is none of ours.

    The checksum is the CRC-32 (ISO 3309) of the line's bytes without itself; it guards against accidents alone.
    """
    line = line.rstrip(b"\r\n")
    seal = _SEAL.search(line)
    return seal is not None and _sum_of(line[: seal.start()] + b"}") == seal[1].decode()


@contextmanager
def quiet_logs() -> Iterator[None]:
    """Write down nothing: for a command, which says itself what came of it.

    But for failures of our own, which no command can tell: those in a plain line each.
    """
    usual = structlog.get_config()
    structlog.configure(**{**usual, "processors": [_only_failures, _in_one_line]})
    try:
        yield
    finally:
        structlog.configure(**usual)


def _sealed_line(logger: object, level: str, event: MutableMapping[str, Any]) -> str:
    line = str(_as_json(logger, level, event))
    return f'{line[:-1]}, "crc32": "{_sum_of(line.encode())}"}}'


def _sum_of(line: bytes) -> str:
    return f"{zlib.crc32(line):08x}"


def _belong_to(request: str) -> None:
    if request:
        structlog.contextvars.bind_contextvars(request_id=request)
    else:
        structlog.contextvars.unbind_contextvars("request_id")


def _raised_of(given: Any) -> BaseException | None:  # noqa: ANN401 - whatever a logger is given
    if isinstance(given, BaseException):
        return given
    if isinstance(given, tuple):
        raised: _Raised = given
        return raised[1]
    return sys.exc_info()[1] if given else None


def _told(raised: BaseException) -> str:
    """Give each failure of the chain, the first one first: where, and of which kind."""
    lines: list[str] = []
    seen: set[int] = set()
    at: BaseException | None = raised
    while at is not None and id(at) not in seen:
        seen.add(id(at))
        lines.insert(0, "".join(traceback.format_tb(at.__traceback__)) + _kind_of(at))
        at = at.__cause__ or (None if at.__suppress_context__ else at.__context__)
    return "\nthen\n".join(lines)


def _kind_of(raised: BaseException) -> str:
    """Give the class, and what the driver calls the fault, which names none of the values."""
    driver = getattr(raised, "orig", raised)
    words = [str(getattr(driver, name)) for name in _EXPLAINED if getattr(driver, name, None)]
    constraint = getattr(getattr(driver, "diag", None), "constraint_name", None)
    return " ".join(
        [f"{type(raised).__module__}.{type(raised).__qualname__}", *words, *([constraint] if constraint else [])]
    )


def _only_failures(_logger: object, _level: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    if not event.get("exc_info"):
        raise structlog.DropEvent
    return event


def _in_one_line(_logger: object, _level: str, event: MutableMapping[str, Any]) -> str:
    """Of the failure its kind alone: its text may name people, or be pages long."""
    given = event["exc_info"]
    kind = type(given) if isinstance(given, BaseException) else sys.exc_info()[0]
    return (
        f"Something failed: {event['event']} ({kind.__name__ if kind else 'unknown'}). certdesk --verbose says where."
    )
