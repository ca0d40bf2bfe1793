"""A way in for the operator: a socket beside the database, on which the running bot is asked.

On SQLite one process has the database, so a command that changes something asks that one. Only the
user whose socket it is can; one line of JSON goes in, one comes out, and the connection ends.
"""

import asyncio
import contextlib
import json
import logging
import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

LONGEST_NAME = 100
"""Bytes that a socket's path may have; the kernel takes 107."""
LIMIT = 8 * 1024 * 1024
"""Bytes of a line, such as an erasure list that is done again."""
SAY_S = 10.0
"""Seconds in which a command says what it asks."""
END_S = 3.0
"""Seconds that a bot which ends gives the commands that it is at; then they hear nothing."""
WAIT_S = 600.0
"""Seconds that a command waits for its answer, and that a bot waits for a command."""

Handle = Callable[[dict[str, Any]], Awaitable[dict[str, Any]]]

logger = logging.getLogger(__name__)


def beside(database: Path) -> Path:
    """Where the socket of a database's bot is."""
    return database.with_name(database.name + ".sock")


class Hatch:
    """Answers what is asked on a socket, by `handle`, one at a time."""

    def __init__(self, path: Path, handle: Handle) -> None:
        self._path = path
        self._handle = handle
        self._server: asyncio.Server | None = None
        self._turn = asyncio.Lock()
        self._silent: set[asyncio.Task[Any]] = set()
        self._asking: set[asyncio.Task[Any]] = set()

    async def open(self) -> None:
        """Listen, unless no socket can be there; whoever had it before is gone."""
        if len(os.fsencode(self._path)) > LONGEST_NAME:
            logger.warning("%s is too long for a socket; `runbook erase` cannot ask", self._path)
            return
        # Nobody else may write to it, from the first moment on.
        before = os.umask(0o177)
        try:
            self._path.unlink(missing_ok=True)
            self._server = await asyncio.start_unix_server(self._meet, self._path, limit=LIMIT)
        except OSError as trouble:
            # Some volumes take no socket, and the bot serves there all the same.
            words = "no socket at %s (%s); `runbook erase` works while the bot is stopped"
            logger.warning(words, self._path, trouble.strerror)
        finally:
            os.umask(before)

    async def close(self) -> None:
        """Listen no more; what is being done is ended, if it takes no longer than END_S."""
        if self._server is None:
            return
        # Not `wait_closed`: whether that waits for those who are connected is each Python's own.
        self._server.close()
        self._path.unlink(missing_ok=True)
        for task in self._silent:
            task.cancel()
        left = self._silent | self._asking
        if left:
            _, late = await asyncio.wait(left, timeout=END_S)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    def _speaks(self) -> None:
        """Whoever this task listens to has said what they ask."""
        task = asyncio.current_task()
        if task in self._silent:
            self._silent.remove(task)
            self._asking.add(task)

    def _meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Listen to whoever has connected."""
        task = asyncio.create_task(self._serve(reader, writer))
        self._silent.add(task)
        task.add_done_callback(self._silent.discard)
        task.add_done_callback(self._asking.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            # Whoever says nothing keeps nobody waiting, nor the end of the bot.
            async with asyncio.timeout(SAY_S):
                asked = json.loads(await reader.readline())
            self._speaks()
            async with asyncio.timeout(WAIT_S), self._turn:
                answer = await self._handle(asked)
                writer.write(json.dumps(answer).encode() + b"\n")
                await writer.drain()
        except (ValueError, OSError, TimeoutError) as trouble:
            logger.warning("a command could not be answered: %s", trouble)
        finally:
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()


async def ask(path: Path, asked: dict[str, Any]) -> dict[str, Any] | None:
    """Ask the bot that listens at *path*; None when none does.

    Raises OSError when it ends without an answer.
    """
    if len(os.fsencode(path)) > LONGEST_NAME:
        return None
    try:
        reader, writer = await asyncio.open_unix_connection(path, limit=LIMIT)
    except (FileNotFoundError, ConnectionRefusedError):
        return None
    try:
        async with asyncio.timeout(WAIT_S):
            writer.write(json.dumps(asked).encode() + b"\n")
            await writer.drain()
            line = await reader.readline()
    except TimeoutError as late:
        raise OSError(
            f"the bot did not answer within {WAIT_S:.0f} s; what it began is done or not at all, "
            "so the same command again does the rest"
        ) from late
    finally:
        writer.close()
    try:
        answer: dict[str, Any] = json.loads(line)
    except ValueError as ended:
        raise OSError("the bot ended without an answer; its log says why") from ended
    return answer
