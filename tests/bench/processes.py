"""The programs that are measured, each in a process of its own on a free port of the loopback.

Starts and stops them; measures nothing.
"""

import asyncio
import contextlib
import json
import os
import socket
import sys
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PROGRAM_WITHIN_S = 60.0
"""Seconds that a program has to start, or to end."""


@dataclass(frozen=True, slots=True)
class Server:
    """A program that listens: where Slack's requests go, and its process."""

    url: str
    secret: str
    pid: int

    async def load(self, **options: Any) -> dict[str, Any]:
        """What `tests.bench.load` measures with these options."""
        given = [part for k, v in options.items() for part in (f"--{k}", str(v))]
        secret = {"BENCH_SIGNING_SECRET": self.secret}
        async with program(secret, "tests.bench.load", self.url, *given) as load:
            assert load.stdout is not None
            said = await load.stdout.read()
            assert await load.wait() == 0, f"the load to {self.url} failed"
        found: dict[str, Any] = json.loads(said)
        return found


def free_port() -> int:
    """A port that nobody has just now."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@contextlib.asynccontextmanager
async def program(
    environment: Mapping[str, str], module: str, *arguments: str
) -> AsyncIterator[asyncio.subprocess.Process]:
    """`python -m module …` with this environment and nothing of ours, ended with the block."""
    kept = {name: os.environ[name] for name in ("HOME", "PATH", "LANG") if name in os.environ}
    running = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", module, *arguments),
        cwd=ROOT,
        env={**kept, **environment},
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        yield running
    finally:
        if running.returncode is None:
            running.terminate()
        try:
            await asyncio.wait_for(running.communicate(), PROGRAM_WITHIN_S)
        except TimeoutError:
            running.kill()
            await running.communicate()


async def _line(running: asyncio.subprocess.Process) -> str:
    """The first line that a program prints, which says that it is there."""
    assert running.stdout is not None
    said = await asyncio.wait_for(running.stdout.readline(), PROGRAM_WITHIN_S)
    assert said, "the program ended before it was ready"
    return said.decode()


async def _listens(port: int, running: asyncio.subprocess.Process) -> None:
    async with asyncio.timeout(PROGRAM_WITHIN_S):
        while True:
            assert running.returncode is None, "the program ended before it was ready"
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                await asyncio.sleep(0.05)
            else:
                writer.close()
                return


@contextlib.asynccontextmanager
async def workspace(request_url: str = "") -> AsyncIterator[Mapping[str, str]]:
    """A local Slack workspace, and the line in which it says how to connect to it."""
    given = ["--request-url", request_url] if request_url else []
    async with program({}, "bot.demo.workspace", "--json", *given) as running:
        yield json.loads(await _line(running))


def environment(slack: Mapping[str, str]) -> dict[str, str]:
    """What an app needs to know to serve *slack* by signed HTTP."""
    return {
        "SLACK_BOT_TOKEN": slack["bot_token"],
        "SLACK_SIGNING_SECRET": slack["signing_secret"],
        "SLACK_API_URL": f"{slack['url']}/api/",
    }


@contextlib.asynccontextmanager
async def echo(slack: Mapping[str, str], *, before_response: bool) -> AsyncIterator[Server]:
    """Bolt's echo, as it comes or with `process_before_response`."""
    port = free_port()
    given = ["--before-response"] if before_response else []
    async with program(
        environment(slack), "tests.bench.echo", "--port", str(port), *given
    ) as running:
        await _listens(port, running)
        url = f"http://127.0.0.1:{port}/slack/events"
        yield Server(url, slack["signing_secret"], running.pid)


@contextlib.asynccontextmanager
async def bot(
    slack: Mapping[str, str],
    database: str,
    *,
    profile: Path | None = None,
    port: int = 0,
    more: Mapping[str, str] | None = None,
) -> AsyncIterator[Server]:
    """The bot as an operator starts it, with the shipped procedures, by signed HTTP.

    With *profile* it writes there where its time went, when it ends; *more* are other settings.
    """
    port = port or free_port()
    settings = {
        **environment(slack),
        "RUNBOOK_DATABASE_URL": database,
        "RUNBOOK_HTTP_PORT": str(port),
        "RUNBOOK_PROCEDURES": str(ROOT / "procedures"),
        "RUNBOOK_LOG_LEVEL": "WARNING",
        **(more or {}),
    }
    command = ("tests.bench.profiled", str(profile)) if profile else ("bot", "serve")
    async with program(settings, *command) as running:
        assert "Ready" in await _line(running)
        yield Server(f"http://127.0.0.1:{port}/slack/events", slack["signing_secret"], running.pid)
