"""A wire that a test can cut: a TCP forwarder that goes silent without hanging up."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field


@dataclass
class Wire:
    """Forwards connections on `port`; while `silent`, what is sent goes nowhere and nobody is told.

    With `deaf_after`, nothing comes back any more on a connection that has sent these bytes. What
    was swallowed is lost: a connection that has met it stays silent for good.
    """

    target: int
    port: int = 0
    silent: bool = False
    deaf_after: bytes | None = None
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    @classmethod
    @contextlib.asynccontextmanager
    async def to(cls, target: int) -> AsyncIterator["Wire"]:
        """Forward to *target* on the loopback."""
        wire = cls(target)
        server = await asyncio.start_server(wire._serve, "127.0.0.1", 0)
        wire.port = server.sockets[0].getsockname()[1]
        try:
            yield wire
        finally:
            server.close()
            for task in wire._tasks:
                task.cancel()
            await asyncio.gather(*wire._tasks, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        try:
            there, back = await asyncio.open_connection("127.0.0.1", self.target)
        except OSError:
            writer.close()
            return
        swallowed = asyncio.Event()
        ways = [
            asyncio.create_task(self._pump(reader, back, swallowed, out=True)),
            asyncio.create_task(self._pump(there, writer, swallowed, out=False)),
        ]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)
            for end in (writer, back):
                end.close()

    async def _pump(
        self,
        source: asyncio.StreamReader,
        sink: asyncio.StreamWriter,
        swallowed: asyncio.Event,
        *,
        out: bool,
    ) -> None:
        with contextlib.suppress(OSError):
            while data := await source.read(65_536):
                if self.silent:
                    swallowed.set()
                deaf = swallowed.is_set() and not out
                if out and self.deaf_after is not None and self.deaf_after in data:
                    swallowed.set()
                    sink.write(data)
                    await sink.drain()
                elif not deaf and not self.silent and not (out and swallowed.is_set()):
                    sink.write(data)
                    await sink.drain()
