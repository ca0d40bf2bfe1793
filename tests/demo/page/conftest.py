"""A workspace, a Bolt app to connect to it, and one Chromium for all tests."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from aiohttp import ClientSession
from playwright.async_api import Browser, async_playwright
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.demo.workspace import Workspace, limits
from tests.chromium import ARGUMENTS, chromium
from tests.demo.page.scene import MANIFEST, Scene, Screens
from tests.hanging import HANG_S


@pytest.fixture(autouse=True)
def _direct(no_proxy: None) -> None:
    """Nothing here is reached through a proxy."""


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    path = chromium()
    # Fewer processes to talk to each other: a page is there a quarter sooner.
    arguments = [*ARGUMENTS, "--in-process-gpu", "--enable-features=NetworkServiceInProcess2"]
    async with async_playwright() as playwright:
        found = await playwright.chromium.launch(executable_path=path, args=arguments)
        yield found
        await found.close()


@pytest.fixture(scope="session")
def screens(browser: Browser) -> Screens:
    return Screens(browser)


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """The app of a test has longer than Slack gives: its process shares a machine with others."""
    monkeypatch.setattr(limits, "ACK_SECONDS", HANG_S)
    monkeypatch.setattr(limits, "TRIGGER_SECONDS", HANG_S)


@pytest_asyncio.fixture(loop_scope="session")
async def scene(screens: Screens) -> AsyncIterator[Scene]:
    """Ends with the page having logged no error and asked nobody else for anything."""
    async with Workspace.serve(manifest=MANIFEST) as workspace, ClientSession() as http:
        client = AsyncWebClient(token=workspace.bot_token, base_url=workspace.api_url)
        app = AsyncApp(
            client=client,
            signing_secret=workspace.signing_secret,
            process_before_response=True,
            name="scene",  # else Bolt looks through the stack for one, and that takes a while
        )
        found = Scene(workspace, app, http, screens)
        async with found.closing:
            yield found
        assert found.complaints == []
