"""`python -m tests.story.stuck HOW`: serves the bot, and has something hang once it is ready."""

import asyncio
import re
import socket
import sys
import time
from collections.abc import Callable
from functools import partial
from typing import Any

from bot import serving
from bot.cli import main as cli
from bot.edges.press import Press

LONG = 600
_kept: list[object] = []


def _forever(*_arguments: Any, **_options: Any) -> Any:
    time.sleep(LONG)


def thread(loop: asyncio.AbstractEventLoop) -> None:
    """A thread of the pool waits for what does not come."""
    loop.run_in_executor(None, time.sleep, LONG)


def dns(loop: asyncio.AbstractEventLoop) -> None:
    """Every look-up of a name hangs."""
    socket.getaddrinfo = _forever
    _kept.append(loop.create_task(loop.getaddrinfo("name.invalid", 80)))


def export(loop: asyncio.AbstractEventLoop) -> None:
    """A post-mortem is written, and never done."""
    _kept.append(asyncio.ensure_future(Press(LONG)(partial(time.sleep, LONG))))  # type: ignore[arg-type]


def loop(loop: asyncio.AbstractEventLoop) -> None:
    """The event loop stands."""
    loop.call_soon(time.sleep, LONG)


def task(loop: asyncio.AbstractEventLoop) -> None:
    """A task does not let itself be cancelled."""

    async def stubborn() -> None:
        while True:
            try:
                await asyncio.sleep(LONG)
            except asyncio.CancelledError:
                continue

    _kept.append(loop.create_task(stubborn()))


def python(loop: asyncio.AbstractEventLoop) -> None:
    """The event loop works and works."""

    def work() -> None:
        while True:
            re.search("a", "b")

    loop.call_soon(work)


WAYS: dict[str, Callable[[asyncio.AbstractEventLoop], None]] = {
    made.__name__: made for made in (thread, dns, export, loop, task, python)
}


def main() -> int:
    """Serve; what hangs begins a moment after the bot has said that it is ready."""
    rest = serving._rest_the_collector

    def then() -> None:
        rest()
        now = asyncio.get_running_loop()
        now.call_later(0.2, hang, now)

    def hang(now: asyncio.AbstractEventLoop) -> None:
        sys.stdout.write("stuck\n")
        sys.stdout.flush()
        WAYS[sys.argv[1]](now)

    serving._rest_the_collector = then
    return cli.main(["serve"])


if __name__ == "__main__":
    sys.exit(main())
