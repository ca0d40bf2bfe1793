"""The operators' HTTP server: is it alive, is it ready, and what does it measure.

It serves what it is given, changes nothing, and knows no user: it belongs on an address that only
operators reach.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable

from aiohttp import web
from prometheus_client import CollectorRegistry
from prometheus_client.exposition import choose_encoder

from bot.config import ConfigError
from bot.watch import Readiness

PATIENCE = 0.95
"""Seconds in which readiness is answered, whatever it hangs on."""
FAREWELL = 1.0
"""Seconds that a stop waits for requests under way."""


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
        self._runner: web.AppRunner | None = None

    async def open(self) -> None:
        """Listen; raises ConfigError when the port cannot be had."""
        server = web.Application()
        server.router.add_get("/healthz", self._healthy)
        server.router.add_get("/readyz", self._readiness)
        server.router.add_get("/metrics", self._metrics)
        self._runner = web.AppRunner(
            server, access_log=None, handle_signals=False, shutdown_timeout=FAREWELL
        )
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, self._host, self._port).start()
        except OSError as error:
            await self.close()
            raise ConfigError(
                f"cannot listen on {self._host}, port {self._port} ({error.strerror}). Set "
                "RUNBOOK_OPS_HOST and RUNBOOK_OPS_PORT to an address that is free."
            ) from error

    async def close(self) -> None:
        """Take no more requests."""
        if self._runner is not None:
            await self._runner.cleanup()

    async def _healthy(self, request: web.Request) -> web.Response:
        """That this answers is the answer: the event loop turns."""
        return web.Response(text="ok\n")

    async def _readiness(self, request: web.Request) -> web.Response:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE):
                status, said = (await self._ready()).answer()
                return web.json_response(said, status=status)
        words = f"the bot could not look at itself within {PATIENCE} s"
        return web.json_response({"ready": False, "says": words}, status=503)

    async def _metrics(self, request: web.Request) -> web.Response:
        encode, content_type = choose_encoder(request.headers.get("Accept", ""))
        return web.Response(body=encode(self._registry), headers={"Content-Type": content_type})
