"""How do events come in from Kafka: which messages are ours, what is in their frame, and which never come again?"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import fastavro
import structlog
from confluent_kafka import (
    OFFSET_INVALID,
    TIMESTAMP_NOT_AVAILABLE,
    Consumer,
    KafkaError,
    KafkaException,
    TopicPartition,
)
from confluent_kafka import Message as KafkaMessage

from webapp import clock
from webapp.adapters.kafka.connecting import LOOK_TIMEOUT_S, connection
from webapp.adapters.kafka.registry import FRAME, Registry, RegistryFault
from webapp.domain.bus.incoming import NO_MOMENT, Message, Unreadable
from webapp.kafka_server import KafkaServer
from webapp.ports.bus import BusFault

log = structlog.get_logger(__name__)
FRAME_LENGTH = 5
SESSION_MS = 10_000
"""After this long the share of a process that was killed goes to others."""
_ABOUT_A_TOPIC = frozenset({KafkaError.UNKNOWN_TOPIC_OR_PART, KafkaError._UNKNOWN_TOPIC})


class KafkaBus:
    """The topics that we listen to, as one group: each message goes to one of its members."""

    def __init__(self, server: KafkaServer, topics: Sequence[str], *, group: str, begin: str | datetime) -> None:
        """Remember where they are; `begin` is `earliest`, `latest` or a moment, for partitions that we never read."""
        self._server, self._topics, self._group, self._begin = server, [*topics], group, begin
        self._registry = Registry(server.registry_url) if server.registry_url else None

    def open(self) -> "KafkaSubscription":
        """Join the group; raises BusFault."""
        try:
            return KafkaSubscription(self, Consumer(self._options()), self._topics, self._begin)
        except KafkaException as problem:
            raise BusFault(problem.args[0].str()) from None

    def decode(self, message: Message) -> Mapping[str, Any]:
        """Give what a message in Confluent's frame says; raises Unreadable or BusFault."""
        value = message.value or b""
        if len(value) < FRAME_LENGTH or not value.startswith(FRAME):
            raise Unreadable("the value is not Avro in Confluent's frame")
        if self._registry is None:
            raise Unreadable("the value is Avro, and CERTDESK_KAFKA_SCHEMA_REGISTRY_URL is not set")
        try:
            schema = self._registry.schema(int.from_bytes(value[1:FRAME_LENGTH]))
        except RegistryFault as problem:
            raise (Unreadable if problem.for_good else BusFault)(str(problem)) from None
        try:
            found = fastavro.schemaless_reader(BytesIO(value[FRAME_LENGTH:]), schema, None)
        except Exception as problem:  # whatever the library meets in bytes that follow no schema
            raise Unreadable(f"the value does not decode as its schema says ({type(problem).__name__})") from None
        if not isinstance(found, dict):
            raise Unreadable("the value is no record")
        return found

    def find_fault(self) -> str | None:
        """Ask for the topics, and the registry where there is one."""
        try:
            consumer = Consumer(self._options())
            try:
                known = consumer.list_topics(timeout=LOOK_TIMEOUT_S).topics
            finally:
                consumer.close()
        except KafkaException as problem:
            return str(problem.args[0].str())
        missing = [topic for topic in self._topics if topic not in known]
        if missing:
            return f"answers, but has no topic {', '.join(missing)}"
        return self._registry.find_fault() if self._registry else None

    def _options(self) -> dict[str, Any]:
        return {
            **connection(self._server),
            "group.id": self._group,
            "enable.auto.commit": False,
            "enable.auto.offset.store": False,
            # librdkafka's own choice is the end: whatever was told before the first join would be passed over.
            "auto.offset.reset": self._begin if isinstance(self._begin, str) else "earliest",
            "session.timeout.ms": SESSION_MS,
            "queued.max.messages.kbytes": 16_384,
            "topic.metadata.refresh.interval.ms": 30_000,  # a topic that is made later is found so soon
        }


