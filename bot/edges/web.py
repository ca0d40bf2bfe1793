"""The operators' HTTP server: is it alive, is it ready, and what does it measure.

It serves what it is given, changes nothing, and knows no user: it belongs on an address that only
operators reach. It has a thread and an event loop of its own, so that it answers also while the
bot's event loop stands, and says so.
"""

import asyncio
import contextlib
import ipaddress
import threading
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import CancelledError as BrokenOff

from aiohttp import web
from prometheus_client import CollectorRegistry
from prometheus_client.exposition import choose_encoder

from bot.app.watch import Readiness
from bot.config import ConfigError

READY_WITHIN_S = 0.95
"""Seconds in which readiness is answered, whatever it hangs on."""
FAREWELL = 1.0
"""Seconds that a stop waits for requests under way."""
BEAT = 0.5
"""Seconds between two signs of life of the bot's event loop."""
STANDS = 3.0
"""Seconds without one after which the event loop stands: Slack waits no longer for an answer."""


class OpsServer:
    """Serves `/healthz`, `/readyz` and `/metrics` from `open` until `close`."""

    def __init__(
        self,
        host: str,
        port: int,
        *,
        ready: Callable[[], Awaitable[Readiness]],
        registry: CollectorRegistry,
    ) -> None:
        self._host, self._port = host, port
        self._ready, self._registry = ready, registry
        self._local = _is_loopback(host)
        self._own = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._turn, name="operators", daemon=True)
        self._runner: web.AppRunner | None = None
        self._bots: asyncio.AbstractEventLoop | None = None
        self._heart: asyncio.Task[None] | None = None
        self._beat = time.monotonic()

    async def open(self) -> None:
        """Listen; raises ConfigError when the port cannot be had."""
        self._bots = asyncio.get_running_loop()
        self._beat = time.monotonic()
        self._heart = asyncio.create_task(self._live(), name="heartbeat")
        self._thread.start()
        try:
            await self._there(self._listen())
        except OSError as error:
            await self.close()
            raise ConfigError(
                f"cannot listen on {self._host}, port {self._port} ({error.strerror}). Set "
                "RUNBOOK_OPS_HOST and RUNBOOK_OPS_PORT to an address that is free."
            ) from error

    async def close(self) -> None:
        """Take no more requests."""
        if self._heart is not None:
            self._heart.cancel()
            await asyncio.gather(self._heart, return_exceptions=True)
        if self._runner is not None:
            await self._there(self._runner.cleanup())
        self._own.call_soon_threadsafe(self._own.stop)
        await asyncio.to_thread(self._thread.join, FAREWELL)

    def _turn(self) -> None:
        asyncio.set_event_loop(self._own)
        self._own.run_forever()
        self._own.close()

    async def _there(self, work: Awaitable[None]) -> None:
        """Do *work* in the server's own event loop."""

        async def done() -> None:
            await work

        await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(done(), self._own))

    async def _live(self) -> None:
        while True:
            self._beat = time.monotonic()
            await asyncio.sleep(BEAT)

    def _stands(self) -> float | None:
        """Seconds for which the bot's event loop has not turned; None while it does."""
        silent = time.monotonic() - self._beat
        return silent if silent > STANDS else None

    async def _listen(self) -> None:
        server = web.Application(middlewares=[self._guarded])
        server.router.add_get("/healthz", self._healthy)
        server.router.add_get("/readyz", self._readiness)
        server.router.add_get("/metrics", self._metrics)
        self._runner = web.AppRunner(
            server, access_log=None, handle_signals=False, shutdown_timeout=FAREWELL
        )
        await self._runner.setup()
        await web.TCPSite(self._runner, self._host, self._port).start()

    @web.middleware
    async def _guarded(
        self, request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        """On the loopback, answer to its names only: a page may have its own name lead here."""
        if self._local and not _is_loopback(_name(request.host)):
            return web.Response(status=421, text="ask for this address by its own name\n")
        return await handler(request)

    async def _healthy(self, request: web.Request) -> web.Response:
        if (silent := self._stands()) is not None:
            words = f"the event loop has stood still for {silent:.0f} s\n"
            return web.Response(status=503, text=words)
        return web.Response(text="ok\n")

    async def _readiness(self, request: web.Request) -> web.Response:
        words = f"the bot could not look at itself within {READY_WITHIN_S} s"
        if (silent := self._stands()) is not None:
            words = f"the event loop has stood still for {silent:.0f} s"
        elif self._bots is not None:
            asked = asyncio.run_coroutine_threadsafe(self._look(), self._bots)
            with contextlib.suppress(TimeoutError, BrokenOff, asyncio.CancelledError):
                status, said = (
                    await asyncio.wait_for(asyncio.wrap_future(asked), READY_WITHIN_S)
                ).answer()
                return web.json_response(said, status=status)
        return web.json_response({"ready": False, "says": words}, status=503)

    async def _look(self) -> Readiness:
        return await self._ready()

    async def _metrics(self, request: web.Request) -> web.Response:
        encode, content_type = choose_encoder(request.headers.get("Accept", ""))
        return web.Response(body=encode(self._registry), headers={"Content-Type": content_type})


def _name(host: str) -> str:
    """The name in a `Host` header, without the port."""
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.partition(":")[0]


def _is_loopback(name: str) -> bool:
    if name.rstrip(".").lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False
