"""Servers on loopback, and a short way to ask them one question."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from aiohttp import web
from pydantic import SecretStr

from bot.core.checks.asking import Answer, Look, Question
from bot.edges.probes import HttpProber, Target

Handler = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]


@asynccontextmanager
async def serving(handler: Handler) -> AsyncIterator[str]:
    """Serve every path by *handler*; gives the URL."""
    runner = web.ServerRunner(web.Server(handler), shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        await runner.cleanup()


@asynccontextmanager
async def speaking(*said: bytes) -> AsyncIterator[str]:
    """Send these raw bytes to whoever asks, and hang up."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        for part in said:
            writer.write(part)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()


def look(*paths: str, method: str = "GET", target: str = "system") -> Look:
    return Look(target, method, tuple(Question(None, path) for path in paths))


async def ask(
    url: str, path: str = "/", *, method: str = "GET", within: float = 5, token: str | None = None
) -> Answer:
    secret = None if token is None else SecretStr(token)
    target = Target(url=url, token=secret)
    async with HttpProber({"system": target}, timeout=within) as prober:
        (answer,) = await prober.look(look(path, method=method))
    return answer


async def echo(request: web.BaseRequest) -> web.Response:
    told = {"method": request.method, "path": request.raw_path, "headers": dict(request.headers)}
    return web.json_response(told, headers={"X-Seen": "yes"})
