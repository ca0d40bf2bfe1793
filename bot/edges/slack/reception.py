"""Everything that arrives from Slack: read, decided, recorded, and only then acknowledged.

Bolt is asked to acknowledge when a listener returns, so the durable append is behind every
acknowledgement. Nothing here calls Slack before that; what must follow (a form to open, words to
the one who clicked) follows in a task of its own.
"""

import asyncio
import json
import logging
import re
import secrets
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

import aiohttp
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.conversation import Answer, Asked, Conversation
from bot.core import forms, walkthrough
from bot.core.clicks import Act, Begin, Click, Form, Show, clicked, person, submitted
from bot.core.decide import Refused
from bot.core.events import Person
from bot.core.run import Run
from bot.core.text import plain
from bot.desk import Desk
from bot.edges.slack.calls import TIMEOUT, call
from bot.edges.slack.connection import quiet
from bot.painter import Painter
from bot.ports import NotInChannel, Rejected, Throttled, Unavailable, Unsure

REMEMBERED = 1_000
"""How many people's addresses, and how many recent deliveries, are kept."""
DRAIN = 5.0
"""Seconds that a stop waits for what was taken in."""

logger = logging.getLogger(__name__)

_MENTION = re.compile(r"^\s*<@[A-Z0-9]+(?:\|[^>]*)?>\s*")


