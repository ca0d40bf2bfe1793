"""A port for alerts: whoever does not prove who they are is refused before anything is read of it.

Anybody can connect, so nothing that comes is unpacked, waited for without end, or kept without
end. What is answered with 2xx is durable. 4xx says that it would be refused again, and 5xx that it
is to be said again: Alertmanager, Grafana and PagerDuty's clients do so.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Protocol

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

from bot.app.intake import Busy
from bot.core.alerts.model import Notification
from bot.edges.alerts.reading import Unreadable
from bot.ports.log import Unavailable
from bot.wire.callers import Callers
from bot.wire.seldom import Seldom

BODY_LIMIT = 1024 * 1024
"""The largest body that is read, in bytes."""
BODY = 5.0
"""Seconds that a body may take."""
AT_ONCE = 64
"""How many requests are read and kept at a time; the others are to come again."""
IDLE = 75.0
"""Seconds that a connection stays open without a request, over which a sender was heard."""
LINGER = 1.0
"""Seconds that the rest of a refused request is read and dropped, so that its answer is heard."""
AGAIN = 5
"""Seconds after which what could not be kept is to be said again."""
FAREWELL = 3.0
"""Seconds that a stop waits for requests under way."""
_BROKEN = (ConnectionError, web.RequestPayloadError, HttpProcessingError)

logger = logging.getLogger(__name__)


class DoorRefused(Exception):
    """A door cannot be opened; the message says what to set."""


Take = Callable[[Notification], Awaitable[object]]
"""Keeps what was said, durably; raises Unavailable, or Busy."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What is answered: a status, and words or a JSON object."""

    status: int
    says: str | dict[str, Any]
    headers: dict[str, str] | None = None

    def response(self) -> web.Response:
        """The answer on the wire."""
        if isinstance(self.says, dict):
            return web.json_response(self.says, status=self.status, headers=self.headers)
        return web.Response(status=self.status, text=f"{self.says}\n", headers=self.headers)


class Door(Protocol):
    """What a kind of door does; the server does the rest."""

    @property
    def name(self) -> str:
        """What it is called."""

    @property
    def path(self) -> str:
        """Where notifications go."""

    @property
    def methods(self) -> tuple[str, ...]:
        """How they may be sent."""

    def is_known(self, headers: Any) -> bool:
        """Whether the headers alone do not say already that the sender is none of ours."""

    def proves(self, headers: Any, body: bytes) -> bool:
        """Whether it is a sender of ours."""

    async def take(self, body: bytes, take: Take) -> Answer:
        """Hand on what was said; raises Unreadable, and what *take* raises."""

    def refuse(self, answer: Answer) -> Answer:
        """How this door words a refusal."""


class DoorServer:
    """Listens for one kind of door, from `open` until `close`; *heard* is told how each ended."""

    def __init__(
        self, door: Door, place: tuple[str, int], take: Take, heard: Callable[[str, int], None]
    ) -> None:
        self._door, self._place, self._take, self._heard = door, place, take, heard
        self._seldom = Seldom(logger)
        self._quiet = logging.Logger("bot.edges.alerts.http")  # noqa: LOG001 - hands nothing on
        self._quiet.addFilter(self._odd)
        self._callers: Callers | None = None
        self._listener: asyncio.Server | None = None
        self._now = 0

    async def open(self) -> None:
        """Listen; raises DoorRefused when the port cannot be had."""
        loop = asyncio.get_running_loop()
        host, port = self._place

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
            logger=self._quiet,
        )
        try:
            # One is taken at a time, and it serves by a step of its own, as Slack's requests do:
            # where no more files can be opened, each further try would be tried again for good.
            self._listener = await loop.create_server(
                self._callers, host, port, backlog=1, start_serving=False
            )
            await self._listener.start_serving()
        except OSError as error:
            raise DoorRefused(
                f"cannot listen on {host}, port {port} ({error.strerror}). Set "
                f"RUNBOOK_ALERTS_{self._door.name.upper()}_LISTEN to an address that is free."
            ) from error

    async def close(self) -> None:
        """Take no more requests, and let those under way end; FAREWELL seconds at most."""
        if self._listener is not None:
            self._listener.close()
        if self._callers is not None:
            self._callers.pre_shutdown()
            await self._callers.shutdown(FAREWELL)

    def _odd(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else None
        why = type(error).__name__ if error is not None else "it is no HTTP"
        self._seldom.warn("odd", "a request was refused: %s", why)
        return False

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer a request; whoever is refused is hung up on after that."""
        assert self._callers is not None  # noqa: S101 - it is what calls this
        self._callers.asked(request.protocol)
        self._now += 1
        try:
            answer = await self._answer(request)
        except Exception:
            logger.exception("a notification could not be kept")
            answer = Answer(500, "it could not be kept; say it again")
        finally:
            self._now -= 1
        self._heard(self._door.name, answer.status)
        refused = answer.status >= 400  # noqa: PLR2004 - HTTP's
        response = (self._door.refuse(answer) if refused else answer).response()
        if refused and answer.status < 500:  # noqa: PLR2004 - likewise
            self._seldom.warn(
                str(answer.status), "%s: a request was refused with %d", self._door.name,
                answer.status,
            )  # fmt: skip
            response.force_close()
        return response

    async def _answer(self, request: web.BaseRequest) -> Answer:
        if (refused := self._misdirected(request)) is not None:
            return refused
        if not self._door.is_known(request.headers):
            return Answer(401, "not proven", {"WWW-Authenticate": "Bearer"})
        if self._now > AT_ONCE:
            return _later("too many at once")
        body = await self._body(request)
        if isinstance(body, Answer):
            return body
        if not self._door.proves(request.headers, body):
            return Answer(401, "not proven", {"WWW-Authenticate": "Bearer"})
        assert self._callers is not None  # noqa: S101 - it is what calls this
        self._callers.proven(request.protocol)
        try:
            return await self._door.take(body, self._take)
        except Unreadable as unreadable:
            return Answer(400, str(unreadable))
        except Busy:
            return _later("too many at once")
        except Unavailable as trouble:
            self._seldom.warn("log", "alerts cannot be kept (%s); senders try again", trouble)
            return _later("it cannot be kept just now")

    def _misdirected(self, request: web.BaseRequest) -> Answer | None:
        """The answer to what is no notification, by its headers alone; None if it may be one."""
        if request.path != self._door.path:
            return Answer(404, f"notifications go to {self._door.path}")
        if request.method not in self._door.methods:
            return Answer(405, "POST only", {"Allow": ", ".join(self._door.methods)})
        if "Content-Encoding" in request.headers:
            # Packed, a small body may be a very large one.
            return Answer(415, "send it unpacked")
        if request.content_type != "application/json":
            return Answer(415, "send application/json")
        if (request.content_length or 0) > BODY_LIMIT:
            return Answer(413, f"more than {BODY_LIMIT} bytes")
        return None

    async def _body(self, request: web.BaseRequest) -> bytes | Answer:
        try:
            async with asyncio.timeout(None if request.content.is_eof() else BODY):
                return await request.read()
        except web.HTTPRequestEntityTooLarge:
            return Answer(413, f"more than {BODY_LIMIT} bytes")
        except TimeoutError:
            return Answer(408, "too slow")
        except _BROKEN:
            return Answer(400, "not a whole request")


def _later(why: str) -> Answer:
    return Answer(503, f"{why}; say it again", {"Retry-After": str(AGAIN)})
