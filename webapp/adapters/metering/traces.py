"""How is it traced where the time of a request goes, in this service and in those that it calls?

Requests and outgoing calls are traced by OpenTelemetry's own packages. That for SQLAlchemy takes none above 2.0 (0.66b1
says "< 2.1.0"), so that statements are traced here; those of the busy paths (models/prepared.py) pass SQLAlchemy by, and
are seen as a part of their request alone.
"""

import threading
from typing import Any

from flask import Flask
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.instrumentation.flask import FlaskInstrumentor
from opentelemetry.instrumentation.httpx import HTTPXClientInstrumentor
from opentelemetry.sdk.resources import SERVICE_NAME, Resource
from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExportResult
from opentelemetry.trace import Span, SpanKind, Status, StatusCode
from sqlalchemy import Engine, event
from sqlalchemy.engine import Connection, ExceptionContext

LOOK_TIMEOUT_S = 3.0
PATIENCE_S = 5.0
"""So long a process that stops waits for the collector to take the last spans; the library would for half a minute."""
_SPAN = "certdesk_span"
_PERSONAL = (
    "client.address",
    "http.target",
    "http.url",
    "http.user_agent",
    "net.peer.ip",
    "url.full",
    "url.path",
    "url.query",
    "user_agent.original",
)
"""What may name people, or say who it was that asked: the route says enough."""
_UNTRACED = "healthz,readyz,metrics"


def exporting_to(url: str) -> SpanProcessor:
    """Give what hands spans to a collector now and then, from a thread of its own; one that is away keeps nobody waiting."""
    return BatchSpanProcessor(OTLPSpanExporter(endpoint=f"{url}/v1/traces"))


def fault_of(url: str) -> str | None:
    """Hand no span at all to a collector, as spans would be handed, and give what is wrong; None where it takes that."""
    exporter = OTLPSpanExporter(endpoint=f"{url}/v1/traces", timeout=LOOK_TIMEOUT_S)
    try:
        taken = exporter.export([]) is SpanExportResult.SUCCESS
    finally:
        exporter.shutdown()  # type: ignore[no-untyped-call]  # it has no types
    return None if taken else f"nothing at {url}/v1/traces takes traces"


class Traces:
    """The spans of one process, from when it is made until it is closed."""

    def __init__(self, app: Flask, engine: Engine, processor: SpanProcessor, *, patience_s: float = PATIENCE_S) -> None:
        """Trace the application, the statements of its engine, and what is asked of other services."""
        self._patience_s = patience_s
        provider = self._provider = TracerProvider(
            resource=Resource.create({SERVICE_NAME: "certdesk"}), shutdown_on_exit=False
        )
        provider.add_span_processor(processor)
        self._tracer = provider.get_tracer("certdesk")
        FlaskInstrumentor.instrument_app(  # type: ignore[no-untyped-call]  # it has no types
            app, tracer_provider=provider, response_hook=_name_nobody, excluded_urls=_UNTRACED, enable_commenter=False
        )
        self._calls = HTTPXClientInstrumentor()
        self._calls.instrument(tracer_provider=provider)
        event.listen(engine, "before_cursor_execute", self._begin_statement)
        event.listen(engine, "after_cursor_execute", _end_statement)
        event.listen(engine, "handle_error", _fail_statement)

    def close(self) -> None:
        """Hand over what was traced, as far as somebody takes it in time, and trace no other service's calls any more."""
        self._calls.uninstrument()
        last = threading.Thread(target=self._provider.shutdown, daemon=True)
        last.start()
        last.join(self._patience_s)

    def _begin_statement(
        self,
        connection: Connection,
        _cursor: object,
        statement: str,
        _values: object,
        context: Any,  # noqa: ANN401 - the toolkit's
        _many: object,
    ) -> None:
        """Trace a statement without its values."""
        word = statement.lstrip().partition(" ")[0].upper()
        about = {"db.system.name": connection.dialect.name, "db.operation.name": word, "db.query.text": statement}
        setattr(context, _SPAN, self._tracer.start_span(word, kind=SpanKind.CLIENT, attributes=about))


def _end_statement(
    _connection: object,
    _cursor: object,
    _statement: object,
    _values: object,
    context: Any,  # noqa: ANN401 - the toolkit's
    _many: object,
) -> None:
    span: Span | None = getattr(context, _SPAN, None)
    if span is not None:
        span.end()


def _fail_statement(failed: ExceptionContext) -> None:
    span: Span | None = getattr(failed.execution_context, _SPAN, None)
    if span is not None:
        span.set_status(Status(StatusCode.ERROR, type(failed.original_exception).__name__))  # its text may hold values
        span.end()


def _name_nobody(span: Span | None, _status: str, _headers: object) -> None:
    if span is not None:
        span.set_attributes(dict.fromkeys(_PERSONAL, ""))
