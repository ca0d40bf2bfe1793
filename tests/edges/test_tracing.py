"""Traces: received over OTLP as the collector would, decoded with OpenTelemetry's own classes."""

import asyncio
import logging
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator

import pytest
from aiohttp import web
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status

from bot.app import watch
from bot.edges import tracing
from bot.edges.tracing import FAREWELL, OtlpTracing
from tests.hanging import HANG_S

Caplog = pytest.LogCaptureFixture


class Collector:
    """An OTLP/HTTP receiver; while it is `down` it answers 503, while it `hangs` not at all."""

    def __init__(self) -> None:
        self.url = ""
        self.spans: list[Span] = []
        self.resource: dict[str, str] = {}
        self.down = False
        self.hangs: asyncio.Event | None = None
        self.asked = 0
        self.received = asyncio.Event()

    async def receive(self, request: web.Request) -> web.Response:
        self.asked += 1
        if self.hangs is not None:
            await self.hangs.wait()
        if self.down:
            return web.Response(status=503)
        sent = ExportTraceServiceRequest.FromString(await request.read())
        for of_resource in sent.resource_spans:
            self.resource = {a.key: a.value.string_value for a in of_resource.resource.attributes}
            for of_scope in of_resource.scope_spans:
                self.spans += of_scope.spans
        self.received.set()
        answer = ExportTraceServiceResponse().SerializeToString()
        return web.Response(body=answer, content_type="application/x-protobuf")

    def span(self, name: str) -> Span:
        [found] = [span for span in self.spans if span.name == name]
        return found


@pytest.fixture
async def collector(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Collector]:
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    made = Collector()
    app = web.Application()
    app.router.add_post("/v1/traces", made.receive)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    made.url = f"http://127.0.0.1:{runner.addresses[0][1]}/v1/traces"
    yield made
    if made.hangs is not None:
        made.hangs.set()
    await runner.cleanup()


@pytest.fixture(autouse=True)
def _untraced() -> Iterator[None]:
    """The process traces nobody after a test."""
    yield
    watch.trace_with(None)


def started(collector: Collector) -> OtlpTracing:
    made = OtlpTracing(collector.url, "1.2.3")
    watch.trace_with(made)
    return made


def attributes(span: Span) -> dict[str, str | int]:
    return {
        a.key: a.value.string_value if a.value.HasField("string_value") else a.value.int_value
        for a in span.attributes
    }


async def test_a_trace_reaches_from_the_click_to_the_paint_in_another_process(
    collector: Collector,
) -> None:
    bot = started(collector)
    with watch.span("click", kind="action") as click:
        await asyncio.sleep(0)
        with watch.span("append", run="KC-7", facts=2):
            stored = watch.current_trace()
        click.note(run="KC-7", outcome="ok")
    assert watch.current_trace() is None
    await bot.close()

    painter = started(collector)
    with watch.span("paint", parent=stored, run="KC-7"):
        pass
    await painter.close()

    click_, append, paint = (collector.span(name) for name in ("click", "append", "paint"))
    assert click_.trace_id == append.trace_id == paint.trace_id
    assert click_.parent_span_id == b""
    assert append.parent_span_id == click_.span_id
    assert paint.parent_span_id == append.span_id
    assert attributes(click_) == {
        "runbook.kind": "action",
        "runbook.run": "KC-7",
        "runbook.outcome": "ok",
    }
    assert attributes(append) == {"runbook.run": "KC-7", "runbook.facts": 2}
    assert collector.resource["service.name"] == "runbook"
    assert collector.resource["service.version"] == "1.2.3"


async def test_two_clicks_at_once_do_not_mix(collector: Collector) -> None:
    bot = started(collector)

    async def click(name: str) -> None:
        with watch.span(name):
            await asyncio.sleep(0)
            with watch.span(f"{name}/append"):
                await asyncio.sleep(0)

    await asyncio.gather(click("one"), click("two"))
    await bot.close()
    for name in ("one", "two"):
        assert collector.span(f"{name}/append").parent_span_id == collector.span(name).span_id
    assert collector.span("one").trace_id != collector.span("two").trace_id


async def test_a_parent_that_cannot_be_read_begins_a_trace_of_its_own(
    collector: Collector,
) -> None:
    bot = started(collector)
    with watch.span("paint", parent="rubbish"):
        pass
    await bot.close()
    assert collector.span("paint").parent_span_id == b""


async def test_what_an_exception_says_is_not_told(collector: Collector) -> None:
    bot = started(collector)
    with pytest.raises(LookupError), watch.span("click"):
        raise LookupError("what Ana wrote")
    await bot.close()
    span = collector.span("click")
    assert (span.status.code, span.status.message) == (Status.STATUS_CODE_ERROR, "LookupError")
    assert b"Ana" not in span.SerializeToString()


async def test_spans_are_sent_while_the_bot_runs(
    collector: Collector, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tracing, "EVERY", 0.05)
    bot = started(collector)
    with watch.span("click"):
        pass
    async with asyncio.timeout(HANG_S):
        await collector.received.wait()
    await bot.close()


async def test_a_receiver_that_is_away_is_told_of_once_and_so_is_its_return(
    collector: Collector, monkeypatch: pytest.MonkeyPatch, caplog: Caplog
) -> None:
    monkeypatch.setattr(tracing, "EVERY", 0.05)
    monkeypatch.setattr(tracing, "SEND", 0.2)
    caplog.set_level(logging.DEBUG)
    collector.down = True
    bot = started(collector)
    async with asyncio.timeout(HANG_S):
        while collector.asked < 6:
            with watch.span("click"):
                await asyncio.sleep(0.01)
        collector.down = False
        while not collector.spans:
            with watch.span("click"):
                await asyncio.sleep(0.01)
    await bot.close()
    said = [r for r in caplog.records if r.name.startswith(("bot", "opentelemetry"))]
    assert [(r.levelname, r.getMessage()) for r in said] == [
        ("WARNING", "traces cannot be sent to RUNBOOK_TRACES_URL; those of now are lost"),
        ("INFO", "traces are sent again"),
    ]


@pytest.mark.parametrize("how", ["refuses", "hangs", "is down"])
async def test_a_stop_takes_2_seconds_at_most_whatever_the_receiver_does(
    collector: Collector, how: str, unused_tcp_port: int
) -> None:
    if how == "refuses":
        collector.url = f"http://127.0.0.1:{unused_tcp_port}/v1/traces"
    elif how == "hangs":
        collector.hangs = asyncio.Event()
    else:
        collector.down = True
    bot = started(collector)
    for _ in range(3_000):  # that this ends at all shows that nobody is waited for
        with watch.span("click"):
            pass
    began = time.monotonic()
    await bot.close()
    # A busy machine takes its time; without an end of its own it would be the exporter's 10 s.
    assert time.monotonic() - began < 3 * FAREWELL


def test_without_the_setting_none_of_it_is_imported() -> None:
    look = (
        "import sys, bot.compose\nprint([n for n in sys.modules if n.startswith('opentelemetry.')])"
    )
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", look], capture_output=True, text=True, check=True
    )
    assert done.stdout == "[]\n"
