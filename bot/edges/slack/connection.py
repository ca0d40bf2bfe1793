"""The two ways that Slack reaches the bot: a socket that the bot opens, or signed HTTP.

Both hand the same requests to the same app. Nothing is decided here.
"""

import asyncio
import logging
from dataclasses import dataclass
from typing import Any

import aiohttp
from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.error import BoltUnhandledRequestError
from slack_bolt.response import BoltResponse
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.edges.slack.calls import TIMEOUT, call
from bot.ports import NotInChannel, Rejected, Throttled, Unsure

RETRY = 2.0
"""Seconds between two attempts to reach Slack at the start."""
BODY_LIMIT = 2 * 1024 * 1024
"""The largest request that is read, in bytes."""

logger = logging.getLogger(__name__)


class SlackRefused(Exception):
    """Slack does not take the token; the message says what to set."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Who the bot is in the workspace, and where the workspace is on the web."""

    user_id: str
    bot_id: str
    name: str
    team_id: str
    url: str

    def link(self, channel: str, ts: str) -> str:
        """The address of a message, as Slack itself writes it."""
        return f"{self.url.rstrip('/')}/archives/{channel}/p{ts.replace('.', '')}"


def client(token: str, url: str, session: aiohttp.ClientSession) -> AsyncWebClient:
    """A client that shares *session* and never repeats a call by itself."""
    return AsyncWebClient(
        token=token, base_url=url, timeout=TIMEOUT, session=session, retry_handlers=[]
    )


async def identify(slack: AsyncWebClient) -> Identity:
    """Ask Slack who the bot is; waits while Slack cannot be reached, raises SlackRefused."""
    while True:
        try:
            me = await call(slack.auth_test)
        except (Unsure, Throttled) as trouble:
            logger.warning("Slack cannot be reached yet (%s); trying again", trouble)
            await asyncio.sleep(RETRY)
        except (Rejected, NotInChannel) as refused:
            raise SlackRefused(
                f"Slack refuses SLACK_BOT_TOKEN ({refused}). Set it to the Bot User OAuth Token "
                "from your app's page, Install App."
            ) from refused
        else:
            return Identity(me["user_id"], me["bot_id"], me["user"], me["team_id"], me["url"])


def app(slack: AsyncWebClient, me: Identity, signing_secret: str | None) -> AsyncApp:
    """A Bolt app that acknowledges when a listener has returned, and never asks who it is."""

    async def authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
        return AuthorizeResult(
            enterprise_id=enterprise_id,
            team_id=team_id,
            bot_user_id=me.user_id,
            bot_id=me.bot_id,
            bot_token=slack.token,
        )

    made = AsyncApp(
        client=slack,
        authorize=authorize,
        signing_secret=signing_secret,
        request_verification_enabled=signing_secret is not None,
        process_before_response=True,
        raise_error_for_unhandled_request=True,
        logger=_quiet_bolt(),
    )
    made.error(_on_error)
    return made


async def _on_error(error: Exception, body: dict[str, Any]) -> BoltResponse:
    """The last resort: whatever was not foreseen is logged once, and the person told."""
    if isinstance(error, BoltUnhandledRequestError):
        return BoltResponse(status=200, body="")
    reference = f"{id(error) & 0xFFFF:04X}"
    logger.error("a fault, reference %s", reference, exc_info=error)
    said = f"Something went wrong on my side, and nothing was recorded. Reference {reference}."
    # Only a slash command shows the body of its acknowledgement.
    return BoltResponse(status=200, body=said if "command" in body else "")


def _quiet_bolt() -> logging.Logger:
    """Bolt logs whole bodies when a signature is bad; none of that may reach the log."""
    bolt = logging.getLogger("bot.bolt")
    bolt.setLevel(logging.ERROR)
    return bolt


class SocketMode:
    """Listens over a socket that the bot opens."""

    def __init__(self, app: AsyncApp, app_token: str) -> None:
        self._handler = AsyncSocketModeHandler(app, app_token, logger=_quiet_bolt())

    async def open(self) -> None:
        """Connect; raises SlackRefused when the token is not taken."""
        while True:
            try:
                await self._handler.connect_async()  # type: ignore[no-untyped-call]
            except SlackApiError as error:
                if error.response.get("error") in {"ratelimited", "internal_error"}:
                    await asyncio.sleep(RETRY)
                    continue
                raise SlackRefused(
                    f"Slack refuses SLACK_APP_TOKEN ({error.response.get('error')}). Set it to an "
                    "app-level token with the scope connections:write."
                ) from error
            except (aiohttp.ClientError, TimeoutError, OSError) as trouble:
                logger.warning("Slack cannot be reached yet (%s); trying again", trouble)
                await asyncio.sleep(RETRY)
            else:
                return

    async def close(self) -> None:
        """Hang up."""
        await self._handler.close_async()  # type: ignore[no-untyped-call]


class SignedHttp:
    """Listens for Slack's signed requests on `POST /slack/events`; `GET /healthz` answers ok."""

    def __init__(self, app: AsyncApp, host: str, port: int) -> None:
        self._app, self._host, self._port = app, host, port
        self._runner: web.AppRunner | None = None

    async def open(self) -> None:
        """Listen; raises OSError when the port is taken."""
        server = web.Application(client_max_size=BODY_LIMIT)
        server.router.add_post("/slack/events", self._receive)
        server.router.add_get("/healthz", self._healthy)
        self._runner = web.AppRunner(server, access_log=None, handle_signals=False)
        await self._runner.setup()
        await web.TCPSite(self._runner, self._host, self._port).start()

    async def close(self) -> None:
        """Take no more requests, and let those under way end."""
        if self._runner is not None:
            await self._runner.cleanup()

    async def _healthy(self, request: web.Request) -> web.Response:
        return web.Response(text="ok\n")

    async def _receive(self, request: web.Request) -> web.Response:
        # Bolt turns a timestamp that is no number, or a signature that is not ASCII, into a 500.
        stamp = request.headers.get("X-Slack-Request-Timestamp", "")
        signature = request.headers.get("X-Slack-Signature", "")
        if not (stamp.isascii() and stamp.isdigit() and signature.isascii()):
            return web.Response(status=401, text="not signed by Slack\n")
        response = await self._app.async_dispatch(await to_bolt_request(request))
        return await to_aiohttp_response(response)
