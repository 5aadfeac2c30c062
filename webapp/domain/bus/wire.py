"""How does an event of the bus look on the wire: its headers, and the names under which its schemas are registered?"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

SOURCE = "openedx/certdesk/web"
DEFINITIONS = "10.5.0"
"""The release of the platform's event definitions that our schemas follow: receivers read three numbers there."""
KEY_SCHEMA = "string"


@dataclass(frozen=True, slots=True)
class CloudEvent:
    """One event, ready to leave; `id` and `time` are the same at every try."""

    id: str
    type: str
    time: str
    topic: str
    key: str
    """Events of one key arrive in their order."""
    value: Mapping[str, Any]
    schema: Mapping[str, Any]
    """The Avro schema of the value."""


def headers(event: CloudEvent, *, content_type: str, host: str) -> list[tuple[str, bytes]]:
    """Give the ten headers of an event (ecosystem note §2.2)."""
    said = {
        "ce_specversion": "1.0",
        "content-type": content_type,
        "ce_datacontenttype": content_type,
        "ce_type": event.type,
        "ce_id": event.id,
        "ce_source": SOURCE,
        "ce_time": event.time,
        "ce_minorversion": "0",
        "sourcehost": host,
        "sourcelib": DEFINITIONS,
    }
    return [(name, text.encode()) for name, text in said.items()]


def subject_of_key(event: CloudEvent) -> str:
    """Give the name under which a registry keeps the schema of a topic's keys."""
    return f"{event.topic}-{KEY_SCHEMA}"


def subject_of_value(event: CloudEvent) -> str:
    """Give the name under which a registry keeps the schema of an event's value: one topic carries many types."""
    return f"{event.topic}-{event.type}.{event.schema['name']}"