class KafkaSubscription:
    """A member of the group."""

    def __init__(self, bus: KafkaBus, consumer: Consumer, topics: Sequence[str], begin: str | datetime) -> None:
        """Join."""
        self._bus, self._consumer, self._begin = bus, consumer, begin
        self._fault: KafkaError | None = None
        consumer.subscribe([*topics], on_assign=self._assigned)

    def take(self, at_most: int, patience_s: float) -> list[Message]:
        """Wait a moment for messages, and give those that came; raises BusFault."""
        if self._fault is not None:
            raise BusFault(self._fault.str())
        try:
            came = self._consumer.consume(at_most, patience_s)
        except KafkaException as problem:
            raise BusFault(problem.args[0].str()) from None
        messages = []
        for one in came:
            error = one.error()
            if error is None:
                messages.append(_message(one))
            elif error.code() in _ABOUT_A_TOPIC:
                log.warning("events.no_topic", topic=one.topic())
            else:
                self._fault = error  # told next time, once what came before it is dealt with
        return messages

    def decode(self, message: Message) -> Mapping[str, Any]:
        """As the bus does."""
        return self._bus.decode(message)

    def confirm(self, messages: Sequence[Message]) -> None:
        """Tell the brokers how far we are; a share that went to others meanwhile is theirs to confirm."""
        next_ones: dict[tuple[str, int], int] = {}
        for one in messages:
            place = (one.topic, one.partition)
            next_ones[place] = max(next_ones.get(place, 0), one.offset + 1)
        offsets = [TopicPartition(topic, partition, offset) for (topic, partition), offset in next_ones.items()]
        try:
            self._consumer.commit(offsets=offsets, asynchronous=False)
        except KafkaException as problem:
            log.warning("events.unconfirmed", problem=problem.args[0].str())

    def behind(self) -> dict[tuple[str, int], int]:
        """Give, by topic and partition, how many messages of our share are there and not confirmed; raises BusFault."""
        found: dict[tuple[str, int], int] = {}
        try:
            share = self._consumer.assignment()
            if not share:  # as well where nobody was ever reached, which is no fault to librdkafka: it goes on trying
                self._consumer.list_topics(timeout=LOOK_TIMEOUT_S)
                return found
            for one in self._consumer.committed(share, timeout=LOOK_TIMEOUT_S):
                low, high = self._consumer.get_watermark_offsets(one, timeout=LOOK_TIMEOUT_S)
                done = one.offset if one.offset >= 0 else low
                found[one.topic, one.partition] = max(0, high - max(low, done))
        except KafkaException as problem:
            raise BusFault(problem.args[0].str()) from None
        return found

    def close(self) -> None:
        """Leave the group, so that others need not wait for us."""
        self._consumer.close()

    def _assigned(self, consumer: Consumer, partitions: list[TopicPartition]) -> None:
        """Begin partitions that nobody of the group has read at the moment that the settings name."""
        if isinstance(self._begin, datetime):
            moment = int(self._begin.timestamp() * 1000)
            read = consumer.committed(partitions, timeout=LOOK_TIMEOUT_S)
            new = [TopicPartition(one.topic, one.partition, moment) for one in read if one.offset == OFFSET_INVALID]
            found = consumer.offsets_for_times(new, timeout=LOOK_TIMEOUT_S) if new else []
            partitions = [*(one for one in read if one.offset != OFFSET_INVALID), *found]
        consumer.assign(partitions)


def _message(one: KafkaMessage) -> Message:
    headers: Any = one.headers() or []
    key: Any = one.key()
    value: Any = one.value()
    return Message(
        one.topic() or "",
        one.partition() or 0,
        one.offset() or 0,
        key,
        value,
        [*headers],
        _sent_at(one),
    )


def _sent_at(one: KafkaMessage) -> datetime:
    """Whoever sends may write what they like, such as microseconds, and those behind it have to come through."""
    kind, moment = one.timestamp()
    if kind == TIMESTAMP_NOT_AVAILABLE:
        return clock.now()
    try:
        return datetime.fromtimestamp(moment / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        return NO_MOMENT
