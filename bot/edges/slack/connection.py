"""Who the bot is to Slack, and the Bolt app that both ways in, socket and HTTP, hand requests to.

Nothing is decided here.
"""

import asyncio
import logging
import re
import secrets
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import aiohttp
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.middleware.async_middleware import AsyncMiddleware
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.edges.slack.calls import Observe, ObservedClient, call, told
from bot.edges.slack.inbound.fields import Malformed
from bot.ports.messages import NotInChannel, Rejected, Throttled, Unsure

RETRY = 2.0
"""Seconds before the second attempt to reach Slack; each further pause is twice as long."""
LONGEST_RETRY = 60.0
"""The longest pause between two attempts to reach Slack, in seconds."""
RECEIVED = "runbook_received"
"""Under this name a request's context holds when it came in, by `time.perf_counter`."""

_TICKET = re.compile(r"ticket=[^&\s'\"]+")

Take = Callable[[dict[str, Any], float], Awaitable[BoltResponse | None]]
"""Answers what was delivered, given when it came in; None when it is not for us."""

logger = logging.getLogger(__name__)


class SlackRefused(Exception):
    """Slack does not take the token, or the port is taken; the message says what to set."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Who the bot is in the workspace, and where the workspace is on the web.

    `enterprise_id` names the organization that the workspace belongs to, if there is one; `app_id`
    the bot's app, where Slack tells it.
    """

    user_id: str
    bot_id: str
    name: str
    team_id: str
    url: str
    enterprise_id: str | None = None
    app_id: str | None = None

    @property
    def home(self) -> frozenset[str]:
        """The ids of the workspace and of its organization."""
        return frozenset(filter(None, (self.team_id, self.enterprise_id)))

    def link(self, channel: str, ts: str) -> str:
        """The address of a message, as Slack itself writes it."""
        return f"{self.url.rstrip('/')}/archives/{channel}/p{ts.replace('.', '')}"


def _unobserved(method: str, outcome: str, seconds: float) -> None:
    """Nobody wants to know."""


def client(
    token: str, url: str, session: aiohttp.ClientSession, observe: Observe = _unobserved
) -> ObservedClient:
    """A client that shares *session* and never repeats a call by itself; *observe* sees each."""
    return ObservedClient(
        observe,
        token=token,
        base_url=url,
        session=session,
        retry_handlers=[],
        logger=quiet(),
    )


async def identify(slack: AsyncWebClient) -> Identity:
    """Ask Slack who the bot is; waits while Slack cannot be reached, raises SlackRefused."""
    pause = RETRY
    while True:
        try:
            me = await call(slack.auth_test)
            user, bot, name, team, url = (
                told(me, part) for part in ("user_id", "bot_id", "user", "team_id", "url")
            )
        except (Unsure, Throttled) as trouble:
            wait = max(pause, trouble.seconds) if isinstance(trouble, Throttled) else pause
            words = "Slack cannot be reached yet at %s (%s); trying again in %.0f s"
            logger.warning(words, slack.base_url, trouble, wait)
            await asyncio.sleep(wait)
            pause = min(LONGEST_RETRY, pause * 2)
        except (Rejected, NotInChannel) as refused:
            raise SlackRefused(
                f"Slack refuses SLACK_BOT_TOKEN ({refused}). Set it to the Bot User OAuth Token "
                "from your app's page, Install App."
            ) from refused
        else:
            return Identity(user, bot, name, team, url, me.get("enterprise_id"))


async def dispatch(bolt: AsyncApp, body: dict[str, Any], received: float) -> BoltResponse:
    """Have Bolt answer what Slack delivered at that `time.perf_counter`; raises Malformed.

    Bolt goes by another way in with a body that is read already, and parses nothing there.
    """
    try:
        asked = AsyncBoltRequest(mode="socket_mode", body=body, context={RECEIVED: received})
        return await bolt.async_dispatch(asked)
    except (AttributeError, LookupError, TypeError, ValueError) as error:
        # It looks at more fields than are used here, and takes each for what it should be. What
        # goes wrong in the bot's own listeners does not come this way.
        raise Malformed(f"a field has another type than Slack's ({type(error).__name__})") from None


def app(slack: AsyncWebClient, me: Identity, take: Take) -> AsyncApp:
    """A Bolt app that acknowledges what *take* has answered, and leaves Slack's own checks to Bolt.

    What it is handed must have been authenticated before.
    """

    async def authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
        return AuthorizeResult(
            enterprise_id=enterprise_id,
            team_id=team_id,
            bot_user_id=me.user_id,
            bot_id=me.bot_id,
            bot_token=slack.token,
        )

    made = AsyncApp(
        # Without a name Bolt looks through the whole stack for one, and reads the files of all.
        name="runbook",
        client=slack,
        authorize=authorize,
        # Nobody here asks what the authorization found, nor for Bolt's tables of listeners.
        before_authorize=_Door(take),
        request_verification_enabled=False,
        attaching_function_token_enabled=False,
        process_before_response=True,
        # Bolt takes the loss of the bot's own message for something that the bot did itself.
        ignoring_self_events_enabled=False,
        logger=quiet(),
    )
    made.error(_on_error)
    return made


class _Door(AsyncMiddleware):
    """Bolt's way in to what *take* answers: one look for all that it knows."""

    def __init__(self, take: Take) -> None:
        self._take = take

    async def async_process(
        self,
        *,
        req: AsyncBoltRequest,
        resp: BoltResponse,
        next: Callable[[], Awaitable[BoltResponse]],  # noqa: A002 - Bolt's name for it
    ) -> BoltResponse | None:
        answer = await self._take(req.body, req.context.get(RECEIVED) or time.perf_counter())
        return answer if answer is not None else _unheard(req.body)


def _unheard(body: dict[str, Any]) -> BoltResponse:
    """The answer to what nobody listens to: Slack need not send it again.

    It goes no further into Bolt, which would look into fields that nobody has checked.
    """
    if body.get("type") == "url_verification":
        return BoltResponse(status=200, body={"challenge": str(body.get("challenge", ""))})
    return BoltResponse(status=200, body="")


async def _on_error(error: Exception, body: dict[str, Any]) -> BoltResponse:
    """The last resort: whatever was not foreseen is logged once, and the person told."""
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
