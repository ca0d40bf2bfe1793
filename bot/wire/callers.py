"""Who holds a connection to the bot's port: strangers are few, and each for a short time only.

A connection is a stranger's until a request over it was proven to be of who may ask. Whoever
connects and says nothing, or says it a byte at a time, is hung up on; when there are too many
strangers, the one who came first goes, so that those who do have something to say are heard.
"""

import asyncio
import resource
from typing import Any

from aiohttp import web

from bot.wire.seldom import Seldom

HEADERS = 5.0
"""Seconds from a connection until the first request's headers are there, whole."""
MOST = 256
"""How many strangers there may be at a time, where the process may open as many files."""
SHARE = 4
"""Of the files that the process may open, strangers get one in so many."""


class Callers(web.Server):
    """The connections to a port, each of which is a stranger's until it is `proven`."""

    def __init__(self, seldom: Seldom, *server: Any, **options: Any) -> None:
        super().__init__(*server, **options)
        self._seldom = seldom
        self._timers: dict[web.RequestHandler, asyncio.TimerHandle] = {}
        self._lines: dict[web.RequestHandler, asyncio.Transport] = {}
        self._most = min(MOST, resource.getrlimit(resource.RLIMIT_NOFILE)[0] // SHARE)

    def connection_made(self, handler: web.RequestHandler, transport: asyncio.Transport) -> None:
        """Take in a stranger, and let the one go who has been one for longest."""
        super().connection_made(handler, transport)
        loop = asyncio.get_running_loop()
        self._lines[handler] = transport
        self._timers[handler] = loop.call_later(HEADERS, self._late, handler)
        if len(self._lines) > self._most:
            self._seldom.warn(
                "crowd",
                "more than %d connections have sent no signed request; the oldest are closed",
                self._most,
            )
            self._hang_up(next(iter(self._lines)))

    def connection_lost(
        self, handler: web.RequestHandler, exc: BaseException | None = None
    ) -> None:
        """Forget who hung up."""
        self.proven(handler)
        super().connection_lost(handler, exc)

    def asked(self, handler: web.RequestHandler) -> None:
        """The headers of a request came over this connection."""
        if (timer := self._timers.pop(handler, None)) is not None:
            timer.cancel()

    def proven(self, handler: web.RequestHandler) -> None:
        """A request over this connection is of who may ask: it is no stranger's any more."""
        self.asked(handler)
        self._lines.pop(handler, None)

    def _late(self, handler: web.RequestHandler) -> None:
        self._seldom.warn(
            "late", "a connection was closed: it sent no request within %g s", HEADERS
        )
        self._hang_up(handler)

    def _hang_up(self, handler: web.RequestHandler) -> None:
        line = self._lines.get(handler)
        self.proven(handler)
        if line is not None:
            line.abort()
