"""Slack's signed requests over HTTP, for where something of ours can be reached from the internet.

Whoever did not sign is refused before anything is read. Anybody can connect, so nothing that comes
is unpacked, waited for without end, kept without end, or logged at length. Nothing is decided here.
"""

import asyncio
import logging
import os
import re
import socket
import time
from collections.abc import Callable
from typing import Any

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError
from slack_bolt.adapter.aiohttp import to_aiohttp_response
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.signature import Clock, SignatureVerifier

from bot.edges.slack import connection
from bot.edges.slack.connection import SlackRefused
from bot.edges.slack.inbound import bodies
from bot.edges.slack.inbound.fields import Malformed
from bot.wire.callers import Callers
from bot.wire.seldom import Seldom

FAREWELL = 3.0
"""Seconds that a stop waits for requests under way."""
BODY_LIMIT = 2 * 1024 * 1024
"""The largest request that is read, in bytes."""
BODY = 5.0
"""Seconds that a request's body may take; Slack's take milliseconds."""
IDLE = 75.0
"""Seconds that a connection over which Slack was heard stays open without a request."""
LINGER = 1.0
"""Seconds that the rest of a refused request is read and dropped, so that its answer is heard."""
WAITING = 1024
"""How many connections may wait to be taken."""

_STAMP = re.compile(r"[0-9]{1,12}")
_BROKEN = (ConnectionError, web.RequestPayloadError, HttpProcessingError)
"""What reading a body ends with that breaks off, or that is no HTTP."""

