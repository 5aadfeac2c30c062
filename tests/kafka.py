"""A Kafka that is none: librdkafka's own mock of a cluster, reached over TCP as a real one is, and a schema registry."""

import ctypes
import json
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from typing import Any

import confluent_kafka
import fastavro
from confluent_kafka import Consumer, Producer, TopicPartition

from webapp.domain.bus.incoming import Message as Incoming

LIBRARIES = Path(confluent_kafka.__file__).parents[1] / "confluent_kafka.libs"
PRODUCER, ERROR_TEXT_LENGTH = 0, 512
PRODUCE, OFFSET_COMMIT = 0, 8
"""The numbers of the requests by which events come in, and by which they are confirmed."""
PATIENCE_S = 10.0


@dataclass(frozen=True)
class Message:
    """What a receiver gets."""

    topic: str
    partition: int
    key: bytes
    value: bytes
    headers: list[tuple[str, bytes]]

    def header(self, name: str) -> str:
        """Give the only header of a name."""
        (value,) = [value for each, value in self.headers if each == name]
        return value.decode()


class MockKafka:
    """Brokers in this process; what they keep goes with them."""

    def __init__(self, brokers: int = 1) -> None:
        """Start them."""
        (path,) = LIBRARIES.glob("librdkafka*.so*")
        self._library = ctypes.CDLL(str(path))
        for name in ("rd_kafka_conf_new", "rd_kafka_new", "rd_kafka_mock_cluster_new"):
            getattr(self._library, name).restype = ctypes.c_void_p
        self._library.rd_kafka_mock_cluster_bootstraps.restype = ctypes.c_char_p
        text = ctypes.create_string_buffer(ERROR_TEXT_LENGTH)
        conf = ctypes.c_void_p(self._library.rd_kafka_conf_new())
        self._library.rd_kafka_conf_set(conf, b"log_level", b"2", text, ctypes.c_size_t(ERROR_TEXT_LENGTH))
        self._handle = ctypes.c_void_p(self._library.rd_kafka_new(PRODUCER, conf, text, ERROR_TEXT_LENGTH))
        self._cluster = ctypes.c_void_p(self._library.rd_kafka_mock_cluster_new(self._handle, brokers))
        self._brokers = range(1, brokers + 1)
        said: bytes = self._library.rd_kafka_mock_cluster_bootstraps(self._cluster)
        self.bootstrap = said.decode()

    def close(self) -> None:
        """Stop them."""
        self._library.rd_kafka_mock_cluster_destroy(self._cluster)
        self._library.rd_kafka_destroy(self._handle)

    def go_down(self) -> None:
        """Let nobody be reached."""
        for broker in self._brokers:
            self._library.rd_kafka_mock_broker_set_down(self._cluster, broker)

    def come_up(self) -> None:
        """Be there again."""
        for broker in self._brokers:
            self._library.rd_kafka_mock_broker_set_up(self._cluster, broker)

    def refuse(self, *errors: int, request: int = PRODUCE) -> None:
        """Answer the next events that come in, or other requests, with these errors, one each."""
        numbers = (ctypes.c_int * len(errors))(*errors)
        self._library.rd_kafka_mock_push_request_errors_array(
            self._cluster, ctypes.c_int16(request), ctypes.c_size_t(len(errors)), numbers
        )

    def make_topic(self, topic: str, partitions: int = 4) -> None:
        """Have a topic before anything is sent there."""
        self._library.rd_kafka_mock_topic_create(self._cluster, topic.encode(), partitions, 1)

    def put(self, topic: str, messages: Iterable[Incoming], *, timestamp: int = 0) -> None:
        """Have messages lie there, those of one key in one partition, as a platform's service puts them.

        Their record's timestamp is the moment, or what is given in milliseconds.
        """
        producer = Producer({"bootstrap.servers": self.bootstrap, "log_level": 2, "linger.ms": 5})
        for one in messages:
            while True:
                try:
                    producer.produce(topic, one.value, one.key, headers=[*one.headers], timestamp=timestamp)
                    break
                except BufferError:
                    producer.poll(0.1)
        assert producer.flush(PATIENCE_S) == 0, "not all were taken"

    def confirmed(self, topic: str, group: str = "certdesk") -> int:
        """Give how many messages of a topic a group has confirmed, over all partitions."""
        consumer = Consumer({"bootstrap.servers": self.bootstrap, "group.id": group, "log_level": 2})
        try:
            partitions = consumer.list_topics(topic, timeout=PATIENCE_S).topics[topic].partitions
            found = consumer.committed([TopicPartition(topic, one) for one in partitions], timeout=PATIENCE_S)
        finally:
            consumer.close()
        return sum(max(0, one.offset) for one in found)

    def messages(self, topic: str, number: int) -> list[Message]:
        """Wait for so many messages of a topic, and give them as each partition has them; fails where there are more."""
        consumer = Consumer({"bootstrap.servers": self.bootstrap, "group.id": "tests", "log_level": 2})
        try:
            partitions = consumer.list_topics(topic, timeout=PATIENCE_S).topics[topic].partitions
            consumer.assign([TopicPartition(topic, partition, 0) for partition in partitions])
            found = list(_polled(consumer, number))
            assert consumer.poll(0.2) is None, "there are more"
        finally:
            consumer.close()
        return found

    def everything(self, topic: str) -> list[Message]:
        """Give all that lies in a topic now."""
        consumer = Consumer({"bootstrap.servers": self.bootstrap, "group.id": "tests", "log_level": 2})
        try:
            partitions = consumer.list_topics(topic, timeout=PATIENCE_S).topics[topic].partitions
            ends = [
                consumer.get_watermark_offsets(TopicPartition(topic, one), timeout=PATIENCE_S) for one in partitions
            ]
        finally:
            consumer.close()
        return self.messages(topic, sum(high - low for low, high in ends))


