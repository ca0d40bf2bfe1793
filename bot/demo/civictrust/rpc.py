"""How the processes talk: one line of JSON asked, one line answered, over loopback TCP.

It knows nothing of what is asked. A peer that does not answer in time is Unreachable, whether its
process is gone or its cable is cut; only `gone` tells the two apart.
"""

import asyncio
import contextlib
import hmac
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

Message = dict[str, Any]
Handler = Callable[[Message], Awaitable[Message]]

_LONGEST_LINE = 1 << 24


class UnreachableError(Exception):
    """No answer: `gone` if nothing listens there, else it was silent until the deadline."""

    def __init__(self, node: str, *, gone: bool) -> None:
        super().__init__(f"{node} {'is down' if gone else 'does not answer'}")
        self.node = node
        self.gone = gone


class RefusedError(Exception):
    """The request cannot be granted; the words say why, and what can be done instead."""


async def ask(
    node: str, port: int | None, message: Message, *, token: str, patience: float
) -> Message:
    """Send a message and return the answer.

    `patience` is in seconds. Raises UnreachableError, and RefusedError with the node's own words.
    """
    if port is None:
        raise UnreachableError(node, gone=True)
    try:
        async with asyncio.timeout(patience), _connection(port) as (reader, writer):
            writer.write(json.dumps({**message, "token": token}).encode() + b"\n")
            line = await reader.readline()
    except TimeoutError as error:
        raise UnreachableError(node, gone=False) from error
    except OSError as error:
        raise UnreachableError(node, gone=True) from error
    if not line.endswith(b"\n"):
        raise UnreachableError(node, gone=True)
    answer: Message = json.loads(line)
    if "refused" in answer:
        raise RefusedError(answer["refused"])
    return answer


@contextlib.asynccontextmanager
async def _connection(
    port: int,
) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=_LONGEST_LINE)
    try:
        yield reader, writer
    finally:
        writer.close()


class Server:
    """Answers peers on a free loopback port, unless `cut_off`: then it hears and says nothing."""

    def __init__(self, handler: Handler, token: str) -> None:
        self._handler = handler
        self._token = token
        self._server: asyncio.Server | None = None
        self.cut_off = False

    async def start(self) -> int:
        """Listen, and return the port."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, limit=_LONGEST_LINE)
        return int(self._server.sockets[0].getsockname()[1])

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            answer = await self._answer(await reader.readline())
            if self.cut_off:
                await reader.read()  # swallow everything until the caller gives up
            elif answer is not None:
                writer.write(json.dumps(answer).encode() + b"\n")
                await writer.drain()
        except ConnectionError:
            pass  # the caller gave up first, and will ask again if it still wants to know
        finally:
            writer.close()

    async def _answer(self, line: bytes) -> Message | None:
        if self.cut_off:
            return None
        try:
            message = json.loads(line)
            known = hmac.compare_digest(str(message["token"]).encode(), self._token.encode())
        except (ValueError, KeyError, TypeError):
            return None
        if not known:
            return None
        try:
            return await self._handler(message)
        except RefusedError as refusal:
            return {"refused": str(refusal)}
