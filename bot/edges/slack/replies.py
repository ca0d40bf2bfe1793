"""What follows an acknowledgement: forms that open, and words that only one person sees.

Nothing here is recorded, and nothing waits for it: when Slack does not take it, that is logged.
"""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Coroutine
from typing import Any

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.conversation import Answer
from bot.core.events import Person
from bot.edges.slack.calls import TIMEOUT, call
from bot.edges.slack.connection import quiet
from bot.ports import Gone, Rejected, Throttled, Unsure

REMEMBERED = 1_000
"""How many people's addresses are kept."""
DRAIN = 3.0
"""Seconds that a stop waits for what was begun."""

logger = logging.getLogger(__name__)


class Replies:
    """Opens forms and tells people things, each in a task that is kept until it ends."""

    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client
        self._addresses: OrderedDict[tuple[str, str], str] = OrderedDict()
        self._tasks: set[asyncio.Task[None]] = set()

    async def drain(self) -> None:
        """Wait for what was begun, DRAIN seconds at most."""
        try:
            async with asyncio.timeout(DRAIN):
                while self._tasks:
                    await asyncio.wait(self._tasks)
        except TimeoutError:
            logger.warning("stopping with answers unsent")
            for task in self._tasks:
                task.cancel()

    def remember(self, by: Person, channel: str | None, address: str | None) -> None:
        """Keep the address at which someone can be told something where the bot cannot post."""
        if channel is None or address is None:
            return
        self._addresses[by.id, channel] = address
        self._addresses.move_to_end((by.id, channel))
        while len(self._addresses) > REMEMBERED:
            self._addresses.popitem(last=False)

    def later(self, work: Coroutine[Any, Any, None]) -> None:
        """Do *work* on its own, after the acknowledgement."""
        task = asyncio.get_running_loop().create_task(self.kept(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def kept(self, work: Coroutine[Any, Any, None]) -> None:
        """Do *work*; that Slack does not take it is logged."""
        try:
            await work
        except (Throttled, Unsure, Rejected, Gone) as trouble:
            logger.warning("Slack did not take an answer: %s", trouble)

    async def open(
        self, by: Person, channel: str | None, trigger: str, view: Any, *, pushed: bool = False
    ) -> None:
        """Open a form, or put it on top of another; say so when it does not open."""
        method = self._client.views_push if pushed else self._client.views_open
        try:
            await call(method, trigger_id=trigger, view=view)
        except (Throttled, Unsure, Rejected) as trouble:
            logger.warning("a form did not open: %s", trouble)
            again = Answer("The form did not open. Nothing was recorded; try again.")
            await self.tell(by, channel, None, again)

    async def turn(self, view_id: str, view: Any) -> None:
        """Show *view* in an open form."""
        await call(self._client.views_update, view_id=view_id, view=view)

    async def tell(
        self,
        by: Person,
        channel: str | None,
        address: str | None,
        answer: Answer,
        *,
        thread: str | None = None,
    ) -> None:
        """Say something that only *by* sees: at the click's own address, or at an earlier one."""
        if channel is None:
            return
        if address is None and thread is None:
            address = self._addresses.get((by.id, channel))
        if address is not None and await self._sent(address, answer):
            return
        await call(
            self._client.chat_postEphemeral,
            channel=channel,
            user=by.id,
            text=answer.text,
            blocks=list(answer.blocks) or None,
            thread_ts=thread,
        )

    async def _sent(self, address: str, answer: Answer) -> bool:
        """Answer at a response URL; whether it was taken, for it is good for half an hour only."""
        hook = AsyncWebhookClient(
            address,
            timeout=TIMEOUT,
            retry_handlers=[],
            session=self._client.session,
            logger=quiet(),
        )
        try:
            sent = await hook.send(
                text=answer.text,
                blocks=list(answer.blocks) or None,
                response_type="ephemeral",
                replace_original=False,
            )
        except (aiohttp.ClientError, TimeoutError, OSError) as trouble:
            logger.warning("an answer was not taken: %s", type(trouble).__name__)
            return False
        return sent.status_code == 200  # noqa: PLR2004 - HTTP
