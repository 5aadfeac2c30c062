"""Is it traced where a request's time goes, and of whom nothing?"""

import threading
from collections.abc import Iterator

import httpx
import pytest
from flask import Flask
from opentelemetry.sdk.trace import ReadableSpan, SpanProcessor
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from tests.databases import Database
from tests.fakes import FakeAttempts
from tests.xqueue import StandInXQueue
from webapp import create_app
from webapp.adapters.metering.traces import Traces
from webapp.models.base import db
from webapp.ports import Ports
from webapp.settings import Settings
from webapp.web.auth import public

PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


@pytest.fixture
def kept() -> InMemorySpanExporter:
    """Where spans go."""
    return InMemorySpanExporter()


@pytest.fixture
def fresh(database: Database) -> Iterator[Flask]:
    """An application of its own: once it is traced, it is for good."""
    app = create_app(Settings(database_url=database.url, secret_key="not-a-secret-of-anyone"), Ports(FakeAttempts()))
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def traced(fresh: Flask, kept: InMemorySpanExporter) -> Iterator[Flask]:
    """An application that is traced, with a route that asks another service, and one that asks the database wrongly."""
    app = fresh

    @public("a test")
    def ask() -> str:
        with StandInXQueue() as other:
            httpx.get(f"{other.url}/xqueue/login/")
            return str(other.received[0].headers.get("traceparent"))

    @public("a test")
    def ask_wrongly() -> str:
        with pytest.raises(SQLAlchemyError):
            db.session.execute(text("SELECT nothing FROM nowhere WHERE name = :name"), {"name": "grace"})
        return ""

    app.add_url_rule("/ask", "ask", ask)
    app.add_url_rule("/ask-wrongly", "ask_wrongly", ask_wrongly)
    with app.app_context():
        traces = Traces(app, db.engine, SimpleSpanProcessor(kept))
    yield app
    traces.close()


def spans(kept: InMemorySpanExporter) -> dict[str, ReadableSpan]:
    return {span.name: span for span in kept.get_finished_spans()}


class TestGivenACollector:
    def test_a_request_is_a_part_of_the_callers_trace_and_its_statements_of_it(
        self, traced: Flask, kept: InMemorySpanExporter
    ) -> None:
        answer = traced.test_client().get(
            "/api/v1/crawlers/check?user_agent=grace", headers={"traceparent": PARENT, "User-Agent": "grace"}
        )

        found = spans(kept)
        request = next(span for name, span in found.items() if name == "GET /api/v1/crawlers/check")
        select = found["SELECT"]
        assert answer.status_code == 200
        assert f"{request.context.trace_id:032x}" == PARENT.split("-")[1]
        assert select.parent is not None
        assert select.parent.span_id == request.context.span_id
        told = str([span.to_json() for span in found.values()])
        assert [word for word in ("grace", "?user_agent", "127.0.0.1") if word in told] == []

    def test_a_call_of_another_service_carries_the_trace_on(self, traced: Flask, kept: InMemorySpanExporter) -> None:
        carried = traced.test_client().get("/ask", headers={"traceparent": PARENT}).text

        call = next(span for name, span in spans(kept).items() if name == "GET")
        assert carried == f"{PARENT[:36]}{call.context.span_id:016x}-01"

    def test_a_statement_that_fails_is_told_by_its_kind(self, traced: Flask, kept: InMemorySpanExporter) -> None:
        traced.test_client().get("/ask-wrongly")

        failed = next(span for span in kept.get_finished_spans() if not span.status.is_ok and span.name == "SELECT")
        assert failed.status.description in ("OperationalError", "UndefinedTable")
        assert "grace" not in failed.to_json()

    def test_what_load_balancers_and_scrapers_ask_is_not_traced(
        self, traced: Flask, kept: InMemorySpanExporter
    ) -> None:
        client = traced.test_client()
        client.get("/healthz")
        client.get("/readyz")

        assert [name for name in spans(kept) if name.startswith("GET")] == []


class Hanging(SpanProcessor):
    """What hands over to a collector that takes everything and never answers."""

    def __init__(self) -> None:
        """Hang until told to end."""
        self.begun, self.ends, self.ended = threading.Event(), threading.Event(), False

    def shutdown(self) -> None:
        """Wait for the answer."""
        self.begun.set()
        self.ended = self.ends.wait(60)


class TestGivenACollectorThatNeverAnswers:
    def test_the_process_ends_without_its_answer(self, fresh: Flask) -> None:
        hanging = Hanging()
        with fresh.app_context():
            traces = Traces(fresh, db.engine, hanging, patience_s=0.1)

        traces.close()

        assert (hanging.begun.is_set(), hanging.ended) == (True, False)
        hanging.ends.set()
