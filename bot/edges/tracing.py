"""Traces by OpenTelemetry, sent in batches over OTLP/HTTP by a thread of their own.

Imported only when traces are on. Nothing waits for the one who receives them: while nobody does,
spans are dropped, the log says so once, and a stop takes 2 s at most.
"""

import asyncio
import contextlib
import logging
import threading
from collections.abc import Iterator, Sequence

from opentelemetry import context, trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.trace import Status, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from bot.app.watch import Span, Value

EVERY = 1.0
"""Seconds between two batches."""
SEND = 5.0
"""Seconds that one batch may take, attempts and pauses together."""
FAREWELL = 2.0
"""Seconds that a stop waits for the last batch."""

_PARENT = "traceparent"

logger = logging.getLogger(__name__)


class OtlpTracing:
    """Keeps bot.app.watch.Tracing's promises, and sends the spans to *url* until `close`."""

    def __init__(self, url: str, version: str) -> None:
        # What the library says of one that cannot be reached fills pages; _Told says it once.
        logging.getLogger("opentelemetry").setLevel(logging.CRITICAL)
        self._exporter = _Told(OTLPSpanExporter(endpoint=url, timeout=SEND))
        self._provider = TracerProvider(
            resource=Resource.create({"service.name": "runbook", "service.version": version}),
            shutdown_on_exit=False,
        )
        self._provider.add_span_processor(
            BatchSpanProcessor(self._exporter, schedule_delay_millis=EVERY * 1000)
        )
        self._tracer = self._provider.get_tracer("runbook", version)
        self._propagator = TraceContextTextMapPropagator()

    @contextlib.contextmanager
    def span(self, name: str, parent: str | None, attributes: dict[str, Value]) -> Iterator[Span]:
        """A span, open as long as its block; what it raises is noted by name only."""
        around = self._propagator.extract({_PARENT: parent}) if parent else context.get_current()
        with self._tracer.start_as_current_span(
            name,
            around,
            # What an exception says may be what a person wrote.
            record_exception=False,
            set_status_on_exception=False,
        ) as made:
            noting = _Noting(made)
            noting.note(**attributes)
            try:
                yield noting
            except Exception as error:
                made.set_status(Status(StatusCode.ERROR, type(error).__name__))
                raise

    def current(self) -> str | None:
        """The span under way, as a W3C traceparent."""
        carrier: dict[str, str] = {}
        self._propagator.inject(carrier)
        return carrier.get(_PARENT)

    async def close(self) -> None:
        """Send what waits, for 2 s at most, and end."""
        loop, ended = asyncio.get_running_loop(), asyncio.Event()

        def end() -> None:
            self._provider.shutdown()
            with contextlib.suppress(RuntimeError):  # the loop did not wait
                loop.call_soon_threadsafe(ended.set)

        # A daemon: asyncio waits for the threads of its own pool, however long they take.
        threading.Thread(target=end, name="traces-end", daemon=True).start()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(FAREWELL):
                await ended.wait()


class _Noting:
    """Writes attributes on a span, under the bot's own prefix."""

    def __init__(self, made: trace.Span) -> None:
        self._made = made

    def note(self, **attributes: Value) -> None:
        for name, value in attributes.items():
            self._made.set_attribute(f"runbook.{name}", value)


class _Told(SpanExporter):
    """Says once that traces cannot be sent, and once that they can be again."""

    def __init__(self, behind: SpanExporter) -> None:
        self._behind, self._failing = behind, False

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        result = self._behind.export(spans)
        failing = result is not SpanExportResult.SUCCESS
        if failing and not self._failing:
            logger.warning("traces cannot be sent to RUNBOOK_TRACES_URL; those of now are lost")
        elif self._failing and not failing:
            logger.info("traces are sent again")
        self._failing = failing
        return result

    def shutdown(self) -> None:
        self._behind.shutdown()

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        return self._behind.force_flush(timeout_millis)
