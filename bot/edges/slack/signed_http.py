"""Slack's signed requests over HTTP, for where something of ours can be reached from the internet.

Whoever did not sign is refused before anything is read. Nothing is decided here.
"""

import asyncio
import re
import time
from collections.abc import Callable

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.signature import Clock, SignatureVerifier

from bot.edges.slack import bodies
from bot.edges.slack.connection import RECEIVED, SlackRefused

FAREWELL = 3.0
"""Seconds that a stop waits for requests under way."""
BODY_LIMIT = 2 * 1024 * 1024
"""The largest request that is read, in bytes."""

_STAMP = re.compile(r"[0-9]{1,12}")


class SignedHttp:
    """Listens for Slack's signed requests on `POST /slack/events`; `GET /healthz` answers ok.

    *clock* gives the seconds since 1970 against which a request's age is judged: five minutes are
    allowed, so a machine whose clock is wrong wants another one's.
    """

    def __init__(
        self,
        app: AsyncApp,
        signing_secret: str,
        host: str,
        port: int,
        *,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._app, self._host, self._port = app, host, port
        self._verifier = SignatureVerifier(signing_secret, _Clock(clock))
        self._runner: web.AppRunner | None = None
        self._listening = False

    async def open(self) -> None:
        """Listen; raises SlackRefused when the port cannot be had."""
        server = web.Application(client_max_size=BODY_LIMIT)
        server.router.add_post("/slack/events", self._receive)
        server.router.add_get("/healthz", self._healthy)
        self._runner = web.AppRunner(
            server, access_log=None, handle_signals=False, shutdown_timeout=FAREWELL
        )
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, self._host, self._port).start()
        except OSError as error:
            raise SlackRefused(
                f"cannot listen on {self._host}, port {self._port} ({error.strerror}). Set "
                "RUNBOOK_HTTP_HOST and RUNBOOK_HTTP_PORT to an address that is free."
            ) from error
        self._listening = True

    @property
    def tasks(self) -> list[asyncio.Task[None]]:
        """What must not end by itself: nothing, since the server is the event loop's."""
        return []

    def alive(self) -> bool:
        """Whether requests are taken."""
        return self._listening

    async def close(self) -> None:
        """Take no more requests, and let those under way end; FAREWELL seconds at most."""
        self._listening = False
        if self._runner is not None:
            await self._runner.cleanup()

    async def _healthy(self, request: web.Request) -> web.Response:
        return web.Response(text="ok\n")

    async def _receive(self, request: web.Request) -> web.Response:
        received = time.perf_counter()
        stamp = request.headers.get("X-Slack-Request-Timestamp", "")
        signature = request.headers.get("X-Slack-Signature", "")
        # The verifier chokes on odd ones of both.
        if not (_STAMP.fullmatch(stamp) and signature.isascii()):
            return web.Response(status=401, text="not signed by Slack\n")
        # Slack writes UTF-8; what is none shows its odd signs, and fits no signature.
        body = (await request.read()).decode(errors="replace")
        if not self._verifier.is_valid(body, stamp, signature):
            return web.Response(status=401, text="not signed by Slack\n")
        try:
            read = bodies.read(body, request.headers.get("Content-Type", ""))
        except bodies.Unreadable:
            return web.Response(status=400, text="neither a form nor a JSON object\n")
        # A body that is read already goes by Bolt's other way in, where it parses nothing.
        asked = AsyncBoltRequest(mode="socket_mode", body=read, context={RECEIVED: received})
        return await to_aiohttp_response(await self._app.async_dispatch(asked))


class _Clock(Clock):
    """The verifier's idea of a clock, around ours."""

    def __init__(self, seconds: Callable[[], float]) -> None:
        self._seconds = seconds

    def now(self) -> float:
        return self._seconds()
