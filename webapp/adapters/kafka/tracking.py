"""How do tracking events get to a topic, as they would get into the file (decision 45)?"""

import json
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from webapp.adapters.kafka.delivery import Delivery, Parcel
from webapp.adapters.kafka.stream import WHOLE_TIMEOUT_S
from webapp.kafka_server import KafkaServer
from webapp.ports import TrackingLost


class TrackingTopic:
    """Hands tracking events to the brokers, those of a course run under its key."""

    def __init__(self, server: KafkaServer, topic: str, *, timeout_s: float = WHOLE_TIMEOUT_S) -> None:
        """Remember where the brokers are; connects when the first event comes."""
        self._topic = topic
        self._delivery = Delivery(server, timeout_s=timeout_s)

    def write(self, events: Sequence[Mapping[str, Any]]) -> None:
        """Send events, and wait until brokers have all of them; raises TrackingLost, and then some may have arrived."""
        results = self._delivery.deliver([partial(self._wrap, event) for event in events])
        faults = [fault.reason for fault in results if fault is not None]
        if faults:
            raise TrackingLost(f"the topic {self._topic} did not take the tracking events: {faults[0]}")

    def find_fault(self) -> str | None:
        """Ask for the topics; ours need not be among them, since brokers may make it when the first event comes."""
        return self._delivery.find_fault()

    def _wrap(self, event: Mapping[str, Any]) -> Parcel:
        course_id = event["event"].get("course_id")
        key = course_id.encode() if isinstance(course_id, str) else None
        value = json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode()
        return Parcel(self._topic, key, value, [("content-type", b"application/json")])
