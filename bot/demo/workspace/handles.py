"""The short-lived keys that an interaction hands to the app: trigger ids and response URLs.

It says whether a key is still good, and uses it up. It opens and posts nothing.
"""

import secrets
from dataclasses import dataclass
from typing import TypeVar

from . import limits
from .clock import Clock
from .errors import SlackError


@dataclass(slots=True)
class Trigger:
    """Lets the app open one view for this person, within three seconds."""

    user: str
    until: float
    used: bool = False


@dataclass(slots=True)
class ResponseUrl:
    """Lets the app answer where the interaction was, five times in half an hour."""

    user: str
    channel: str
    until: float
    message_ts: str | None = None
    ephemeral: bool = False
    uses: int = 0


H = TypeVar("H", Trigger, ResponseUrl)


class Handles:
    """All keys handed out."""

    def __init__(self, clock: Clock, base_url: str) -> None:
        self._clock = clock
        self._base_url = base_url
        self._triggers: dict[str, Trigger] = {}
        self._responses: dict[str, ResponseUrl] = {}

    def trigger(self, user: str) -> str:
        now = self._clock.now()
        _forget(self._triggers, now)
        key = f"{int(now * 1000)}.{secrets.randbelow(10**10)}.{secrets.token_hex(16)}"
        self._triggers[key] = Trigger(user, now + limits.TRIGGER_SECONDS)
        return key

    def redeem(self, key: object) -> str:
        """The person that the trigger stands for; it is used up."""
        trigger = self._triggers.get(key) if isinstance(key, str) else None
        if trigger is None:
            raise SlackError("invalid_trigger_id")
        if trigger.used:
            raise SlackError("exchanged_trigger_id")
        if self._clock.now() > trigger.until:
            raise SlackError("expired_trigger_id")
        trigger.used = True
        return trigger.user

    def response_url(
        self, user: str, channel: str, message_ts: str | None = None, *, ephemeral: bool = False
    ) -> str:
        now = self._clock.now()
        _forget(self._responses, now)
        key = secrets.token_urlsafe(18)
        until = now + limits.RESPONSE_SECONDS
        self._responses[key] = ResponseUrl(user, channel, until, message_ts, ephemeral)
        return f"{self._base_url}/response/{key}"

    def respond(self, key: str) -> ResponseUrl:
        """Where an answer goes; one use is counted."""
        handle = self._responses.get(key)
        if handle is None:
            raise SlackError("invalid_url")
        if self._clock.now() > handle.until:
            raise SlackError("expired_url")
        if handle.uses >= limits.RESPONSE_USES:
            raise SlackError("used_url")
        handle.uses += 1
        return handle


def _forget(handles: dict[str, H], now: float) -> None:
    """Drop the oldest, whose end nobody will ask about any more."""
    while handles and (oldest := next(iter(handles.items())))[1].until < now - 3600:
        del handles[oldest[0]]
