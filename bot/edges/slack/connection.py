"""The two ways that Slack reaches the bot: a socket that the bot opens, or signed HTTP.

Both hand the same requests to the same app. Nothing is decided here.
"""

import asyncio
import logging
import re
import secrets
from dataclasses import dataclass
from typing import Any

import aiohttp
from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.error import BoltUnhandledRequestError
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.signature import SignatureVerifier
from slack_sdk.web.async_client import AsyncWebClient

from bot.edges.slack.calls import TIMEOUT, call
from bot.ports import NotInChannel, Rejected, Throttled, Unsure

RETRY = 2.0
"""Seconds between two attempts to reach Slack at the start."""
PING = 3.0
"""Seconds between two pings of the socket, and before a lost one is opened again."""
FAREWELL = 5.0
"""Seconds that a stop waits for HTTP requests under way."""
BODY_LIMIT = 2 * 1024 * 1024
"""The largest request that is read, in bytes."""

_HEADERS = ("Content-Type", "X-Slack-Request-Timestamp", "X-Slack-Signature")
"""All that Bolt needs of a request; some other headers would change what it does."""
_STAMP = re.compile(r"[0-9]{1,12}")
_TICKET = re.compile(r"ticket=[^&\s'\"]+")

logger = logging.getLogger(__name__)


class SlackRefused(Exception):
    """Slack does not take the token, or the port is taken; the message says what to set."""


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
        token=token,
        base_url=url,
        timeout=TIMEOUT,
        session=session,
        retry_handlers=[],
        logger=quiet(),
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
        # Bolt takes the loss of the bot's own message for something that the bot did itself.
        ignoring_self_events_enabled=False,
        logger=quiet(),
    )
    made.error(_on_error)
    return made


async def _on_error(error: Exception, body: dict[str, Any]) -> BoltResponse:
    """The last resort: whatever was not foreseen is logged once, and the person told."""
    if isinstance(error, BoltUnhandledRequestError):
        return BoltResponse(status=200, body="")
    reference = secrets.token_hex(2).upper()
    logger.error("a fault, reference %s", reference, exc_info=error)
    said = f"Something went wrong on my side, and nothing was recorded. Reference {reference}."
    # Only a slash command shows the body of its acknowledgement.
    return BoltResponse(status=200, body=said if "command" in body else "")


def quiet() -> logging.Logger:
    """The logger of Bolt and the SDK: they would log bodies, and the addresses of answers."""
    bolt = logging.getLogger("bot.bolt")
    bolt.setLevel(logging.ERROR)
    if not bolt.filters:
        bolt.addFilter(_without_tickets)
    return bolt


def _without_tickets(record: logging.LogRecord) -> bool:
    """Take the socket's one-time tickets out of what the SDK logs when it cannot connect."""
    record.msg, record.args = _TICKET.sub("ticket=…", record.getMessage()), ()
    record.exc_info = None
    return True


class SocketMode:
    """Listens over a socket that the bot opens."""

    def __init__(self, app: AsyncApp, app_token: str) -> None:
        self._token = app_token
        self._handler = AsyncSocketModeHandler(app, app_token, logger=quiet(), ping_interval=PING)
        self._watch: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Connect; raises SlackRefused when the token is not taken."""
        # The SDK would try a refused token again and again, and never say so.
        self._handler.client.wss_uri = await self._address()
        self._watch = asyncio.create_task(self._renew(), name="socket")
        await self._handler.connect_async()  # type: ignore[no-untyped-call]

    async def _address(self) -> str:
        while True:
            try:
                answer = await call(
                    self._handler.client.web_client.apps_connections_open, app_token=self._token
                )
            except Throttled as throttled:
                logger.warning("Slack cannot be reached yet (%s)", throttled)
                await asyncio.sleep(throttled.seconds)
            except Unsure as trouble:
                logger.warning("Slack cannot be reached yet (%s); trying again", trouble)
                await asyncio.sleep(RETRY)
            except (Rejected, NotInChannel) as refused:
                raise SlackRefused(
                    f"Slack refuses SLACK_APP_TOKEN ({refused}). Set it to an app-level token with "
                    "the scope connections:write."
                ) from refused
            else:
                return str(answer["url"])

    async def _renew(self) -> None:
        """Have a new address asked for while there is no connection.

        An address works once, and the SDK would try the same one for ever.
        """
        client = self._handler.client
        while True:
            await asyncio.sleep(PING)
            if not await client.is_connected():
                client.wss_uri = None

    async def close(self) -> None:
        """Hang up."""
        if self._watch is not None:
            self._watch.cancel()
            await asyncio.gather(self._watch, return_exceptions=True)
        client = self._handler.client
        ours = (client.message_processor, client.current_session_monitor, client.message_receiver)
        await self._handler.close_async()  # type: ignore[no-untyped-call]
        await asyncio.gather(*(task for task in ours if task), return_exceptions=True)


class SignedHttp:
    """Listens for Slack's signed requests on `POST /slack/events`; `GET /healthz` answers ok."""

    def __init__(self, app: AsyncApp, signing_secret: str, host: str, port: int) -> None:
        self._app, self._host, self._port = app, host, port
        self._verifier = SignatureVerifier(signing_secret)
        self._runner: web.AppRunner | None = None

    async def open(self) -> None:
        """Listen; raises SlackRefused when the port cannot be had."""
        server = web.Application(client_max_size=BODY_LIMIT)
        server.router.add_post("/slack/events", self._receive)
        server.router.add_get("/healthz", self._healthy)
        self._runner = web.AppRunner(
            server, access_log=None, handle_signals=False, shutdown_timeout=FAREWELL
        )
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, self._host, self._port).start()
        except OSError as error:
            raise SlackRefused(
                f"cannot listen on {self._host}, port {self._port} ({error.strerror}). Set "
                "RUNBOOK_HTTP_HOST and RUNBOOK_HTTP_PORT to an address that is free."
            ) from error

    async def close(self) -> None:
        """Take no more requests, and let those under way end."""
        if self._runner is not None:
            await self._runner.cleanup()

    async def _healthy(self, request: web.Request) -> web.Response:
        return web.Response(text="ok\n")

    async def _receive(self, request: web.Request) -> web.Response:
        # Bolt reads a body before it looks at the signature, and chokes on odd ones of both.
        stamp = request.headers.get("X-Slack-Request-Timestamp", "")
        signature = request.headers.get("X-Slack-Signature", "")
        if not (_STAMP.fullmatch(stamp) and signature.isascii()):
            return web.Response(status=401, text="not signed by Slack\n")
        # Slack writes UTF-8; what is none shows its odd signs, and fits no signature.
        body = (await request.read()).decode(errors="replace")
        if not self._verifier.is_valid(body, stamp, signature):
            return web.Response(status=401, text="not signed by Slack\n")
        asked = AsyncBoltRequest(
            body=body,
            headers={name: request.headers[name] for name in _HEADERS if name in request.headers},
        )
        return await to_aiohttp_response(await self._app.async_dispatch(asked))
