"""A real Prometheus for the tests: Debian's, found or asked for by the command to type."""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest

from tests.postgres import free_port

INSTALL = "sudo apt-get install -y --no-install-recommends prometheus"


def prometheus() -> str:
    """The path of a Prometheus; skips where there is none, and in CI fails."""
    found = shutil.which("prometheus")
    if found is not None:
        return found
    words = f"these tests need Prometheus: {INSTALL}"
    if os.environ.get("CI") == "true":
        pytest.fail(words)
    pytest.skip(words)


@asynccontextmanager
async def serving(folder: Path, scraped: str, *options: str, more: str = "") -> AsyncIterator[str]:
    """Run a Prometheus that scrapes itself, and what *scraped* says in YAML; gives its URL.

    *more* is of its configuration as well.
    """
    port = free_port()
    config = folder / "prometheus.yml"
    config.write_text(
        "global: { scrape_interval: 1s, evaluation_interval: 1s }\n"
        "scrape_configs:\n"
        f"  - {{ job_name: itself, static_configs: [{{ targets: ['127.0.0.1:{port}'] }}] }}\n"
        f"{scraped}{more}"
    )
    log = folder / "prometheus.log"
    with log.open("wb") as words:
        process = await asyncio.create_subprocess_exec(
            prometheus(),
            f"--config.file={config}",
            f"--storage.tsdb.path={folder / 'data'}",
            f"--web.listen-address=127.0.0.1:{port}",
            *options,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=words,
        )
    try:
        url = f"http://127.0.0.1:{port}"
        await ready(url, process, log.read_text)
        yield url
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def ready(url: str, process: asyncio.subprocess.Process, log: Callable[[], str]) -> None:
    """Wait until it answers; it fails with its own last words."""
    async with aiohttp.ClientSession() as session, asyncio.timeout(60):
        while True:
            assert process.returncode is None, log()[-2_000:]
            try:
                async with session.get(f"{url}/-/ready") as answer:
                    if answer.status == 200:
                        return
            except aiohttp.ClientError:
                pass
            await asyncio.sleep(0.1)
