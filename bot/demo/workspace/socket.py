"""Socket Mode: the app's WebSockets, the envelopes sent over them and the acknowledgements back.

It carries envelopes; what is in them, and what an answer means, is for others.
"""

import asyncio
import contextlib
import json
import secrets
from collections.abc import Callable
from typing import Any

from aiohttp import WSMsgType, web

from . import limits
from .model import Json
from .wirejson import loads

# Clients take a server that has pinged once and then not for half a minute for dead.
PING_SECONDS = 5.0
CLOSE_SECONDS = 1.0
HOST: Json = {"host": "applink-local"}


class Sockets:
    """The app's connections, ten at most. Any is sent to, and any may acknowledge for another."""

    def __init__(self, app_id: str, on_change: Callable[[], None]) -> None:
        self._app_id = app_id
        self._on_change = on_change
        self._tickets: set[str] = set()
        self._open: list[web.WebSocketResponse] = []
        self._leaving: set[web.WebSocketResponse] = set()
        self._requests: dict[web.WebSocketResponse, web.Request] = {}
        self._waiting: dict[str, asyncio.Future[Any]] = {}

    @property
    def connected(self) -> bool:
        """Whether there is a connection that was not told to go."""
        return any(socket not in self._leaving for socket in self._open)

    @property
    def any(self) -> bool:
        """Whether there is a connection at all."""
        return bool(self._open)

    def ticket(self) -> str:
        """A single-use ticket for one connection."""
        ticket = secrets.token_urlsafe(16)
        self._tickets.add(ticket)
        return ticket

    async def accept(self, request: web.Request) -> web.StreamResponse:
        """`GET /link/`: hold one connection until either side ends it."""
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets:
            return web.json_response({"ok": False, "error": "invalid_ticket"}, status=403)
        self._tickets.discard(ticket)
        socket = web.WebSocketResponse(timeout=CLOSE_SECONDS)
        await socket.prepare(request)
        if len(self._open) >= limits.CONNECTIONS:
            await socket.send_json(_goodbye("too_many_websockets"))
            await socket.close()
            return socket
        self._requests[socket] = request
        self._open.append(socket)
        pings = asyncio.create_task(_ping(socket))
        try:
            await socket.send_json(self._hello())
            self._on_change()
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    self._acknowledge(message.data)
        except ConnectionError:
            pass  # the app went away in mid-sentence; it will come back
        finally:
            pings.cancel()
            self._open.remove(socket)
            self._leaving.discard(socket)
            del self._requests[socket]
            self._on_change()
        return socket

    def _hello(self) -> Json:
        return {
            "type": "hello",
            "num_connections": len(self._open),
            "debug_info": HOST | {"build_number": 1, "approximate_connection_time": 18060},
            "connection_info": {"app_id": self._app_id},
        }

    def _acknowledge(self, data: str) -> None:
        try:
            answer = loads(data)
        except ValueError:
            return
        if not isinstance(answer, dict):
            return
        # Keyed by the envelope alone: after a refresh the answer comes over the new connection.
        future = self._waiting.get(str(answer.get("envelope_id")))
        if future is not None and not future.done():
            future.set_result(answer.get("payload"))

    async def send(self, envelope: Json, *, cut: bool = False) -> Any:
        """Send one envelope and return the payload of its acknowledgement.

        `cut` breaks the connection as soon as it has carried the envelope. Raises
        `ConnectionError` if the app has no connection that works.
        """
        envelope = {"envelope_id": secrets.token_hex(16), **envelope}
        future = asyncio.get_running_loop().create_future()
        self._waiting[envelope["envelope_id"]] = future
        try:
            socket = await self._write(json.dumps(envelope))
            if cut:
                await asyncio.sleep(0)
                self._abort(socket)
            return await future
        finally:
            del self._waiting[envelope["envelope_id"]]

    async def _write(self, frame: str) -> web.WebSocketResponse:
        # Which one has it, nobody knows before: with turns, one who clicks and then submits, again
        # and again, would have every form sent by one and every answer taken by the other.
        some = secrets.SystemRandom().sample(self._open, len(self._open))
        # A connection that was told to go is the last choice: its app may be reading no more.
        for socket in sorted(some, key=lambda s: s in self._leaving):
            if socket.closed:
                continue
            try:
                await socket.send_str(frame)
            except ConnectionError:
                continue
            return socket
        raise ConnectionError("the app is not connected")

    async def refresh(self) -> None:
        """Ask the app to reconnect, as Slack does every few hours."""
        self._leaving.update(self._open)
        self._on_change()
        for socket in list(self._open):
            if not socket.closed:
                with contextlib.suppress(ConnectionError):  # it has gone by itself
                    await socket.send_json(_goodbye("refresh_requested"))

    def cut(self) -> None:
        """Break every connection without a word."""
        for socket in list(self._open):
            self._abort(socket)

    def _abort(self, socket: web.WebSocketResponse) -> None:
        request = self._requests.get(socket)
        if request is not None and request.transport is not None:
            request.transport.abort()

    async def close(self) -> None:
        await asyncio.gather(*(socket.close() for socket in list(self._open)))


def _goodbye(reason: str) -> Json:
    return {"type": "disconnect", "reason": reason, "debug_info": HOST}


async def _ping(socket: web.WebSocketResponse) -> None:
    """Ping as Slack does, whether or not the client pings too."""
    with contextlib.suppress(ConnectionError):  # the reader sees the end of it as well
        while not socket.closed:
            await asyncio.sleep(PING_SECONDS)
            await socket.ping(b"Ping from applink-local")
