"""A Web API that answers as it is told, and keeps what it was asked and what was said to it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web


@dataclass(slots=True)
class Slack:
    """A Web API that answers as it is told, and keeps what it was asked."""

    url: str = ""
    errors: dict[str, str] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    callers: set[Any] = field(default_factory=set)

    async def answer(self, request: web.Request) -> web.Response:
        method = request.path.rsplit("/", 1)[1]
        self.asked.append((method, await request.json()))
        assert request.transport is not None
        self.callers.add(request.transport.get_extra_info("peername"))
        error = self.errors.get(method)
        if error == "drop":
            request.transport.abort()
        if error == "hang":
            await asyncio.sleep(60)
        if error is not None and error.isdigit():
            return web.Response(status=int(error))
        return web.json_response({"ok": False, "error": error} if error else {"ok": True})

    def told(self, method: str) -> list[dict[str, Any]]:
        """What was asked of one method, or sent to the address of an answer."""
        return [asked for name, asked in self.asked if name == method]

    def said(self) -> list[tuple[str, str]]:
        """Where something was said, and what."""
        return [(m, a["text"]) for m, a in self.asked if "text" in a]


@asynccontextmanager
async def serving() -> AsyncIterator[Slack]:
    made = Slack()
    app = web.Application()
    app.router.add_post("/{path:.*}", made.answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        made.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        yield made
    finally:
        await runner.cleanup()
