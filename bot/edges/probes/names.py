"""Addresses of targets' names, asked for in threads of their own.

A name whose server does not answer holds a thread for as long as the system's resolver waits. In
the pool that all share, a few of them would keep Slack's own name from being looked up.
"""

import asyncio
import queue
import socket
import threading
from collections.abc import Callable
from typing import Any

from aiohttp.abc import AbstractResolver, ResolveResult

THREADS = 16
"""How many names are looked up at a time; the others wait, each within its question's time."""


class Resolver(AbstractResolver):
    """Looks names up in daemon threads, which no stop waits for."""

    def __init__(self) -> None:
        self._asked: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._threads = 0
        self._idle = threading.Semaphore(0)

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        loop = asyncio.get_running_loop()
        found: asyncio.Future[Any] = loop.create_future()

        def settle(result: Any, error: Exception | None) -> None:
            if found.done():
                return
            if error is None:
                found.set_result(result)
            else:
                found.set_exception(error)

        def look() -> None:
            if found.cancelled():
                return
            result, error = None, None
            try:
                result = socket.getaddrinfo(
                    host, port, family=family, type=socket.SOCK_STREAM, flags=socket.AI_ADDRCONFIG
                )
            except Exception as trouble:  # noqa: BLE001 - handed to the one who asked
                error = trouble
            try:
                loop.call_soon_threadsafe(settle, result, error)
            except RuntimeError:
                return  # the loop has ended meanwhile

        self._asked.put(look)
        self._hands()
        return [_one(host, info) for info in await found]

    def _hands(self) -> None:
        """Have a thread for what was just asked, if one more is allowed."""
        if not self._idle.acquire(blocking=False) and self._threads < THREADS:
            self._threads += 1
            threading.Thread(target=self._work, name="names of targets", daemon=True).start()

    def _work(self) -> None:
        while True:
            self._asked.get()()
            self._idle.release()

    async def close(self) -> None:
        """Nothing to wait for: the threads are daemons."""


def _one(host: str, info: tuple[Any, ...]) -> ResolveResult:
    family, _, protocol, _, address = info
    numeric = str(address[0])
    if family == socket.AF_INET6 and len(address) > 3 and address[3]:  # noqa: PLR2004 - a scope
        numeric, _ = socket.getnameinfo(address, socket.NI_NUMERICHOST | socket.NI_NUMERICSERV)
    return ResolveResult(
        hostname=host,
        host=numeric,
        port=int(address[1]),
        family=family,
        proto=protocol,
        flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
    )
