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
from yarl import URL

from bot.app.conversation import Answer
from bot.core.blockkit.modal import (
    asks_for_files,
    shows_pictures,
    without_files,
    without_pictures,
)
from bot.core.run.events import Person
from bot.core.run.sendings import ANSWER, Lost
from bot.edges.slack.calls import TIMEOUT, call, part, told
from bot.edges.slack.connection import quiet
from bot.edges.slack.hosts import is_at, parsed
from bot.ports.messages import Gone, Rejected, Throttled, Unsure
from bot.wire.seldom import Seldom

REMEMBERED = 1_000
"""How many people's addresses are kept."""
SAID_AGAIN = 5
"""How often an answer is tried again that Slack did not take because there were too many."""
LONGEST_S = 10.0
"""Seconds that one waits for that."""
DRAIN = 3.0
"""Seconds that a stop waits for what was begun."""

_REFUSED = (Throttled, Unsure, Rejected, Gone)
"""Every way in which Slack does not take a call."""
_OF_THE_CLICK = frozenset(
    {"expired_trigger_id", "exchanged_trigger_id", "invalid_trigger_id", "push_limit_reached"}
)
"""What Slack says of the click that a form was asked for with, whatever the form holds."""
_HTTP_OK = 200

logger = logging.getLogger(__name__)


