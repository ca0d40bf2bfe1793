"""The operators' server, over HTTP: alive, ready or not and why, and what it measures."""

import asyncio
import contextlib
import http.client
import re
import threading
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import aiohttp
import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot.app.watch import Lag, Metrics, Part, Readiness
from bot.config import ConfigError
from bot.edges import web
from bot.edges.web import OpsServer
from tests.hanging import HANG_S

WELL = Readiness(
    database=Part(ok=True, says="answers"),
    slack=Part(ok=True, says="connected"),
    painter=Lag(ok=True, waiting=0, oldest_seconds=0.0),
    stopping=False,
)


class Parts:
    """What the server is built from; `found` is its readiness, None hangs."""

    def __init__(self) -> None:
        self.found: Readiness | None = WELL
        self.metrics = Metrics("1.2.3")

    async def ready(self) -> Readiness:
        if self.found is None:
            await asyncio.Event().wait()
        assert self.found is not None
        return self.found


@pytest.fixture
def parts() -> Parts:
    return Parts()


@pytest.fixture
async def ops(parts: Parts, unused_tcp_port: int) -> AsyncIterator[aiohttp.ClientSession]:
    server = OpsServer(
        "127.0.0.1", unused_tcp_port, ready=parts.ready, registry=parts.metrics.registry
    )
    await server.open()
    async with aiohttp.ClientSession(f"http://127.0.0.1:{unused_tcp_port}") as session:
        yield session
    await server.close()


async def asked(ops: aiohttp.ClientSession) -> tuple[int, dict[str, Any]]:
    async with ops.get("/readyz") as answer:
        assert answer.content_type == "application/json"
        return answer.status, await answer.json()


async def test_it_says_that_it_is_alive(ops: aiohttp.ClientSession) -> None:
    async with ops.get("/healthz") as answer:
        assert (answer.status, await answer.text()) == (200, "ok\n")


async def test_it_is_ready_while_all_is_well(ops: aiohttp.ClientSession) -> None:
    status, said = await asked(ops)
    assert (status, said["ready"]) == (200, True)
    assert said["database"] == {"ok": True, "says": "answers"}
    assert said["painter"] == {"ok": True, "waiting": 0, "oldest_seconds": 0.0}


async def test_it_is_not_ready_and_says_why(parts: Parts, ops: aiohttp.ClientSession) -> None:
    parts.found = replace(WELL, slack=Part(ok=False, says="no socket"))
    status, said = await asked(ops)
    assert (status, said["ready"]) == (503, False)
    assert said["slack"] == {"ok": False, "says": "no socket"}


async def test_an_answer_comes_within_a_second_and_health_does_not_wait_for_it(
    parts: Parts, ops: aiohttp.ClientSession
) -> None:
    parts.found = None
    began = time.monotonic()
    waiting = asyncio.create_task(asked(ops))
    async with ops.get("/healthz") as answer:
        assert answer.status == 200
    assert not waiting.done()
    status, said = await waiting
    assert time.monotonic() - began < HANG_S
    assert (status, said["ready"]) == (503, False)
    assert "could not look at itself" in said["says"]


async def test_metrics_are_exposed_as_prometheus_reads_them(
    parts: Parts, ops: aiohttp.ClientSession
) -> None:
    parts.metrics.clicked("action", "done", 0.01)
    async with ops.get("/metrics") as answer:
        assert answer.status == 200
        assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
        families = {f.name: f for f in text_string_to_metric_families(await answer.text())}
    clicks = {tuple(s.labels.values()): s.value for s in families["runbook_clicks"].samples}
    assert clicks["action", "done"] == 1
    assert families["process_resident_memory_bytes"].samples[0].value > 1e6
    assert not [name for name in families if name.endswith("_created")]


async def test_a_scraper_that_wants_openmetrics_is_given_it(ops: aiohttp.ClientSession) -> None:
    accept = {"Accept": "application/openmetrics-text;version=1.0.0"}
    async with ops.get("/metrics", headers=accept) as answer:
        assert answer.content_type == "application/openmetrics-text"
        assert (await answer.text()).endswith("# EOF\n")


async def test_nothing_else_is_served(ops: aiohttp.ClientSession) -> None:
    for path in ("/", "/slack/events", "/metrics/x"):
        async with ops.get(path) as answer:
            assert answer.status == 404
    async with ops.post("/readyz") as answer:
        assert answer.status == 405


async def test_a_port_that_is_taken_is_said_with_what_to_set(
    parts: Parts, ops: aiohttp.ClientSession, unused_tcp_port: int
) -> None:
    second = OpsServer(
        "127.0.0.1", unused_tcp_port, ready=parts.ready, registry=parts.metrics.registry
    )
    with pytest.raises(ConfigError, match=r"port \d+ \(.+\)\. Set RUNBOOK_OPS_HOST and") as refused:
        await second.open()
    assert "\n" not in str(refused.value)


async def test_it_says_so_while_the_event_loop_stands(
    ops: aiohttp.ClientSession, unused_tcp_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web, "STANDS", 0.6)
    got: list[tuple[int, bytes]] = []

    def ask() -> None:
        for path in ("healthz", "readyz"):
            connection = http.client.HTTPConnection("127.0.0.1", unused_tcp_port, timeout=HANG_S)
            with contextlib.closing(connection):
                connection.request("GET", f"/{path}")
                answer = connection.getresponse()
                got.append((answer.status, answer.read()))

    def asked_while_it_stands() -> None:
        time.sleep(0.8)
        ask()

    asker = threading.Thread(target=asked_while_it_stands)
    asker.start()
    asker.join()  # the event loop of this test stands here
    (health, words), (ready, said) = got
    assert (health, ready) == (503, 503)
    assert re.search(rb"stood still for \d+ s", words)
    assert b"stood still" in said
    async with asyncio.timeout(HANG_S):
        while (await asked(ops))[0] != 200:  # noqa: ASYNC110 - asked from outside
            await asyncio.sleep(0.05)


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("localhost:9090", 200),
        ("127.0.0.1", 200),
        ("[::1]:9090", 200),
        ("evil.example", 421),
        ("evil.example:80", 421),
        ("localhost.evil.example", 421),
        ("169.254.169.254", 421),
    ],
)
async def test_on_the_loopback_it_answers_to_the_loopbacks_names(
    ops: aiohttp.ClientSession, host: str, status: int
) -> None:
    for path in ("/healthz", "/readyz", "/metrics"):
        async with ops.get(path, headers={"Host": host}) as answer:
            assert answer.status == status
