"""A TCP way to others' ports that a test can hold, as a dead network does, or cut.

It understands nothing of what it carries.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Sequence
from itertools import count

_CHUNK = 65_536


class Proxy:
    """Listens on the loopback and carries each connection to one of *targets*, in turn.

    A target that takes no connection is passed over. While it is held, bytes wait and nobody is
    told, however long that is; what waited goes on its way afterwards.
    """

    def __init__(self, targets: Callable[[], Sequence[int]]) -> None:
        self._targets = targets
        self._turn = count()
        self._flowing = asyncio.Event()
        self._flowing.set()
        self._writers: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None
        self.port = 0
        self.deaf_after: bytes | None = None
        """Once a connection has sent these bytes, nothing comes back on it any more."""
        self.carried = 0
        """How many connections were carried so far."""

    @classmethod
    @contextlib.asynccontextmanager
    async def to(cls, targets: Callable[[], Sequence[int]]) -> AsyncIterator["Proxy"]:
        made = cls(targets)
        made._server = await asyncio.start_server(made._carry, "127.0.0.1", 0)
        made.port = made._server.sockets[0].getsockname()[1]
        try:
            yield made
        finally:
            made._server.close()
            made.cut()
            for task in made._tasks:
                task.cancel()
            await asyncio.gather(*made._tasks, return_exceptions=True)

    def hold(self) -> None:
        """Carry nothing any more, and close nothing."""
        self._flowing.clear()

    def release(self) -> None:
        self._flowing.set()

    def cut(self) -> None:
        """Break every connection without a word."""
        for writer in self._writers:
            writer.transport.abort()

    async def _carry(self, near: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self._writers.add(back)
        try:
            far, forth = await self._reach()
            self._writers.add(forth)
            self.carried += 1
            try:
                deaf = asyncio.Event()
                await asyncio.gather(self._out(near, forth, deaf), self._flow(far, back, deaf))
            finally:
                self._writers.discard(forth)
                forth.transport.abort()
        except OSError:
            pass  # one end is gone; the other learns it by the end of its connection
        finally:
            self._writers.discard(back)
            self._tasks.discard(task)
            back.transport.abort()

    async def _reach(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """Connect to the next target that takes a connection; raises OSError if none does."""
        ports = self._targets()
        first = next(self._turn)
        for step in range(len(ports)):
            with contextlib.suppress(OSError):
                return await asyncio.open_connection(
                    "127.0.0.1", ports[(first + step) % len(ports)]
                )
        raise ConnectionRefusedError

    async def _out(
        self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, deaf: asyncio.Event
    ) -> None:
        """Carry what is asked, and watch for what makes the way back end."""
        while data := await source.read(_CHUNK):
            await self._flowing.wait()
            if self.deaf_after is not None and self.deaf_after in data:
                deaf.set()
            sink.write(data)
            await sink.drain()
        await self._flowing.wait()
        raise ConnectionResetError

    async def _flow(
        self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, deaf: asyncio.Event
    ) -> None:
        """Carry what is answered."""
        while data := await source.read(_CHUNK):
            await self._flowing.wait()
            if not deaf.is_set():
                sink.write(data)
                await sink.drain()
        await self._flowing.wait()
        # Neither HTTP nor PostgreSQL goes on talking to an end that has hung up.
        raise ConnectionResetError
