"""A port on which each procedure has a page: for the links of alerts, and for when Slack is down.

It asks nobody who they are, and shows what everyone in the workspace may read: no run, no private
procedure, no file that is not a page. It reads no body, and takes GET and HEAD only.
"""

import asyncio
import logging
import re
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from bot.app.pages import Busy, Page, Pages, Unfit
from bot.config import ConfigError
from bot.core.markup.faces import HTML, MARKDOWN
from bot.ports.world import Unwritten
from bot.wire.callers import Callers
from bot.wire.seldom import Seldom

AGAIN = 5
"""Seconds after which whoever was too many may ask again."""
IDLE = 15.0
"""Seconds that a connection stays open without a request."""
FAREWELL = 1.0
"""Seconds that a stop waits for requests under way."""
VALUES = 32
"""How many values a link may have; a procedure has no more inputs that fit a line."""
_PAGE = re.compile(r"/procedures/([a-z0-9][a-z0-9-]{0,63})(\.md)?")
_INDEX = "/procedures"
_HOST = re.compile(r"[A-Za-z0-9.\-]{1,255}(:[0-9]{1,5})?|\[[0-9A-Fa-f:.]{2,45}\](:[0-9]{1,5})?")
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Cache-Control": "no-cache",
}
_KINDS = {HTML: "text/html", MARKDOWN: "text/markdown"}

logger = logging.getLogger(__name__)


class PagesServer:
    """Serves `/procedures/` and `/procedures/ID` from `open` until `close`."""

    def __init__(self, place: tuple[str, int], pages: Pages) -> None:
        self._place, self._pages = place, pages
        self._seldom = Seldom(logger)
        self._quiet = logging.Logger("bot.edges.pages.http")  # noqa: LOG001 - hands nothing on
        self._quiet.addFilter(lambda _: False)
        self._callers: Callers | None = None
        self._listener: asyncio.Server | None = None

    async def open(self) -> None:
        """Listen; raises ConfigError when the port cannot be had."""
        loop = asyncio.get_running_loop()

        def request(message: Any, payload: Any, line: Any, writer: Any, task: Any) -> Any:
            return web.BaseRequest(message, payload, line, writer, task, loop, client_max_size=0)

        self._callers = Callers(
            self._seldom,
            self._handle,
            request_factory=request,
            access_log=None,
            auto_decompress=False,
            keepalive_timeout=IDLE,
            lingering_time=0,
            logger=self._quiet,
        )
        host, port = self._place
        try:
            self._listener = await loop.create_server(
                self._callers, host, port, backlog=1, start_serving=False
            )
            await self._listener.start_serving()
        except OSError as error:
            raise ConfigError(
                f"cannot listen on {host}, port {port} ({error.strerror}). Set "
                "RUNBOOK_PAGES_LISTEN to an address that is free."
            ) from error

    async def close(self) -> None:
        """Take no more requests, and let those under way end; FAREWELL seconds at most."""
        if self._listener is not None:
            self._listener.close()
        if self._callers is not None:
            self._callers.pre_shutdown()
            await self._callers.shutdown(FAREWELL)

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        assert self._callers is not None  # noqa: S101 - it is what calls this
        self._callers.asked(request.protocol)
        try:
            answer = await self._answer(request)
        except Unfit as unfit:
            answer = _words(400, str(unfit))
        except (Busy, Unwritten) as trouble:
            self._seldom.warn("busy", "a page was not written (%s)", type(trouble).__name__)
            answer = _words(503, "Busy. Ask again in a moment.", {"Retry-After": str(AGAIN)})
        except Exception:
            logger.exception("a page could not be written")
            answer = _words(500, "This page could not be written; the bot's log says why.")
        if request.body_exists:
            # Nobody reads it, so nothing may follow it.
            answer.force_close()
        return answer

    async def _answer(self, request: web.BaseRequest) -> web.Response:
        if request.method not in ("GET", "HEAD"):
            return _words(405, "GET or HEAD.", {"Allow": "GET, HEAD"})
        if _HOST.fullmatch(request.host or "") is None:
            return _words(400, "Ask for this address by its name.")
        if request.path.rstrip("/") in ("", _INDEX):
            secure = request.headers.get("X-Forwarded-Proto", request.scheme) == "https"
            address = f"{'https' if secure else 'http'}://{request.host}{_INDEX}/"
            return _shown(request, await self._pages.index(HTML, address), HTML)
        found = _PAGE.fullmatch(request.path)
        if found is None:
            return _words(404, f"Procedures are at {_INDEX}/ID.")
        values = _values(request.query)
        face = MARKDOWN if found[2] else HTML
        page = await self._pages.page(found[1], face, values)
        if page is None:
            return _words(404, f"There is no procedure {found[1]} here. {_INDEX}/ lists them.")
        return _shown(request, page, face)


def _values(query: Mapping[str, str]) -> dict[str, str]:
    values = {name: value for name, value in query.items() if value}
    if len(values) > VALUES:
        raise Unfit(f"More than {VALUES} values.")
    return values


def _shown(request: web.BaseRequest, page: Page, face: str) -> web.Response:
    tag = f'"{page.tag}"'
    headers = {**_HEADERS, "ETag": tag}
    if tag in request.headers.get("If-None-Match", ""):
        return web.Response(status=304, headers=headers)
    return web.Response(text=page.text, content_type=_KINDS[face], charset="utf-8", headers=headers)


def _words(status: int, words: str, more: Mapping[str, str] | None = None) -> web.Response:
    return web.Response(status=status, text=f"{words}\n", headers={**_HEADERS, **(more or {})})
