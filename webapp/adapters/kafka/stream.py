"""How do events get to Kafka, as JSON or as Avro with a schema registry, and why not, where they do not?"""

import json
import socket
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from io import BytesIO
from typing import Any, Protocol

import fastavro

from webapp.adapters.kafka.delivery import Delivery, Parcel
from webapp.adapters.kafka.registry import FRAME, Registry, RegistryFault
from webapp.domain.bus import wire
from webapp.domain.bus.wire import CloudEvent
from webapp.kafka_server import KafkaServer
from webapp.ports import Undelivered

WHOLE_TIMEOUT_S = 10.0  # several of these go into outbox.SENT_WITHIN


class _Encoding(Protocol):
    content_type: str

    def encode(self, event: CloudEvent) -> tuple[bytes, bytes]:
        """Give key and value as bytes; raises RegistryFault."""

    def find_fault(self) -> str | None:
        """Give what is wrong; None where all is well."""


class KafkaStream:
    """Hands events to the brokers and waits until they have them. Any number of threads may use one, one after another."""

    def __init__(self, server: KafkaServer, *, timeout_s: float = WHOLE_TIMEOUT_S) -> None:
        """Remember where the brokers are; connects when it is first used, so that processes may be forked before."""
        self._encoding: _Encoding = _Avro(server.registry_url) if server.registry_url else _Json()
        self._delivery = Delivery(server, timeout_s=timeout_s)
        self._prefix = f"{server.topic_prefix}-" if server.topic_prefix else ""
        self._host = socket.gethostname()

    def send(self, events: Sequence[CloudEvent]) -> list[Undelivered | None]:
        """Hand over events, and give for each why it did not arrive, or None once a broker has acknowledged it."""
        return self._delivery.deliver([partial(self._wrap, event) for event in events])

    def find_fault(self) -> str | None:
        """Ask for the topics, and the registry where there is one."""
        return self._delivery.find_fault() or self._encoding.find_fault()

    def _wrap(self, event: CloudEvent) -> Parcel | Undelivered:
        event = replace(event, topic=f"{self._prefix}{event.topic}")
        try:
            key, value = self._encoding.encode(event)
        except RegistryFault as problem:
            return Undelivered(str(problem), for_good=problem.for_good)
        headers = wire.headers(event, content_type=self._encoding.content_type, host=self._host)
        return Parcel(event.topic, key, value, headers)


class _Json:
    """The object as it is; nothing is registered."""

    content_type = "application/json"

    def encode(self, event: CloudEvent) -> tuple[bytes, bytes]:
        return event.key.encode(), json.dumps(event.value, ensure_ascii=False, separators=(",", ":")).encode()

    def find_fault(self) -> str | None:
        return None


class _Avro:
    """Avro in Confluent's frame; a schema is registered when it is first used, and its number is good for ever."""

    content_type = "application/avro"

    def __init__(self, registry_url: str) -> None:
        self._registry = Registry(registry_url)
        self._known: dict[str, tuple[bytes, Any]] = {}
        """Subject -> the frame, and the schema as the library wants it."""

    def encode(self, event: CloudEvent) -> tuple[bytes, bytes]:
        key = self._framed(wire.subject_of_key(event), wire.KEY_SCHEMA, event.key)
        return key, self._framed(wire.subject_of_value(event), event.schema, event.value)

    def find_fault(self) -> str | None:
        return self._registry.find_fault()

    def _framed(self, subject: str, schema: Any, value: Any) -> bytes:  # noqa: ANN401 - a schema of any type, a value of that type
        if subject not in self._known:
            answer = self._registry.ask("POST", f"/subjects/{subject}/versions", {"schema": json.dumps(schema)})
            number = answer.get("id") if isinstance(answer, dict) else None
            if not isinstance(number, int):
                raise RegistryFault("the schema registry gave no number")
            self._known[subject] = FRAME + number.to_bytes(4), fastavro.parse_schema(schema)
        frame, parsed = self._known[subject]
        written = BytesIO()
        fastavro.schemaless_writer(written, parsed, value)
        return frame + written.getvalue()
