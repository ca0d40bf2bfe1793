"""The complete demo as `make demo` runs it, in a process of its own, and a real Chromium."""

import asyncio
import json
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, async_playwright

from tests.chromium import ARGUMENTS, chromium
from tests.e2e.people import Demo

ROOT = Path(__file__).parents[2]
ARTIFACTS = ROOT / "artifacts" / "e2e"


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    found = chromium()
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=found, args=ARGUMENTS)
        yield browser
        await browser.close()


@pytest.fixture
async def demo(
    browser: Browser, tmp_path: Path, request: pytest.FixtureRequest
) -> AsyncIterator[Demo]:
    """Ends with the demo's process ended by Ctrl-C, and with no page having logged an error."""
    data = tmp_path / "demo"
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "bot", "demo", "--port", "0", "--data", str(data)),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    said = (await process.stdout.readline()).decode()
    assert said.startswith("Ready: http://127.0.0.1:"), said
    told = json.loads((data / "demo.json").read_text("utf-8"))
    pictures = ARTIFACTS / request.node.name.removeprefix("test_")
    pictures.mkdir(parents=True, exist_ok=True)
    found = Demo(told["url"], Path(told["launcher"]).parent, browser, pictures)
    async with found.closing:
        yield found
    process.send_signal(signal.SIGINT)
    await process.communicate()
    assert process.returncode == 0
    assert found.complaints == []
