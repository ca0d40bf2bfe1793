"""Slack is reached through the proxy that the environment names, and what is checked is not."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest

from bot.demo.workspace import Workspace
from tests.story.conftest import Bot, System
from tests.story.driver import Someone

_CHUNK = 65_536


@dataclass
class ForwardProxy:
    """What a company puts between its machines and the internet: it is told whole addresses."""

    asked: set[str] = field(default_factory=set)
    """`host:port` of whatever it was asked for."""
    sockets: int = 0
    """How many requests for a WebSocket came by."""
    url: str = ""
    _busy: set[asyncio.Task[None]] = field(default_factory=set)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._busy.add(task)
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            target = urlsplit(head.split()[1].decode())
            assert target.hostname is not None, head
            self.asked.add(f"{target.hostname}:{target.port}")
            theirs, there = await asyncio.open_connection(target.hostname, target.port)
            self._pass(head, there)
            await asyncio.gather(_carry(reader, there, self._pass), _carry(theirs, writer, _unread))
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()
            self._busy.discard(task)

    def _pass(self, said: bytes, there: asyncio.StreamWriter) -> None:
        self.sockets += b"upgrade: websocket" in said.lower()
        there.write(said)

    async def end(self) -> None:
        for task in self._busy:
            task.cancel()
        await asyncio.gather(*self._busy, return_exceptions=True)


def _unread(said: bytes, there: asyncio.StreamWriter) -> None:
    there.write(said)


async def _carry(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    on: Callable[[bytes, asyncio.StreamWriter], None],
) -> None:
    try:
        while said := await reader.read(_CHUNK):
            on(said, writer)
            await writer.drain()
    finally:
        writer.close()


@pytest.fixture
async def proxy() -> AsyncIterator[ForwardProxy]:
    made = ForwardProxy()
    server = await asyncio.start_server(made.serve, "127.0.0.1", 0)
    made.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield made
    finally:
        server.close()
        await made.end()


@contextlib.asynccontextmanager
async def running(environ: dict[str, str]) -> AsyncIterator[Bot]:
    bot = Bot(environ)
    await bot.start()
    try:
        yield bot
    finally:
        await bot.stop()


async def test_slack_is_reached_through_it_and_what_checks_ask_is_not(
    proxy: ForwardProxy,
    environ: dict[str, str],
    workspace: Workspace,
    system: System,
    ana: Someone,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    system.works()
    system.agrees()
    monkeypatch.setenv("HTTP_PROXY", proxy.url)
    async with running(environ):
        await ana.types("/runbook mend-it thing=lamp")
        await ana.board("MI-1")
        await ana.does("Verify now")

        async def looked() -> list[str] | None:
            return system.asked or None

        await ana.eventually(looked, "the system was asked")
        await ana.thread("passed")
    slack = urlsplit(workspace.api_url).netloc
    assert proxy.asked == {slack}
    assert proxy.sockets == 1
