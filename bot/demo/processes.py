"""The processes of a demo: each is started, is ready, and ends with whoever started it."""

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

STARTED_WITHIN_S = 60.0
"""Seconds that one part of the demo may take to start."""
FAREWELL = 10.0
"""Seconds that a part has to end by itself."""


class StageError(Exception):
    """The demo cannot start or go on; the message says why in one line."""


@dataclass(frozen=True, slots=True)
class Part:
    """A process of the demo, with what it says in its log."""

    name: str
    process: asyncio.subprocess.Process
    log: Path

    def last_words(self) -> str:
        """Why it ended: the signal that killed it, or the log's last line."""
        if self.process.returncode is not None and self.process.returncode < 0:
            return f"killed (signal {-self.process.returncode}); its log is {self.log}"
        lines = self.log.read_text("utf-8", errors="replace").strip().splitlines()
        return lines[-1] if lines else f"it said nothing; see {self.log}"


async def until_stopped(show: Awaitable[None]) -> None:
    """Run *show* until SIGINT or SIGTERM, or until it ends by itself; raises what it raises."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    showing = asyncio.ensure_future(show)
    stopped = asyncio.create_task(stop.wait())
    await asyncio.wait([showing, stopped], return_when=asyncio.FIRST_COMPLETED)
    for task in (showing, stopped):
        task.cancel()
    # Who stops the demo before it is ready has it stopped too.
    with contextlib.suppress(asyncio.CancelledError):
        await showing


async def watch(parts: Sequence[Part]) -> NoReturn:
    """Wait, and raise StageError as soon as a part ends by itself."""
    ends = {asyncio.create_task(part.process.wait()): part for part in parts}
    try:
        done, _ = await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in ends:
            task.cancel()
    part = ends[done.pop()]
    raise StageError(f"{part.name} ended by itself: {part.last_words()}")


def environment(settings: Mapping[str, str]) -> dict[str, str]:
    """The environment of a part: ours with *settings*; no other bot's settings, and no proxy.

    The SDK ignores NO_PROXY, so that a proxy variable would capture the loopback too.
    """
    ours = ("RUNBOOK_", "SLACK_")
    proxies = {"http_proxy", "https_proxy", "all_proxy"}
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(ours) and name.lower() not in proxies
    }
    return {**kept, **settings}


async def started(
    stack: contextlib.AsyncExitStack,
    data: Path,
    name: str,
    module: Sequence[str],
    settings: Mapping[str, str],
    keep: Sequence[int] = (),
) -> Part:
    """Start a part that logs to NAME.log and ends with this process, however that ends."""
    path = data / f"{name}.log"
    with path.open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "bot.demo.tied",
            *module,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=log,
            env=environment(settings),
            pass_fds=keep,
            # Ctrl-C reaches a terminal's whole group; each part is ended by its own id instead.
            start_new_session=True,
        )
    stack.push_async_callback(_end, process)
    return Part(name, process, path)


async def ready(part: Part) -> bytes:
    """The line by which a part says that it is ready."""
    line = b""
    if part.process.stdout is not None:
        with contextlib.suppress(TimeoutError):
            line = await asyncio.wait_for(part.process.stdout.readline(), STARTED_WITHIN_S)
    if not line:
        raise StageError(f"{part.name} did not start: {part.last_words()}")
    return line


async def _end(process: asyncio.subprocess.Process) -> None:
    """Ask a part to end, and insist after a while."""
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
    try:
        # Not before it has ended does it read to the end of what a part says.
        await asyncio.wait_for(process.communicate(), FAREWELL)
    except TimeoutError:
        process.kill()
        await process.communicate()
