"""Calls to Slack's Web API, with every way that one can end told apart.

No retry is made here: the SDK's own retry after a lost connection can post a message twice.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.core.run.slack_errors import Class, class_of
from bot.ports.messages import (
    Barred,
    Gone,
    NeedsPerson,
    NotInChannel,
    Rejected,
    Throttled,
    Unfit,
    Unsure,
)

TIMEOUT = 5
"""Seconds that one call may take: less than half of a painter's lease."""

LONGEST_WAIT = 600.0
"""Seconds that are waited when Slack asks for more: a board that stood for hours helps nobody."""

_SERVER_FAULT = 500
_THROTTLED = 429
_TROUBLE = (SlackApiError, TimeoutError, aiohttp.ClientError, OSError)


Observe = Callable[[str, str, float], None]
"""Told of each call: Slack's name of the method, how it ended, and the seconds it took."""

_ENDS: dict[type[Exception], str] = {
    Throttled: "throttled",
    Unsure: "unsure",
    Gone: "gone",
    NotInChannel: "not_in_channel",
    Barred: "barred",
    NeedsPerson: "rejected",
    Unfit: "rejected",
    Rejected: "rejected",
}

_RAISED: dict[Class, type[Exception]] = {
    Class.PASSING: Unsure,
    Class.GONE: Gone,
    Class.OUTSIDE: NotInChannel,
    Class.PERSON: NeedsPerson,
    Class.OPERATOR: Barred,
}
"""What is raised with nothing but Slack's name of the error; the others say more."""


class ObservedClient(AsyncWebClient):
    """Slack's client; *observe* hears of every call that it makes, whoever asked for it."""

    def __init__(self, observe: Observe, **options: Any) -> None:
        super().__init__(**options)
        self._observe = observe

    async def api_call(self, api_method: str, **request: Any) -> AsyncSlackResponse:
        """Call a method; raises what Slack's client raises."""
        began = time.monotonic()
        # One that is broken off, as at a stop, may have had its effect.
        outcome = _ENDS[Unsure]
        try:
            response = await super().api_call(api_method, **request)
            outcome = "ok"
        except _TROUBLE as error:
            outcome = _ENDS[type(_meaning(error))]
            raise
        finally:
            self._observe(api_method, outcome, time.monotonic() - began)
        return response


async def call(
    method: Callable[..., Awaitable[AsyncSlackResponse]], **arguments: Any
) -> dict[str, Any]:
    """Call a method of the client and return its answer, which has TIMEOUT seconds to come.

    Raises Throttled, Unsure (the effect is not known), Gone, NotInChannel, Barred, NeedsPerson,
    Unfit or Rejected: `bot.core.run.slack_errors` says which of Slack's errors is which.
    """
    return await call_within(TIMEOUT, method, **arguments)


async def call_within(
    seconds: float | None,
    method: Callable[..., Awaitable[AsyncSlackResponse]],
    **arguments: Any,
) -> dict[str, Any]:
    """Call a method whose answer has so many seconds to come, or any time; raises what call does.

    The SDK's own limit is for sessions that it makes itself, and the bot's is given to it.
    """
    try:
        async with asyncio.timeout(seconds):
            response = await method(**arguments)
    except _TROUBLE as error:
        raise _meaning(error) from error
    data = response.data
    if not isinstance(data, dict):
        raise Unsure("Slack's answer was not JSON")
    return data


class Unlike(Unsure):
    """An answer that lacks what Slack's answers have: a proxy's, perhaps, or a newer Slack's."""


def told(answer: Mapping[str, Any], name: str) -> str:
    """A text that Slack's answer must have; raises Unlike where it lacks or is no text."""
    found = answer.get(name)
    if not isinstance(found, str) or not found:
        raise Unlike(f"Slack's answer lacks {name}")
    return found


def part(answer: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """An object that Slack's answer must have; raises Unlike where it lacks or is none."""
    found = answer.get(name)
    if not isinstance(found, dict):
        raise Unlike(f"Slack's answer lacks {name}")
    return found


def _meaning(error: Exception) -> Exception:
    """What trouble with a call means for the one who called."""
    if isinstance(error, SlackApiError):
        return _told(error)
    return Unsure(f"Slack did not answer: {type(error).__name__}")


def _told(error: SlackApiError) -> Exception:
    """What an error of Slack's own means."""
    response: Any = error.response
    status = getattr(response, "status_code", 0)
    headers = getattr(response, "headers", {}) or {}
    data = response if isinstance(response, dict) else getattr(response, "data", {})
    code = data.get("error", "") if isinstance(data, dict) else ""
    if status == _THROTTLED or code in ("ratelimited", "rate_limited"):
        return Throttled(_seconds(headers))
    if status >= _SERVER_FAULT or not code:
        return Unsure(f"Slack's fault: {code or status}")
    kind = class_of(code)
    if kind in _RAISED:
        return _RAISED[kind](code)
    details = data.get("response_metadata", {}).get("messages", [])
    words = "; ".join([code, *map(str, details)])
    return Unfit(words) if kind is Class.UNFIT else Rejected(words)


def _seconds(headers: Any) -> float:
    found = headers.get("Retry-After") or headers.get("retry-after") or "1"
    try:
        seconds = float(found)
    except ValueError:
        return 1.0
    # Not a number compares with nothing, and is none to wait for.
    return min(LONGEST_WAIT, max(1.0, seconds))