@contextmanager
def kafka_with(*topics: str) -> Iterator[MockKafka]:
    """Give brokers of the test's own, with these topics; they are gone afterwards."""
    kafka = MockKafka()
    for topic in topics:
        kafka.make_topic(topic)
    yield kafka
    kafka.close()


def _polled(consumer: Consumer, number: int) -> Iterator[Message]:
    for _ in range(number):
        message = consumer.poll(PATIENCE_S)
        assert message is not None, "nothing came"
        assert message.error() is None
        headers: Any = message.headers()
        key, value = message.key(), message.value()
        assert isinstance(key, bytes)
        assert isinstance(value, bytes)
        yield Message(str(message.topic()), message.partition() or 0, key, value, headers)


@dataclass
class Registry:
    """What a schema registry was given, by its number from 1 on."""

    schemas: list[tuple[str, Any]] = field(default_factory=list)
    status: int = 200
    """What it answers with."""
    answer: str | None = None
    """What it says instead of what it should."""
    authorizations: set[str | None] = field(default_factory=set)
    url: str = ""

    def read(self, framed: bytes) -> tuple[str, Any]:
        """Give the subject and the value of bytes in Confluent's frame, as a receiver reads them."""
        assert framed[:1] == b"\x00"
        subject, schema = self.schemas[int.from_bytes(framed[1:5]) - 1]
        return subject, fastavro.schemaless_reader(BytesIO(framed[5:]), fastavro.parse_schema(schema), None)

    def framed(self, event_type: str, value: Mapping[str, Any]) -> bytes:
        """Give a value in Confluent's frame, under a schema that fits it and is registered."""
        schema = {**schema_of(value, "CloudEvent"), "namespace": event_type}
        given = (f"learning-{event_type}.CloudEvent", schema)
        if given not in self.schemas:
            self.schemas.append(given)
        written = BytesIO()
        fastavro.schemaless_writer(written, fastavro.parse_schema(schema), value)
        return b"\x00" + (self.schemas.index(given) + 1).to_bytes(4) + written.getvalue()


def schema_of(value: Any, name: str) -> Any:  # noqa: ANN401 - what JSON can say
    """Give an Avro schema that fits a value, as the platform's are: null stands for a text that may be missing."""
    if isinstance(value, Mapping):
        fields = [{"name": each, "type": schema_of(inner, f"{name}_{each}")} for each, inner in value.items()]
        return {"type": "record", "name": name, "fields": fields}
    if value is None:
        return ["null", "string"]
    return {bool: "boolean", int: "long", float: "double", str: "string"}[type(value)]


@contextmanager
def a_registry() -> Iterator[Registry]:
    """Let a schema registry listen on this machine."""
    registry = Registry()

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            number = self.path.rpartition("/")[2]
            if not self.path.startswith("/schemas/ids/"):
                self._answer([subject for subject, _ in registry.schemas])
            elif int(number) > len(registry.schemas):
                self._answer({"error_code": 40403, "message": "Schema not found"}, 404)
            else:
                self._answer({"schema": json.dumps(registry.schemas[int(number) - 1][1])})

        def do_POST(self) -> None:
            said = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            given = (self.path.split("/")[2], json.loads(said["schema"]))
            if given not in registry.schemas:
                registry.schemas.append(given)
            self._answer({"id": registry.schemas.index(given) + 1})

        def _answer(self, said: list[str] | Mapping[str, int | str], status: int | None = None) -> None:
            registry.authorizations.add(self.headers["Authorization"])
            self.send_response(status or registry.status)
            self.end_headers()
            self.wfile.write((registry.answer or json.dumps(said)).encode())

        def log_message(self, *_said: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        registry.url = f"http://127.0.0.1:{server.server_port}"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield registry
        server.shutdown()
