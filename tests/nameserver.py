"""A real server of names for the tests: Debian's dnsmasq, found or asked for by the command."""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.postgres import free_port

INSTALL = "sudo apt-get install -y --no-install-recommends dnsmasq-base"
_BEYOND = "/usr/sbin"
"""Where it is, and where not everyone's PATH leads."""


def nameserver() -> str:
    """The path of a dnsmasq; skips where there is none, and in CI fails."""
    found = shutil.which("dnsmasq") or shutil.which("dnsmasq", path=_BEYOND)
    if found is not None:
        return found
    words = f"these tests need dnsmasq: {INSTALL}"
    if os.environ.get("CI") == "true":
        pytest.fail(words)
    pytest.skip(words)


@asynccontextmanager
async def serving(folder: Path, *records: str) -> AsyncIterator[str]:
    """Run one that knows the *records*, as its options say them, and asks nobody; its URL."""
    port = free_port()
    log = folder / "dnsmasq.log"
    with log.open("wb") as words:
        process = await asyncio.create_subprocess_exec(
            nameserver(),
            "--keep-in-foreground",
            "--conf-file=/dev/null",
            "--no-resolv",
            "--no-hosts",
            "--no-daemon",
            "--pid-file=",
            f"--port={port}",
            "--listen-address=127.0.0.1",
            "--bind-interfaces",
            "--local=/example.com/",
            *records,
            stdout=words,
            stderr=words,
        )
    try:
        await _ready(port, process, log.read_text)
        yield f"dns://127.0.0.1:{port}"
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def _ready(port: int, process: asyncio.subprocess.Process, said: Callable[[], str]) -> None:
    """Wait until it takes connections; it fails with its own last words."""
    async with asyncio.timeout(30):
        while True:
            assert process.returncode is None, said()[-2_000:]
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                await asyncio.sleep(0.05)
            else:
                writer.close()
                return
