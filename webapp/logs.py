"""What is written down while the service runs? One JSON line an event, without names or addresses of people."""

import logging
import sys
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from typing import Any

import structlog


def configure_logs() -> None:
    """Send structured events to standard error; safe to call again."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=True),  # control characters are escaped with the rest
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )


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
