"""How does a test get a queue of its own on a real broker, Redis or RabbitMQ?"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from uuid import uuid4

from celery import Celery
from kombu.exceptions import OperationalError
from kombu.message import Message
from kombu.simple import SimpleQueue
from redis import Redis

from tests.databases import AMQP_URL, REDIS_URL, missing
from webapp.adapters import broker
from webapp.settings import Settings

BROKERS = {"Redis": REDIS_URL, "RabbitMQ": AMQP_URL}
NOBODY_LISTENS = ("amqp://127.0.0.1:1//", "redis://127.0.0.1:1/0")


@dataclass(frozen=True)
class Asked:
    """What one message asks for."""

    task: str
    args: list[str]
    kwargs: dict[str, bool]
    expires: bool


@dataclass
class Broker:
    """A broker that answers, and a queue there that is nobody else's: queues are named for the public address."""

    url: str
    base_url: str = field(default_factory=lambda: f"http://{uuid4().hex}.test")

    @property
    def queue(self) -> str:
        """The queue's name."""
        return Settings(base_url=self.base_url).broker_queue

    @property
    def settings(self) -> dict[str, str]:
        """The variables that lead a process there."""
        return {"CERTDESK_BROKER_URL": self.url, "CERTDESK_BASE_URL": self.base_url}

    def messages(self) -> list[Asked]:
        """Take every message out of the queue, oldest first."""
        found = []
        with self._connect().connection_for_read() as connection, connection.SimpleQueue(self.queue) as queue:
            while message := _next_of(queue):
                args, kwargs, _ = message.payload
                found.append(Asked(message.headers["task"], args, kwargs, bool(message.headers["expires"])))
        return found

    def drop(self) -> None:
        """Take the queue off the broker, and what leads to it."""
        celery = self._connect()
        with celery.connection_for_write() as connection:
            queue = celery.amqp.queues[self.queue].bind(connection.default_channel)
            queue.declare()  # on Redis nobody knows what leads to a queue but who declared it
            queue.delete()
            queue.exchange.delete()
        if broker.is_redis(self.url):
            self._forget_what_was_not_confirmed(Redis.from_url(self.url))

    def _forget_what_was_not_confirmed(self, redis: Redis) -> None:
        """Take away what a killed worker held: another would put it into a queue that is no more."""
        held: dict[bytes, bytes] = redis.hgetall("unacked")  # type: ignore[assignment]  # this client does not wait
        for tag in [tag for tag, message in held.items() if self.queue.encode() in message]:
            redis.hdel("unacked", tag)
            redis.zrem("unacked_index", tag)

    def _connect(self) -> Celery:
        return broker.connect(self.url, self.queue)


@contextmanager
def queue_on(name: str) -> Iterator[Broker]:
    """Give a queue on the broker of this name, or skip where it cannot be reached; the queue is gone afterwards."""
    made = Broker(BROKERS[name])
    try:
        with broker.connect(made.url, made.queue).connection_for_write() as connection:
            connection.ensure_connection(max_retries=1, timeout=2)
    except (OperationalError, OSError):
        missing(name)
    yield made
    made.drop()


def _next_of(queue: SimpleQueue) -> Message | None:
    try:
        message: Message = queue.get(block=False)  # type: ignore[no-untyped-call]  # kombu has types for some calls
    except queue.Empty:
        return None
    message.ack()  # type: ignore[no-untyped-call]  # as above
    return message
