"""Does a worker hear of the outbox at once, without anybody waiting for a broker that is slow or gone?"""

import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from tests.brokers import BROKERS, NOBODY_LISTENS, Asked, Broker, queue_on
from tests.waiting import wait_until
from webapp.adapters.couriers.broker import FINISHES_WITHIN_S, BrokerCourier
from webapp.app import create_app
from webapp.ports import NoCourier
from webapp.settings import Settings

QUEUE = "certdesk-nobody.test"
SOON_S = 0.5
TOLD = Asked("certdesk.run-job", ["send-outbox"], {"wanted": True}, expires=True)


@pytest.fixture(params=sorted(BROKERS))
def broker(request: pytest.FixtureRequest) -> Iterator[Broker]:
    """A queue of this test's own, on each broker."""
    with queue_on(request.param) as broker:
        yield broker


@pytest.fixture(params=["redis", "amqp"])
def silent(request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of somebody who takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield f"{request.param}://127.0.0.1:{listening.getsockname()[1]}"


class TestGivenABroker:
    def test_a_worker_is_asked_for_the_outbox(self, broker: Broker) -> None:
        courier = BrokerCourier(broker.url, broker.queue)

        courier.collect()
        courier.finish()

        assert broker.messages() == [TOLD]

    def test_many_that_ask_at_once_are_told_of_together(self, broker: Broker) -> None:
        courier = BrokerCourier(broker.url, broker.queue)
        together = threading.Barrier(8)

        def ask() -> None:
            together.wait(10)
            for _ in range(50):
                courier.collect()

        threads = [threading.Thread(target=ask) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        courier.finish()

        messages = broker.messages()
        assert 1 <= len(messages) <= 4
        assert messages == [TOLD] * len(messages)

    def test_each_time_it_is_asked_a_worker_is_told_after_it(self, broker: Broker) -> None:
        courier = BrokerCourier(broker.url, broker.queue)
        counts = []

        for _ in range(3):
            courier.collect()
            courier.finish()
            counts.append(len(broker.messages()))

        assert counts == [1, 1, 1]

    def test_it_answers(self, broker: Broker) -> None:
        courier = BrokerCourier(broker.url, broker.queue)

        assert courier.answers() is True


class TestGivenABrokerThatCannotBeReached:
    @pytest.mark.parametrize("url", NOBODY_LISTENS)
    def test_nobody_waits_and_it_is_logged(self, url: str) -> None:
        courier = BrokerCourier(url, QUEUE)

        with capture_logs() as logs:
            begun = time.monotonic()
            courier.collect()
            waited_s = time.monotonic() - begun
            courier.finish()

        assert waited_s < SOON_S
        assert [(entry["event"], entry["log_level"]) for entry in logs] == [("courier.broker_unreachable", "warning")]

    @pytest.mark.parametrize("url", NOBODY_LISTENS)
    def test_it_does_not_answer(self, url: str) -> None:
        courier = BrokerCourier(url, QUEUE)

        assert courier.answers() is False


class TestGivenABrokerThatSaysNothing:
    def test_nobody_waits(self, silent: str) -> None:
        courier = BrokerCourier(silent, QUEUE)

        with capture_logs() as logs:
            begun = time.monotonic()
            for _ in range(100):
                courier.collect()
            waited_s = time.monotonic() - begun
            wait_until(lambda: bool(logs))

        assert waited_s < SOON_S
        assert {entry["event"] for entry in logs} == {"courier.broker_unreachable"}

    def test_a_program_ends_all_the_same(self, silent: str) -> None:
        courier = BrokerCourier(silent, QUEUE)
        courier.collect()
        begun = time.monotonic()

        courier.finish()

        assert time.monotonic() - begun < FINISHES_WITHIN_S + SOON_S

    def test_it_does_not_answer(self, silent: str) -> None:
        courier = BrokerCourier(silent, QUEUE)

        assert courier.answers() is False


class TestGivenNothingAsked:
    def test_to_finish_takes_no_time(self) -> None:
        courier = BrokerCourier(NOBODY_LISTENS[0], QUEUE)
        begun = time.monotonic()

        courier.finish()

        assert time.monotonic() - begun < SOON_S


class TestGivenTheApplication:
    @pytest.mark.parametrize(("broker_url", "tells"), [(None, False), (NOBODY_LISTENS[0], True)])
    def test_its_courier_tells_a_broker_where_there_is_one(
        self, tmp_path: Path, broker_url: str | None, *, tells: bool
    ) -> None:
        settings = Settings(database_url=f"sqlite:///{tmp_path}/desk.sqlite3", broker_url=broker_url)

        app = create_app(settings)

        assert isinstance(app.extensions["ports"].courier, BrokerCourier) is tells


class TestGivenNoCourier:
    def test_nothing_is_done(self) -> None:
        courier = NoCourier()

        courier.collect()
        courier.finish()

        assert courier.answers() is True