class Replies:
    """Opens forms and tells people things, each in a task that is kept until it ends."""

    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client
        self._api = URL(client.base_url)
        self._seldom = Seldom(logger)
        self._addresses: OrderedDict[tuple[str, str], str] = OrderedDict()
        self._places: OrderedDict[str, str] = OrderedDict()
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
        """Keep where someone was last, and the address at which they can be told something there.

        An address works also where the bot cannot post. It is judged when it is used, which is
        seldom: most clicks need no words.
        """
        if channel is None:
            return
        _keep(self._places, by.id, channel)
        if address is not None:
            _keep(self._addresses, (by.id, channel), address)

    def later(self, work: Coroutine[Any, Any, None]) -> None:
        """Do *work* on its own, after the acknowledgement."""
        task = asyncio.get_running_loop().create_task(self.kept(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def kept(self, work: Coroutine[Any, Any, None]) -> None:
        """Do *work*; that Slack does not take it is logged, and so is a fault."""
        try:
            await work
        except _REFUSED as trouble:
            logger.warning("Slack did not take an answer: %s", _why(trouble))
        except Exception:
            logger.exception("an answer could not be given")

    async def open(
        self,
        by: Person,
        channel: str | None,
        trigger: str,
        view: Any,
        *,
        thread: str | None = None,
        pushed: bool = False,
    ) -> None:
        """Open a form, or put it on top of another; say so when it does not open."""
        method = self._client.views_push if pushed else self._client.views_open
        try:
            await self._shown(method, view, trigger_id=trigger)
        except _REFUSED as trouble:
            logger.warning("a form did not open: %s", _why(trouble))
            again = Answer("The form did not open. Nothing was recorded; try again.")
            await self.tell(by, channel, None, again, thread=thread)

    async def _shown(self, method: Any, view: Any, **where: str) -> None:
        """Show a form; what Slack refuses for a field for files or a picture, without those."""
        try:
            await call(method, view=view, **where)
        except Rejected as refused:
            if str(refused) in _OF_THE_CLICK:
                # It says nothing of what the form holds.
                raise
            if asks_for_files(view):
                words = (
                    "Slack takes no form that asks for a file (%s): words are asked for in its "
                    "place until the app has the scope files:read and is installed again"
                )
                self._seldom.warn("files", words, _why(refused))
                await call(method, view=without_files(view), **where)
            elif shows_pictures(view):
                words = "Slack refused a page with pictures (%s): it is shown without them"
                self._seldom.warn("pictures", words, _why(refused))
                await call(method, view=without_pictures(view), **where)
            else:
                raise

    async def turn(self, view_id: str, view: Any) -> None:
        """Show *view* in an open form."""
        await self._shown(self._client.views_update, view, view_id=view_id)

    async def tell(
        self,
        by: Person,
        channel: str | None,
        address: str | None,
        answer: Answer,
        *,
        thread: str | None = None,
    ) -> None:
        """Say something that only *by* sees: at the click's own address, or at an earlier one.

        It is said in the *thread* in which they pressed, where they are looking.
        A form is in no channel; what is said about one is said where the person was last.
        """
        channel = channel or self._places.get(by.id)
        if channel is None:
            logger.warning("someone could not be told something: it is not known where they are")
            return
        if address is None and thread is None:
            address = self._addresses.get((by.id, channel))
        if address is not None and not self._is_slacks(address):
            address = None
        if address is not None:
            try:
                if await self._sent(address, answer, thread):
                    return
            except Unsure:
                if ANSWER.lost is not Lost.ANOTHER_WAY:
                    raise
        await call(
            self._client.chat_postEphemeral,
            channel=channel,
            user=by.id,
            text=answer.text,
            blocks=list(answer.blocks) or None,
            thread_ts=thread,
        )

    async def reach(self, by: Person, channel: str, text: str) -> None:
        """Tell someone what they must hear of a channel: there, or else where they are alone.

        From a channel in which the bot is not, it may say something for half an hour only.
        """
        try:
            await self.tell(by, channel, None, Answer(text))
        except _REFUSED as trouble:
            await self._alone(by, trouble, Answer(f"In <#{channel}>: {text}"))

    async def ended(self, by: Person, channel: str | None, answer: Answer) -> None:
        """Tell someone what came of their form: in its run's channel, or else where they are alone.

        A run may be in a channel that is shut, and its form was opened elsewhere then.
        """
        try:
            await self.tell(by, channel, None, answer)
        except _REFUSED as trouble:
            await self._alone(by, trouble, answer)

    async def _alone(self, by: Person, trouble: Exception, answer: Answer) -> None:
        logger.info("it is said to someone alone (%s)", _why(trouble))
        alone = await call(self._client.conversations_open, users=by.id)
        await self.say(told(part(alone, "channel"), "id"), answer)

    async def say(self, channel: str, answer: Answer, *, thread: str | None = None) -> None:
        """Answer in a conversation that nobody else reads: there the answer stays.

        Slack takes one a second there; whoever asks faster gets all answers all the same.
        """
        for attempt in range(SAID_AGAIN + 1):
            try:
                await call(
                    self._client.chat_postMessage,
                    channel=channel,
                    text=answer.text,
                    blocks=list(answer.blocks) or None,
                    thread_ts=thread,
                    unfurl_links=False,
                    unfurl_media=False,
                )
            except Throttled as throttled:
                if attempt == SAID_AGAIN or throttled.seconds > LONGEST_S:
                    raise
                await asyncio.sleep(throttled.seconds)
            else:
                return

    async def _sent(self, address: str, answer: Answer, thread: str | None) -> bool:
        """Answer at a response URL; whether it was taken, for it is good for half an hour only.

        Raises Unsure when nobody knows.
        """
        hook = AsyncWebhookClient(
            address,
            retry_handlers=[],
            session=self._client.session,
            logger=quiet(),
        )
        said = {
            "text": answer.text,
            "blocks": list(answer.blocks) or None,
            "response_type": "ephemeral",
            "replace_original": False,
            "thread_ts": thread,
        }
        try:
            async with asyncio.timeout(TIMEOUT):
                sent = await hook.send_dict(said)
        except aiohttp.ClientConnectorError as trouble:
            logger.warning("an answer was not taken: %s", type(trouble).__name__)
            return False
        except (aiohttp.ClientError, TimeoutError, OSError) as trouble:
            kind = type(trouble).__name__
            logger.warning("an answer may not have been taken: %s", kind)
            raise Unsure(kind) from trouble
        if sent.status_code != _HTTP_OK:
            logger.warning("an answer was not taken: status %d", sent.status_code)
        return sent.status_code == _HTTP_OK

    def _is_slacks(self, address: str) -> bool:
        """Whether an address may be posted to; where it comes from is a payload."""
        if answers(address, self._api):
            return True
        self._seldom.warn("address", "a response_url was ignored: it does not lead to Slack")
        return False


def answers(address: str, api: URL) -> bool:
    """Whether *address* is one at which the Slack whose Web API is at *api* takes answers.

    That is `https://hooks.` before the API's domain, or the API's own host, spoken to as it is.
    """
    url = parsed(address)
    if url is None:
        return False
    own = url.host == api.host and url.scheme == api.scheme
    return own or is_at(url, "hooks", api)


def _keep(kept: "OrderedDict[Any, str]", key: Any, value: str) -> None:
    kept[key] = value
    kept.move_to_end(key)
    while len(kept) > REMEMBERED:
        kept.popitem(last=False)


def _why(trouble: Exception) -> str:
    """What Slack says, or at least what kind of thing it is."""
    return str(trouble) or type(trouble).__name__
