"""The HTTP server of the workspace: Slack's side, the person's side and the page, on the loopback.

Starts and stops; refuses strangers. It knows no method and no message.
"""

import asyncio
import contextlib
import socket as sockets
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from aiohttp import web

from . import limits
from .console import Console, System
from .errors import PersonError
from .model import Json
from .person import PersonApi, refusal
from .webapi import WebApi
from .world import World

HOST = "127.0.0.1"
PAGE = Path(__file__).with_name("page")
LOCAL_NAMES = ("127.0.0.1", "localhost", "[::1]")
SLACK_ORIGIN = "https://api.slack.com"
PAGE_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; style-src 'self'; img-src 'self' data:; "
        "frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
    ),
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
PAGE_TYPES = {
    ".html": "text/html",
    ".js": "text/javascript",
    ".css": "text/css",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".json": "application/json",
}

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Workspace:
    """A running workspace: where it is, and what an app needs to connect to it."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.url = world.base_url
        self.api_url = f"{world.base_url}/api/"
        self.bot_token = world.app.bot_token
        self.app_token = world.app.app_token
        self.signing_secret = world.app.signing_secret
        self.team = world.team["id"]
        self.bot_user = world.app.bot_user

    def line(self) -> Json:
        """What `--json` prints."""
        names = ("url", "bot_token", "app_token", "signing_secret", "team", "bot_user")
        return {name: getattr(self, name) for name in names}

    @contextlib.asynccontextmanager
    async def beside(self, system: System) -> AsyncIterator[None]:
        """Show a system on the page until the block ends, with its buttons and its terminal."""
        console = self.world.console = Console(system, self.world.changes)
        # The page asks the state for its name.
        self.world.changes.tell({"type": "app", "system": system.name})
        watching = asyncio.create_task(console.watch())
        try:
            yield
        finally:
            self.world.console = None
            watching.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await watching

    @classmethod
    @contextlib.asynccontextmanager
    async def serve(
        cls,
        port: int = 0,
        *,
        manifest: Mapping[str, Any] | None = None,
        request_url: str | None = None,
    ) -> AsyncIterator["Workspace"]:
        """Serve on the loopback until the block ends; port 0 takes a free one.

        `manifest` is a parsed app manifest; without one the app may do and hear everything.
        `request_url` is where deliveries go by signed HTTP, in place of Socket Mode.
        Raises `OSError` if the port is in use.
        """
        listening = _listen(port)
        try:
            world = World(f"http://{HOST}:{listening.getsockname()[1]}", manifest, request_url)
        except ValueError:
            listening.close()
            raise
        runner = web.AppRunner(application(world), access_log=None, shutdown_timeout=1.0)
        try:
            await runner.setup()
            await web.SockSite(runner, listening).start()
            yield cls(world)
        finally:
            await world.close()
            await runner.cleanup()
            # Where it was stopped in the middle of its start, nobody has taken this over.
            listening.close()


def _listen(port: int) -> sockets.socket:
    listening = sockets.socket(sockets.AF_INET, sockets.SOCK_STREAM)
    try:
        listening.setsockopt(sockets.SOL_SOCKET, sockets.SO_REUSEADDR, 1)
        listening.bind((HOST, port))
    except OSError:
        listening.close()
        raise
    return listening


def application(world: World) -> web.Application:
    """The routes of all sides behind the guard."""
    app = web.Application(middlewares=[_guard, _refusals], client_max_size=limits.JSON_BYTES + 1024)
    app.add_routes(WebApi(world).routes())
    app.add_routes(PersonApi(world).routes())
    app.add_routes(
        [
            web.get("/", _index),
            web.get("/page/{file}", _page),
            web.get("/archives/{channel}/{message}", _archive),
        ]
    )
    return app


@web.middleware
async def _guard(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Only this machine under its own name, and no other site's scripts."""
    if not _is_local(request.host) or not _same_origin(request):
        words = {"ok": False, "error": "foreign_request", "message": "Local requests only."}
        return web.json_response(words, status=403)
    return await handler(request)


@web.middleware
async def _refusals(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Say in JSON what a person's request, or one for nothing that exists, got wrong."""
    try:
        return await handler(request)
    except PersonError as error:
        return web.json_response(refusal(error), status=error.status)
    except web.HTTPClientError as error:
        words = {"ok": False, "error": error.reason.lower().replace(" ", "_")}
        if request.path.startswith("/api/"):
            words = {"ok": False, "error": "unknown_method"}
        return web.json_response(words | {"message": error.reason}, status=error.status)


def _is_local(host: str) -> bool:
    name = host.rpartition(":")[0] if host.rpartition(":")[2].isdigit() else host
    return name in LOCAL_NAMES


def _same_origin(request: web.Request) -> bool:
    origin = request.headers.get("Origin")
    if origin == SLACK_ORIGIN and request.path == "/link/":
        # Go's client says so wherever it connects; the ticket, which it was given, proves it.
        return True
    if origin is None:
        # Following a link from elsewhere shows the page to a person, and to nobody's script.
        follows = request.method == "GET" and request.headers.get("Sec-Fetch-Mode") == "navigate"
        site = request.headers.get("Sec-Fetch-Site", "none")
        return follows or site in ("none", "same-origin")
    return urlsplit(origin).netloc == request.host


async def _index(_: web.Request) -> web.StreamResponse:
    return _file("index.html")


async def _page(request: web.Request) -> web.StreamResponse:
    return _file(request.match_info["file"])


def _file(name: str) -> web.Response:
    path = PAGE / name
    known = path.parent == PAGE and path.suffix in PAGE_TYPES and path.is_file()
    if not known:
        raise web.HTTPNotFound
    kind = PAGE_TYPES[path.suffix]
    charset = None if kind == "image/png" else "utf-8"
    return web.Response(
        body=path.read_bytes(), content_type=kind, charset=charset, headers=PAGE_HEADERS
    )


async def _archive(request: web.Request) -> web.StreamResponse:
    """A permalink leads to the page: to the channel, and to the thread where it is a reply."""
    # Quoted, for a line break would end the header.
    place = f"/#/{quote(request.match_info['channel'])}"
    if thread := request.query.get("thread_ts"):
        place += f"/{quote(thread)}"
    return web.Response(status=302, headers={"Location": place})
