"""Socket Mode for tests: a stretch of network before Slack, and a listener behind the socket."""

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from slack_bolt.response import BoltResponse

from bot.edges.slack.inbound.socket_mode import SocketMode
from tests.hanging import HANG_S

PING = 0.1


@dataclass(slots=True)
class Wire:
    """A stretch of network before Slack: `silent`, it swallows all and closes nothing."""

    port: int = 0
    silent: bool = False
    _silenced: set[asyncio.StreamWriter] = field(default_factory=set)
    _writers: list[asyncio.StreamWriter] = field(default_factory=list)

    def silence(self) -> None:
        """Swallow what goes over the connections that there are; new ones work."""
        self._silenced.update(self._writers)

    async def carry(self, near: asyncio.StreamReader, back: asyncio.StreamWriter, to: int) -> None:
        far, forth = await asyncio.open_connection("127.0.0.1", to)
        self._writers += [back, forth]
        await asyncio.gather(self._pass(near, forth), self._pass(far, back))

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError):
            while data := await reader.read(65_536):
                if not self._lost(writer):
                    writer.write(data)
            if not self._lost(writer):
                writer.close()

    def _lost(self, writer: asyncio.StreamWriter) -> bool:
        return self.silent or writer in self._silenced

    async def end(self) -> None:
        for writer in self._writers:
            writer.transport.abort()


@dataclass(slots=True)
class Taker:
    """Answers commands with their own text, once it may."""

    name: str = "it"
    taken: list[str] = field(default_factory=list)
    free: asyncio.Event = field(default_factory=asyncio.Event)

    async def take(self, body: dict[str, Any], received: float) -> BoltResponse | None:
        if "command" not in body:
            return None
        self.taken.append(body["text"])
        await self.free.wait()
        return BoltResponse(status=200, body=f"{self.name} took {body['text']}")


Linked = Callable[..., contextlib.AbstractAsyncContextManager[SocketMode]]


async def until(look: Callable[[], bool], seconds: float = HANG_S) -> None:
    async with asyncio.timeout(seconds):
        while not look():  # noqa: ASYNC110 - what is looked at has no event
            await asyncio.sleep(0.01)
