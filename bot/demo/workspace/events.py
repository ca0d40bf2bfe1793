"""Server-sent events: all that changes, in order, to every page that listens.

It passes changes on; it never makes one.
"""

import asyncio
import functools
import json
from collections import deque

from aiohttp import web

from . import limits
from .model import Json

HEARTBEAT_SECONDS = 15.0


class _Entry:
    """One change. It is put in words once, and only if somebody follows."""

    def __init__(self, number: int, change: Json) -> None:
        self.number = number
        self._change = change

    @functools.cached_property
    def frame(self) -> bytes:
        return f"id: {self.number}\ndata: {json.dumps(self._change)}\n\n".encode()


class Changes:
    """The latest changes and the streams that follow them."""

    def __init__(self) -> None:
        self._recent: deque[_Entry] = deque(maxlen=limits.CHANGES_KEPT)
        self._last = 0
        self._streams: set[asyncio.Queue[_Entry | None]] = set()
        self._closed = False
        self._followed = asyncio.Event()

    async def followed(self) -> None:
        """Wait until somebody follows."""
        await self._followed.wait()

    def tell(self, change: Json) -> None:
        self._last += 1
        entry = _Entry(self._last, change)
        self._recent.append(entry)
        for stream in self._streams:
            stream.put_nowait(entry)

    def close(self) -> None:
        """End every stream at once."""
        self._closed = True
        for stream in self._streams:
            stream.put_nowait(None)

    async def stream(self, request: web.Request) -> web.StreamResponse:
        """`GET /workspace/events`; `Last-Event-ID` resumes after that change."""
        response = web.StreamResponse(
            headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"}
        )
        await response.prepare(request)
        queue: asyncio.Queue[_Entry | None] = asyncio.Queue()
        since = request.headers.get("Last-Event-ID") or request.query.get("since") or ""
        if since.isascii() and since.isdigit():
            for entry in self._recent:
                if entry.number > int(since):
                    queue.put_nowait(entry)
        if self._closed:
            return response
        self._streams.add(queue)
        self._followed.set()
        try:
            await response.write(b": welcome\n\n")
            await self._follow(queue, response)
        except ConnectionError:
            pass  # the page has gone; there is nobody left to tell
        finally:
            self._streams.discard(queue)
            if not self._streams:
                self._followed.clear()
        return response

    async def _follow(
        self, queue: asyncio.Queue["_Entry | None"], response: web.StreamResponse
    ) -> None:
        while True:
            try:
                async with asyncio.timeout(HEARTBEAT_SECONDS):
                    waiting = [await queue.get()]
            except TimeoutError:
                await response.write(b": still here\n\n")
                continue
            # All that came meanwhile goes in one piece: a page is slower than an app can be.
            while not queue.empty():
                waiting.append(queue.get_nowait())
            await response.write(b"".join(entry.frame for entry in waiting if entry))
            if None in waiting:
                return