class Reception:
    """Listens on *app*; one listener of each kind, and tables of our own behind them."""

    def __init__(
        self,
        app: AsyncApp,
        client: AsyncWebClient,
        *,
        desk: Desk,
        conversation: Conversation,
        bot_user: str,
        bot_name: str,
    ) -> None:
        self._client, self._desk, self._conversation = client, desk, conversation
        self._bot_user, self._bot_name = bot_user, bot_name
        self._addresses: OrderedDict[tuple[str, str], str] = OrderedDict()
        self._deliveries: OrderedDict[str, asyncio.Event] = OrderedDict()
        self._listeners: set[asyncio.Task[Any] | None] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._idle = asyncio.Event()
        self._idle.set()
        self.painter: Painter | None = None
        app.command(re.compile(r".*"))(self._command)
        app.action(re.compile(r".*"))(self._action)
        app.view(re.compile(r".*"))(self._submission)
        app.event("app_mention")(self._mention)
        app.event("member_joined_channel")(self._joined)
        app.event("message")(self._message)

    async def drain(self) -> None:
        """Wait for what was taken in, and for what must follow it."""
        try:
            async with asyncio.timeout(DRAIN):
                await self._idle.wait()
                while self._tasks:
                    await asyncio.wait(self._tasks)
        except TimeoutError:
            logger.warning("stopping with answers unsent")
            for task in self._tasks:
                task.cancel()

    async def uninvited(self, run: Run) -> None:
        """Tell the one who started *run* that its board cannot be posted yet."""
        text = (
            f"{run.id} has started, but I am not in this channel and cannot post its board. "
            f"Type `/invite @{self._bot_name}` here; the board comes by itself then."
        )
        await self._kept(self._tell(run.started_by, run.channel, None, Answer(text)))

    # What arrives. ------------------------------------------------------------------------------

    async def _command(self, body: dict[str, Any], ack: AsyncAck) -> None:
        by = Person(id=body["user_id"], name=body.get("user_name"))
        asked = Asked(
            by=by,
            text=body.get("text", ""),
            channel=body["channel_id"],
            team=body.get("team_id"),
            delivery=body["trigger_id"],
            can_open=True,
        )
        self._remember(by, asked.channel, body.get("response_url"))
        answer = await self._answered(asked.delivery, lambda: self._conversation.ask(asked))
        if answer.view is not None:
            self._later(self._open(by, asked.channel, asked.delivery, answer.view))
            await ack()
        elif answer.text:
            await ack(
                text=answer.text, blocks=list(answer.blocks) or None, response_type="ephemeral"
            )
        else:
            await ack()

    async def _action(self, body: dict[str, Any], ack: AsyncAck) -> None:
        by, trigger, address = person(body), body["trigger_id"], body.get("response_url")
        channel = body.get("channel", {}).get("id")
        in_view = "view" in body
        self._remember(by, channel, address)
        answer = await self._answered(trigger, lambda: self._meant(clicked(body)))
        if answer.text and answer.view is None and in_view:
            # A form has no address to answer to: the words go on top of it.
            answer = Answer(view=forms.told(answer.text))
        if answer.view is not None:
            self._later(self._open(by, channel, trigger, answer.view, pushed=in_view))
        elif answer.text:
            self._later(self._tell(by, channel, address, answer))
        await ack()

    async def _submission(self, body: dict[str, Any], ack: AsyncAck) -> None:
        wrong: dict[str, str] = {}

        async def meant() -> Answer:
            click = submitted(body)
            if isinstance(click.intent, Begin):
                wrong.update(self._conversation.misfits(click.intent))
            return Answer() if wrong else await self._meant(click)

        by, view = person(body), body["view"]
        # Each press of the button has a trigger of its own, the form's id stays what it was.
        answer = await self._answered(body.get("trigger_id") or view["id"], meant)
        field = _first_field(view)
        if answer.trouble and field:
            wrong = {field: plain(answer.text, {by.id: by.name or by.id})}
        if wrong:
            await ack(response_action="errors", errors=wrong)
        elif answer.trouble:
            await ack(response_action="update", view=forms.told(answer.text))
        elif answer.text:
            self._later(self._tell(by, _channel_of(view), None, answer))
            await ack()
        elif view.get("previous_view_id"):
            await ack(response_action="clear")
        else:
            await ack()

    async def _mention(self, body: dict[str, Any], ack: AsyncAck) -> None:
        event = body["event"]
        if event.get("user") in (None, self._bot_user) or event.get("bot_id"):
            # Two bots that answer each other would never end.
            await ack()
            return
        by = Person(id=event["user"])
        asked = Asked(
            by=by,
            text=_MENTION.sub("", event.get("text", "")),
            channel=event["channel"],
            team=body.get("team_id"),
            delivery=body["event_id"],
            can_open=False,
            thread=event.get("thread_ts"),
        )
        answer = await self._answered(asked.delivery, lambda: self._conversation.ask(asked))
        if answer.text:
            self._later(self._tell(by, asked.channel, None, answer, thread=asked.thread))
        await ack()

    async def _joined(self, body: dict[str, Any], ack: AsyncAck) -> None:
        event = body["event"]
        if event.get("user") == self._bot_user and self.painter is not None:
            await self.painter.joined(event["channel"])
        await ack()

    async def _message(self, body: dict[str, Any], ack: AsyncAck) -> None:
        event = body["event"]
        lost = _deleted(event)
        if lost is not None and self.painter is not None:
            await self.painter.deleted(event["channel"], lost)
        await ack()

    # What is meant. -----------------------------------------------------------------------------

    async def _meant(self, click: Click) -> Answer:
        """Carry out a click; the answer is for the one who clicked."""
        match click.intent:
            case Act(run_id, command):
                run = await self._desk.act(run_id, command, delivery=click.delivery)
                if click.page is not None and click.view is not None:
                    self._later(self._turn(click.view, walkthrough.draw(run, click.page)))
                return Answer()
            case Show(run_id, step, first, turned):
                run = await self._desk.run(run_id)
                page = walkthrough.draw(run, walkthrough.page_of(run, step) if step else first)
                if turned and click.view is not None:
                    self._later(self._turn(click.view, page))
                    return Answer()
                return Answer("Show", view=page)
            case Form(run_id, name, step):
                run = await self._desk.run(run_id)
                return Answer(name, view=forms.of(run, name, step))
            case Begin() as begin:
                asked = Asked(
                    by=click.by,
                    text="",
                    channel=begin.channel or click.channel or "",
                    team=None,
                    delivery=click.delivery,
                    can_open=click.response_url is not None,
                )
                return await self._conversation.begin(asked, begin)

    async def _answered(self, delivery: str, work: Callable[[], Awaitable[Answer]]) -> Answer:
        """Do *work*, once for each delivery; trouble becomes words for the one who asked."""
        if (first := self._deliveries.get(delivery)) is not None:
            # Whoever is acknowledged now, relies on what the first time is still doing.
            await first.wait()
            return Answer()
        done = self._deliveries[delivery] = asyncio.Event()
        while len(self._deliveries) > REMEMBERED:
            self._deliveries.popitem(last=False)
        # The SDK keeps no hold of its tasks; this one must not be collected half done.
        listener = asyncio.current_task()
        self._listeners.add(listener)
        self._idle.clear()
        try:
            return await work()
        except Refused as refused:
            return Answer(str(refused), trouble=True)
        except Unavailable:
            reference = _reference()
            logger.exception("not recorded, reference %s", reference)
            words = "I could not record that (the database is not answering). Nothing has changed."
            return Answer(f"{words} Try again in a moment. Reference {reference}.", trouble=True)
        except Exception:
            reference = _reference()
            logger.exception("a fault, reference %s", reference)
            words = "Something went wrong on my side."
            return Answer(
                f"{words} Look at the board before you try again. Reference {reference}.",
                trouble=True,
            )
        finally:
            done.set()
            self._listeners.discard(listener)
            if not self._listeners:
                self._idle.set()

    # What follows. ------------------------------------------------------------------------------

    def _remember(self, by: Person, channel: str | None, address: str | None) -> None:
        """Keep the address at which someone can be told something where the bot cannot post."""
        if channel is None or address is None:
            return
        self._addresses[by.id, channel] = address
        self._addresses.move_to_end((by.id, channel))
        while len(self._addresses) > REMEMBERED:
            self._addresses.popitem(last=False)

    def _later(self, work: Coroutine[Any, Any, None]) -> None:
        """Do *work* after the acknowledgement; the task is kept until it ends."""
        task = asyncio.get_running_loop().create_task(self._kept(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _kept(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except (Throttled, Unsure, Rejected, NotInChannel) as trouble:
            logger.warning("Slack did not take an answer: %s", trouble)

    async def _open(
        self, by: Person, channel: str | None, trigger: str, view: Any, *, pushed: bool = False
    ) -> None:
        method = self._client.views_push if pushed else self._client.views_open
        try:
            await call(method, trigger_id=trigger, view=view)
        except (Throttled, Unsure, Rejected) as trouble:
            logger.warning("a form did not open: %s", trouble)
            again = Answer("The form did not open. Nothing was recorded; try again.")
            await self._tell(by, channel, None, again)

    async def _turn(self, view_id: str, view: Any) -> None:
        await call(self._client.views_update, view_id=view_id, view=view)

    async def _tell(
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


def _channel_of(view: dict[str, Any]) -> str | None:
    """The channel that a form is about, if it says so."""
    about: dict[str, Any] = json.loads(view["private_metadata"])
    return about.get("channel")


def _deleted(event: dict[str, Any]) -> str | None:
    """The ts of the message that an event says is gone; one with answers leaves a tombstone."""
    if event.get("subtype") == "message_deleted":
        return str(event["deleted_ts"])
    now = event.get("message", {})
    if event.get("subtype") == "message_changed" and now.get("subtype") == "tombstone":
        return str(now["ts"])
    return None


def _first_field(view: dict[str, Any]) -> str | None:
    """The form's first field that nothing was put into, or its first one."""
    fields = [b["block_id"] for b in view["blocks"] if b["type"] == "input"]
    filled = view["state"]["values"]

    def empty(block_id: str) -> bool:
        return not any((e.get("value") or "").strip() for e in filled.get(block_id, {}).values())

    return next((f for f in fields if empty(f)), fields[0] if fields else None)


def _reference() -> str:
    """A short word that the person is shown and the log holds."""
    return secrets.token_hex(2).upper()
