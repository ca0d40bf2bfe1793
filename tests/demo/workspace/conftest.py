"""A workspace of one's own for each test, people in it, and unmodified Slack clients."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.demo.workspace import Workspace
from tests.demo.workspace.samples import Connect


@pytest.fixture(autouse=True)
def _direct(no_proxy: None) -> None:
    """Nothing here is reached through a proxy."""


@pytest.fixture
def slack(workspace: Workspace) -> AsyncWebClient:
    """The SDK's client with the bot's token; it never retries."""
    client = AsyncWebClient(token=workspace.bot_token, base_url=workspace.api_url)
    client.retry_handlers = []
    return client


@pytest.fixture
def app(workspace: Workspace, slack: AsyncWebClient) -> AsyncApp:
    """A Bolt app that hears messages and reactions quietly; a test adds the rest."""
    logging.getLogger("slack_bolt").setLevel(logging.ERROR)
    bolt = AsyncApp(client=slack, signing_secret=workspace.signing_secret)

    async def quiet() -> None:
        """Slack sends these again to an app that does not listen."""

    for kind in ("message", "reaction_added", "member_joined_channel", "channel_left"):
        bolt.event(kind)(quiet)
    return bolt


@asynccontextmanager
async def _connected(workspace: Workspace, app: AsyncApp) -> AsyncIterator[AsyncSocketModeHandler]:
    handler = AsyncSocketModeHandler(app, workspace.app_token)
    handler.client.web_client = AsyncWebClient(
        token=workspace.app_token, base_url=workspace.api_url
    )
    await handler.connect_async()  # type: ignore[no-untyped-call]  # as the SDK left it
    try:
        yield handler
    finally:
        await handler.close_async()  # type: ignore[no-untyped-call]  # likewise
        await asyncio.sleep(0)


@pytest.fixture
def connect(workspace: Workspace) -> Connect:
    """Connect a Bolt app over Socket Mode for the length of a block."""
    return lambda app: _connected(workspace, app)
