"""How do events get to Kafka, as JSON or as Avro with a schema registry, and why not, where they do not?"""

import json
import socket
import threading
from collections.abc import Sequence
from functools import partial
from io import BytesIO
from typing import Any, Protocol

import fastavro
from confluent_kafka import KafkaError, KafkaException, Producer

from webapp.adapters.kafka.connecting import LOOK_TIMEOUT_S, connection
from webapp.adapters.kafka.registry import FRAME, Registry, RegistryFault
from webapp.domain.bus import wire
from webapp.domain.bus.wire import CloudEvent
from webapp.kafka_server import KafkaServer
from webapp.ports import Undelivered

WHOLE_TIMEOUT_S = 10.0  # several of these go into outbox.SENT_WITHIN
UNACKNOWLEDGED = "no broker has acknowledged it"
_FOR_GOOD = frozenset(
    {KafkaError.MSG_SIZE_TOO_LARGE, KafkaError.INVALID_MSG, KafkaError.INVALID_MSG_SIZE, KafkaError.INVALID_RECORD}
)
"""What is wrong with the event itself: it will be so at every try."""


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
        self._server = server
        self._timeout_s = timeout_s
        self._encoding: _Encoding = _Avro(server.registry_url) if server.registry_url else _Json()
        self._host = socket.gethostname()
        self._lock = threading.Lock()
        self._made: Producer | None = None
        self._last_fault = ""

    def send(self, events: Sequence[CloudEvent]) -> list[Undelivered | None]:
        """Hand over events, and give for each why it did not arrive, or None once a broker has acknowledged it."""
        with self._lock:
            try:
                producer = self._producer()
            except KafkaException as problem:  # a file that holds no certificate, for one
                return [Undelivered(problem.args[0].str()) for _ in events]
            results: list[Undelivered | None] = [Undelivered(UNACKNOWLEDGED) for _ in events]
            down: Undelivered | None = None
            for place, event in enumerate(events):
                # A registry that hangs is not asked for each of them.
                fault = down or self._hand_over(producer, event, partial(self._note, results, place))
                results[place] = fault or results[place]
                down = None if fault is None or fault.for_good else fault
            # Each has its time; what is left then is taken back, so that nobody waits for it.
            if producer.flush(self._timeout_s + 1):
                producer.purge()
                producer.flush(1)
            return results

    def find_fault(self) -> str | None:
        """Ask for the topics, and the registry where there is one."""
        with self._lock:
            try:
                self._producer().list_topics(timeout=LOOK_TIMEOUT_S)
            except KafkaException as problem:
                if self._made is not None:
                    self._made.poll(0)  # what went wrong on the way is told then
                return self._reason(problem.args[0])
        return self._encoding.find_fault()

    def _producer(self) -> Producer:
        if self._made is None:
            self._made = Producer(self._options())
        return self._made

    def _options(self) -> dict[str, Any]:
        return {
            **connection(self._server),
            "enable.idempotence": True,  # every replica has it, and a repetition of the library's own is none to receivers
            "linger.ms": 0,
            "message.timeout.ms": int(self._timeout_s * 1000),
            "error_cb": self._note_fault,
        }

    def _hand_over(self, producer: Producer, event: CloudEvent, note: Any) -> Undelivered | None:  # noqa: ANN401 - what librdkafka calls back
        try:
            key, value = self._encoding.encode(event)
            headers = wire.headers(event, content_type=self._encoding.content_type, host=self._host)
            producer.produce(event.topic, value, key, headers=[*headers], on_delivery=note)
        except RegistryFault as problem:
            return Undelivered(str(problem), for_good=problem.for_good)
        except KafkaException as problem:
            return self._undelivered(problem.args[0])
        except BufferError:
            return Undelivered("too many events wait for the brokers already")
        return None

    def _note(self, results: list[Undelivered | None], place: int, error: KafkaError | None, _message: object) -> None:
        results[place] = None if error is None else self._undelivered(error)

    def _undelivered(self, error: KafkaError) -> Undelivered:
        if error.fatal():
            self._made = None  # it never sends again; the next one begins anew
        return Undelivered(self._reason(error), for_good=error.code() in _FOR_GOOD)

    def _reason(self, error: KafkaError) -> str:
        local = error.code() in (KafkaError._MSG_TIMED_OUT, KafkaError._TRANSPORT, KafkaError._TIMED_OUT)
        return f"{error.str()}: {self._last_fault}" if local and self._last_fault else error.str()

    def _note_fault(self, error: KafkaError) -> None:
        self._last_fault = error.str()


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
