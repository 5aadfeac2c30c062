"""What may the values of settings be? Each reads one text, and raises ValueError that says what it must be."""

from collections.abc import Callable

from webapp.addresses import readable
from webapp.kafka_server import is_topic

BIGGEST = 100_000  # days or minutes: more would leave the calendar
LONGEST_QUEUE_NAME = 128  # all that goes into a submission's header must find room in 1,024 characters
SWITCH = {"on": True, "true": True, "yes": True, "1": True, "off": False, "false": False, "no": False, "0": False}
MOST_APPROVALS = 10
TO_A_TOPIC = "kafka:"
GOVERNED = ("html-view", "crawlers", "generation", "course", "badge", "badge-default", "access")
"""The kinds of configuration that need approvals (interface §8); a test holds that the domain knows the same."""


def parse_secret(value: str) -> str:
    """Take a secret that is long enough."""
    if len(value) < 16:
        raise ValueError("must have at least 16 characters")
    return readable(value)


def whole(smallest: int, largest: int = BIGGEST) -> Callable[[str], int]:
    """Give what reads a whole number from the smallest to the largest."""

    def parse(value: str) -> int:
        plain = value.isascii() and value.isdigit() and len(value) <= len(str(BIGGEST))
        if not plain or not smallest <= int(value) <= largest:
            raise ValueError(f"must be a whole number from {smallest} to {largest}")
        return int(value)

    return parse


def parse_user_and_password(value: str) -> str:
    """Take user:password."""
    user, colon, _ = value.partition(":")
    if not (user and colon):
        raise ValueError("must have the form user:password")
    return readable(value)


def parse_queue_name(value: str) -> str:
    """Take the name of a queue of XQueue's."""
    if not (value.isascii() and value.isprintable()) or len(value) > LONGEST_QUEUE_NAME:
        raise ValueError(f"must be at most {LONGEST_QUEUE_NAME} ASCII characters")
    return value


def parse_switch(value: str) -> bool:
    """Read on or off."""
    if value.casefold() not in SWITCH:
        raise ValueError("must be on or off")
    return SWITCH[value.casefold()]


def parse_tracking(value: str) -> str | None:
    """Read where tracking events go: a file, a topic, or nowhere."""
    if value.casefold() == "off":
        return None
    if value.startswith(TO_A_TOPIC) and not is_topic(value.removeprefix(TO_A_TOPIC)):
        raise ValueError("must be a file, kafka: with the name of a topic behind it, or off")
    return readable(value)


def topic_of(tracking: str | None) -> str | None:
    """Give the topic that tracking events go to; None where they go to a file, or nowhere."""
    return tracking.removeprefix(TO_A_TOPIC) if tracking and tracking.startswith(TO_A_TOPIC) else None


def parse_approvals(value: str) -> tuple[tuple[str, int], ...]:
    """Read `kind=number` pairs; a kind needs at least one approval."""
    wanted: dict[str, int] = {}
    for part in filter(None, (one.strip() for one in value.split(","))):
        kind, _, number = (one.strip() for one in part.partition("="))
        counted = number.isdecimal() and len(number) <= len(str(MOST_APPROVALS)) and 1 <= int(number) <= MOST_APPROVALS
        if kind not in GOVERNED or not counted:
            raise ValueError(
                f"must be pairs such as generation=2, of one of {', '.join(GOVERNED)} and a number from 1 to {MOST_APPROVALS}"
            )
        wanted[kind] = int(number)
    return tuple(wanted.items())