logger = logging.getLogger(__name__)


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
        self._seldom = Seldom(logger)
        self._hushed = _Hushed(self._seldom)
        self._callers: Callers | None = None
        self._listener: asyncio.Server | None = None

    async def open(self) -> None:
        """Listen; raises SlackRefused when the port cannot be had."""
        loop = asyncio.get_running_loop()

        def request(message: Any, payload: Any, line: Any, writer: Any, task: Any) -> Any:
            return web.BaseRequest(
                message, payload, line, writer, task, loop, client_max_size=BODY_LIMIT
            )

        self._callers = Callers(
            self._seldom,
            self._handle,
            request_factory=request,
            access_log=None,
            auto_decompress=False,
            keepalive_timeout=IDLE,
            lingering_time=LINGER,
            logger=self._hushed.logger,
        )
        try:
            # One is taken at a time: asyncio tries as many at once as may wait, and where the
            # process can open no more files, each of them would fail and be tried again, for good.
            # It serves by a step of its own: whoever is stopped between the two has it to close.
            self._listener = await loop.create_server(
                self._callers, self._host, self._port, backlog=1, start_serving=False
            )
            await self._listener.start_serving()
        except OSError as error:
            raise SlackRefused(
                f"cannot listen on {self._host}, port {self._port} ({error.strerror}). Set "
                "RUNBOOK_HTTP_HOST and RUNBOOK_HTTP_PORT to an address that is free."
            ) from error
        for one in self._listener.sockets:
            with socket.socket(fileno=os.dup(one.fileno())) as same:
                same.listen(WAITING)
        self._hushed.begin()

    @property
    def tasks(self) -> list[asyncio.Task[None]]:
        """What must not end by itself: nothing, since the server is the event loop's."""
        return []

    def alive(self) -> bool:
        """Whether requests are taken."""
        return self._listener is not None and self._listener.is_serving()

    async def close(self) -> None:
        """Take no more requests, and let those under way end; FAREWELL seconds at most."""
        if self._listener is not None:
            self._listener.close()
        if self._callers is not None:
            self._callers.pre_shutdown()
            await self._callers.shutdown(FAREWELL)
        self._hushed.end()

    # What comes. --------------------------------------------------------------------------------

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer a request; whoever is not Slack is hung up on after that."""
        assert self._callers is not None  # noqa: S101 - it is what calls this
        self._callers.asked(request.protocol)
        try:
            refused = _misdirected(request) or await self._unsigned(request)
            answer = refused or await self._receive(request)
        except Exception:
            logger.exception("a request could not be answered")
            answer = refused = web.Response(status=500)
        if refused is not None:
            answer.force_close()
        return answer

    async def _unsigned(self, request: web.BaseRequest) -> web.Response | None:
        """Refuse what Slack did not sign, having read as little as can be; None for what it did."""
        stamp = request.headers.get("X-Slack-Request-Timestamp", "")
        signature = request.headers.get("X-Slack-Signature", "")
        # The verifier chokes on odd ones of both.
        if not (_STAMP.fullmatch(stamp) and signature.isascii()):
            return web.Response(status=401, text="not signed by Slack\n")
        try:
            # Most are there whole, and need no timer.
            async with asyncio.timeout(None if request.content.is_eof() else BODY):
                body = await request.read()
        except web.HTTPRequestEntityTooLarge:
            return web.Response(status=413, text=f"more than {BODY_LIMIT} bytes\n")
        except TimeoutError:
            self._seldom.warn("slow", "a request was refused: its body took over %g s", BODY)
            return web.Response(status=408, text="too slow\n")
        except _BROKEN as broken:
            self._seldom.warn("broken", "a request broke off: %s", type(broken).__name__)
            return web.Response(status=400, text="not a whole request\n")
        # Slack writes UTF-8; what is none shows its odd signs, and fits no signature.
        if not self._verifier.is_valid(body.decode(errors="replace"), stamp, signature):
            return web.Response(status=401, text="not signed by Slack\n")
        assert self._callers is not None  # noqa: S101 - likewise
        self._callers.proven(request.protocol)
        return None

    async def _receive(self, request: web.BaseRequest) -> web.Response:
        """Hand on what Slack signed."""
        received = time.perf_counter()
        body = (await request.read()).decode(errors="replace")
        try:
            read = bodies.read(body, request.headers.get("Content-Type", ""), sound=True)
            answer = await connection.dispatch(self._app, read, received)
        except (bodies.Unreadable, Malformed) as malformed:
            self._seldom.warn("malformed", "a request of Slack's was refused: %s", malformed)
            return web.Response(status=400, text="neither a form nor a JSON object of Slack's\n")
        return await to_aiohttp_response(answer)


def _misdirected(request: web.BaseRequest) -> web.Response | None:
    """The answer to what is not Slack's kind of request, by its headers alone; None if it is."""
    if request.path == "/healthz" and request.method in ("GET", "HEAD"):
        return web.Response(text="ok\n")
    if request.path != "/slack/events":
        return web.Response(status=404, text="not found\n")
    if request.method != "POST":
        return web.Response(status=405, headers={"Allow": "POST"}, text="POST only\n")
    if "Content-Encoding" in request.headers:
        # Slack packs nothing. Packed, a small body may be a very large one.
        return web.Response(status=415, text="send it unpacked\n")
    if (request.content_length or 0) > BODY_LIMIT:
        return web.Response(status=413, text=f"more than {BODY_LIMIT} bytes\n")
    return None


class _Hushed(logging.Filter):
    """Makes one line a minute of what the HTTP server and the event loop log about strangers."""

    def __init__(self, seldom: Seldom) -> None:
        super().__init__()
        self._seldom = seldom
        # By itself, so that it hears of this server alone, and hands nothing on.
        self.logger = logging.Logger("bot.edges.slack.http")  # noqa: LOG001 - meant
        self.logger.addFilter(self._odd)
        self._loop = logging.getLogger("asyncio")

    def begin(self) -> None:
        self._loop.addFilter(self)

    def end(self) -> None:
        self._loop.removeFilter(self)

    def filter(self, record: logging.LogRecord) -> bool:
        if not record.getMessage().startswith("socket.accept() out of system resource"):
            return True
        self._seldom.warn("files", "no connection can be taken: %s", _why(record, "no resources"))
        return False

    def _odd(self, record: logging.LogRecord) -> bool:
        self._seldom.warn("odd", "a request was refused: %s", _why(record, "it is no HTTP"))
        return False


def _why(record: logging.LogRecord, otherwise: str) -> str:
    """What went wrong, without a word of whoever caused it."""
    error = record.exc_info[1] if record.exc_info else None
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return type(error).__name__ if error is not None else otherwise


class _Clock(Clock):
    """The verifier's idea of a clock, around ours."""

    def __init__(self, seconds: Callable[[], float]) -> None:
        self._seconds = seconds

    def now(self) -> float:
        return self._seconds()
