"""How do messages get to the brokers, each acknowledged, and why not, where they do not?"""

import threading
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, NamedTuple

from confluent_kafka import KafkaError, KafkaException, Producer

from webapp.adapters.kafka.connecting import LOOK_TIMEOUT_S, connection
from webapp.kafka_server import KafkaServer
from webapp.ports import Undelivered

UNACKNOWLEDGED = "no broker has acknowledged it"
_FOR_GOOD = frozenset(
    {KafkaError.MSG_SIZE_TOO_LARGE, KafkaError.INVALID_MSG, KafkaError.INVALID_MSG_SIZE, KafkaError.INVALID_RECORD}
)
"""What is wrong with the message itself: it will be so at every try."""


class Parcel(NamedTuple):
    """One message, ready to leave; those of one key share a partition."""

    topic: str
    key: bytes | None
    value: bytes
    headers: Sequence[tuple[str, bytes]] = ()


Wrap = Callable[[], Parcel | Undelivered]
"""Makes a message, or says why it cannot be made."""


class Delivery:
    """Hands messages to the brokers and waits until they have them. Any number of threads may use one, one after another."""

    def __init__(self, server: KafkaServer, *, timeout_s: float) -> None:
        """Remember where the brokers are; connects when it is first used, so that processes may be forked before."""
        self._server = server
        self._timeout_s = timeout_s
        self._lock = threading.Lock()
        self._made: Producer | None = None
        self._last_fault = ""

    def deliver(self, wraps: Sequence[Wrap]) -> list[Undelivered | None]:
        """Hand over messages, and give for each why it did not arrive, or None once a broker has acknowledged it."""
        with self._lock:
            try:
                producer = self._producer()
            except KafkaException as problem:  # a file that holds no certificate, for one
                return [Undelivered(problem.args[0].str()) for _ in wraps]
            results: list[Undelivered | None] = [Undelivered(UNACKNOWLEDGED) for _ in wraps]
            down: Undelivered | None = None
            for place, wrap in enumerate(wraps):
                # A registry that hangs is not asked for each of them.
                fault = down or self._hand_over(producer, wrap, partial(self._note, results, place))
                results[place] = fault or results[place]
                down = None if fault is None or fault.for_good else fault
            # Each has its time; what is left then is taken back, so that nobody waits for it.
            if producer.flush(self._timeout_s + 1):
                producer.purge()
                producer.flush(1)
            return results

    def find_fault(self) -> str | None:
        """Ask for the topics, and give what is wrong; None where they answer."""
        with self._lock:
            try:
                self._producer().list_topics(timeout=LOOK_TIMEOUT_S)
            except KafkaException as problem:
                if self._made is not None:
                    self._made.poll(0)  # what went wrong on the way is told then
                return self._reason(problem.args[0])
        return None

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

    def _hand_over(self, producer: Producer, wrap: Wrap, note: Any) -> Undelivered | None:  # noqa: ANN401 - what librdkafka calls back
        try:
            parcel = wrap()
            if isinstance(parcel, Undelivered):
                return parcel
            producer.produce(parcel.topic, parcel.value, parcel.key, headers=[*parcel.headers], on_delivery=note)
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
