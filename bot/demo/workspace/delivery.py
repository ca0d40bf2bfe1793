"""How a command, a click or an event reaches the app: by Socket Mode or by signed HTTP.

Keeps Slack's promises: three seconds, events retried, nothing else retried. It neither builds
payloads nor reads answers.
"""

import asyncio
import hashlib
import hmac
import json
import logging
import time
from collections.abc import Coroutine
from typing import Any
from urllib.parse import urlencode

import aiohttp

from . import limits
from .clock import Clock
from .errors import NotDeliveredError
from .faults import Trouble
from .manifest import App
from .model import Json
from .socket import Sockets
from .wirejson import loads

log = logging.getLogger(__name__)


class Delivery:
    """The way to the app."""

    def __init__(
        self, app: App, clock: Clock, trouble: Trouble, sockets: Sockets, request_url: str | None
    ) -> None:
        self._app = app
        self._clock = clock
        self._trouble = trouble
        self._sockets = sockets
        self._request_url = request_url
        self._session: aiohttp.ClientSession | None = None
        self._tasks: set[asyncio.Task[Any]] = set()

    @property
    def connected(self) -> bool:
        return self._request_url is not None or self._sockets.connected

    async def ask(self, kind: str, payload: Json) -> Any:
        """Deliver what a person did and return the body of the acknowledgement.

        `kind` is `slash_commands` or `interactive`. Raises `NotDeliveredError` after 3 s.
        """
        await asyncio.sleep(self._trouble.delay())
        if self._trouble.repeats():
            self.spawn(self._second(kind, payload))
        return await self._once(kind, payload, 0, "")

    def tell(self, kind: str, payload: Json) -> None:
        """Deliver without waiting for the answer."""
        self.spawn(self._quietly(kind, payload))

    def event(self, payload: Json) -> None:
        """Deliver an event; try again at once, after one minute and after five."""
        self.spawn(self._event(payload))
        if self._trouble.repeats():
            self.spawn(self._event(payload))

    async def _event(self, payload: Json) -> None:
        await asyncio.sleep(self._trouble.delay())
        reason = ""
        for attempt, pause in enumerate((0.0, *limits.EVENT_RETRIES)):
            await self._clock.sleep(pause)
            try:
                await self._once("events_api", payload, attempt, reason)
            except NotDeliveredError as error:
                reason = error.reason
                if error.final:
                    return
            else:
                return
        log.warning("Event %s was given up: %s", payload["event_id"], reason)

    async def _second(self, kind: str, payload: Json) -> None:
        await asyncio.sleep(self._trouble.delay())
        await self._quietly(kind, payload)

    async def _quietly(self, kind: str, payload: Json) -> None:
        try:
            await self._once(kind, payload, 0, "")
        except NotDeliveredError as error:
            log.info("%s was not delivered: %s", kind, error.reason)

    async def _once(self, kind: str, payload: Json, attempt: int, reason: str) -> Any:
        if self._request_url is None and not self._sockets.any:
            raise NotDeliveredError("dispatch_failed", "connection_failed")
        if self._request_url is None:
            sending = self._by_socket(kind, payload, attempt, reason)
        else:
            sending = self._by_http(self._request_url, kind, payload, attempt, reason)
        sent = asyncio.ensure_future(sending)
        deadline = asyncio.ensure_future(self._clock.sleep(limits.ACK_SECONDS))
        try:
            await asyncio.wait({sent, deadline}, return_when=asyncio.FIRST_COMPLETED)
            if not sent.done():
                raise NotDeliveredError("operation_timeout", "http_timeout")
            return sent.result()
        except (ConnectionError, aiohttp.ClientError) as error:
            raise NotDeliveredError("dispatch_failed", "connection_failed") from error
        finally:
            sent.cancel()
            deadline.cancel()
            await asyncio.gather(sent, deadline, return_exceptions=True)

    async def _by_socket(self, kind: str, payload: Json, attempt: int, reason: str) -> Any:
        envelope: Json = {
            "type": kind,
            "payload": payload,
            "accepts_response_payload": kind != "events_api",
        }
        if kind == "events_api":
            envelope |= {"retry_attempt": attempt, "retry_reason": reason}
        return await self._sockets.send(envelope, cut=self._trouble.cuts())

    async def _by_http(self, url: str, kind: str, payload: Json, attempt: int, reason: str) -> Any:
        if kind == "events_api":
            body, content = json.dumps(payload), "application/json"
        else:
            form = payload if kind == "slash_commands" else {"payload": json.dumps(payload)}
            body, content = urlencode(form), "application/x-www-form-urlencoded"
        headers = self._signed(body) | {"Content-Type": content}
        if attempt:
            headers |= {"X-Slack-Retry-Num": str(attempt), "X-Slack-Retry-Reason": reason}
        if self._session is None:
            self._session = aiohttp.ClientSession(trust_env=False)
        async with self._session.post(url, data=body.encode(), headers=headers) as response:
            text = await response.text()
            if not response.ok:
                final = response.headers.get("X-Slack-No-Retry") == "1"
                raise NotDeliveredError("dispatch_failed", "http_error", final=final)
        return _body(text) if text else None

    def _signed(self, body: str) -> dict[str, str]:
        timestamp = str(int(time.time()))  # the app checks it against its own clock, not ours
        secret = self._app.signing_secret.encode()
        digest = hmac.new(secret, f"v0:{timestamp}:{body}".encode(), hashlib.sha256).hexdigest()
        return {
            "User-Agent": "Slackbot 1.0 (+local workspace)",
            "X-Slack-Request-Timestamp": timestamp,
            "X-Slack-Signature": f"v0={digest}",
        }

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Run in the background, and be remembered until done."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._session is not None:
            await self._session.close()


def _body(text: str) -> Any:
    """The body of an HTTP acknowledgement: an object, or else plain text to show."""
    try:
        value = loads(text)
    except ValueError:
        value = None
    return value if isinstance(value, dict) else {"text": text}
