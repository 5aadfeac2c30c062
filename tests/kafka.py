"""A Kafka that is none: librdkafka's own mock of a cluster, reached over TCP as a real one is, and a schema registry."""

import ctypes
import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from typing import Any

import confluent_kafka
import fastavro
from confluent_kafka import Consumer, TopicPartition

LIBRARIES = Path(confluent_kafka.__file__).parents[1] / "confluent_kafka.libs"
PRODUCER, ERROR_TEXT_LENGTH = 0, 512
PRODUCE = 0
"""The number of the request by which events come in."""
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

    def refuse(self, *errors: int) -> None:
        """Answer the next events that come in with these errors, one each."""
        numbers = (ctypes.c_int * len(errors))(*errors)
        self._library.rd_kafka_mock_push_request_errors_array(
            self._cluster, ctypes.c_int16(PRODUCE), ctypes.c_size_t(len(errors)), numbers
        )

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


@contextmanager
def a_registry() -> Iterator[Registry]:
    """Let a schema registry listen on this machine."""
    registry = Registry()

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer([subject for subject, _ in registry.schemas])

        def do_POST(self) -> None:
            said = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            given = (self.path.split("/")[2], json.loads(said["schema"]))
            if given not in registry.schemas:
                registry.schemas.append(given)
            self._answer({"id": registry.schemas.index(given) + 1})

        def _answer(self, said: list[str] | Mapping[str, int]) -> None:
            registry.authorizations.add(self.headers["Authorization"])
            self.send_response(registry.status)
            self.end_headers()
            self.wfile.write((registry.answer or json.dumps(said)).encode())

        def log_message(self, *_said: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        registry.url = f"http://127.0.0.1:{server.server_port}"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield registry
        server.shutdown()
