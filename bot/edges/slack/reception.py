"""Everything that arrives from Slack: read, decided, recorded, and only then acknowledged.

Bolt is asked to acknowledge when a listener returns, so the durable append is behind every
acknowledgement. Nothing here calls Slack before that; what must follow (a form to open, words to
the one who clicked) follows in a task of its own.
"""

import asyncio
import logging
import re
import secrets
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.conversation import Answer, Asked, Conversation
from bot.core import forms, walkthrough
from bot.core.clicks import Act, Begin, Click, Form, Show, clicked, submitted
from bot.core.decide import Refused
from bot.core.events import Person
from bot.core.run import Run
from bot.core.text import plain
from bot.desk import Desk
from bot.edges.slack.calls import call
from bot.painter import Painter
from bot.ports import NotInChannel, Rejected, Throttled, Unavailable, Unsure

REMEMBERED = 1_000
"""How many runs' answers-to addresses are kept, for those that the bot cannot post yet."""
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
        self._addresses: OrderedDict[str, str] = OrderedDict()
        self._tasks: set[asyncio.Task[None]] = set()
        self._busy = 0
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
        await self._tell(run.started_by, run.channel, self._addresses.get(run.id), Answer(text))

    # What arrives. ------------------------------------------------------------------------------

    async def _command(self, body: dict[str, Any], ack: AsyncAck) -> None:
        person = Person(id=body["user_id"], name=body.get("user_name"))
        asked = Asked(
            by=person,
            text=body.get("text", ""),
            channel=body["channel_id"],
            team=body.get("team_id"),
            delivery=body["trigger_id"],
            can_open=True,
        )
        answer = await self._answered(lambda: self._conversation.ask(asked))
        self._follow(answer, body["trigger_id"], body.get("response_url"))
        if answer.text and answer.view is None:
            await ack(
                text=answer.text, blocks=list(answer.blocks) or None, response_type="ephemeral"
            )
        else:
            await ack()

    async def _action(self, body: dict[str, Any], ack: AsyncAck) -> None:
        click = clicked(body)
        answer = await self._answered(lambda: self._meant(click))
        self._follow(answer, click.trigger, click.response_url, pushed=click.view is not None)
        if answer.text and answer.view is None:
            self._later(self._tell(click.by, click.channel, click.response_url, answer))
        await ack()

    async def _submission(self, body: dict[str, Any], ack: AsyncAck) -> None:
        click = submitted(body)
        refusal: list[str] = []

        async def meant() -> Answer:
            try:
                return await self._meant(click)
            except Refused as refused:
                refusal.append(str(refused))
                return Answer()

        answer = await self._answered(meant)
        field = _first_field(body["view"])
        if refusal and field:
            names = {click.by.id: click.by.name or click.by.id}
            await ack(response_action="errors", errors={field: plain(refusal[0], names)})
            return
        if refusal:
            answer = Answer(refusal[0])
        if answer.text:
            self._later(self._tell(click.by, click.channel, None, answer))
        if click.stacked:
            await ack(response_action="clear")
        else:
            await ack()

    async def _mention(self, body: dict[str, Any], ack: AsyncAck) -> None:
        event = body["event"]
        person = Person(id=event["user"])
        asked = Asked(
            by=person,
            text=_MENTION.sub("", event.get("text", "")),
            channel=event["channel"],
            team=body.get("team_id"),
            delivery=body["event_id"],
            can_open=False,
        )
        answer = await self._answered(lambda: self._conversation.ask(asked))
        if answer.text:
            thread = event.get("thread_ts")
            self._later(self._tell(person, event["channel"], None, answer, thread=thread))
        await ack()

    async def _joined(self, body: dict[str, Any], ack: AsyncAck) -> None:
        event = body["event"]
        if event.get("user") == self._bot_user and self.painter is not None:
            self.painter.joined(event["channel"])
        await ack()

    async def _message(self, body: dict[str, Any], ack: AsyncAck) -> None:
        event = body["event"]
        if event.get("subtype") == "message_deleted" and self.painter is not None:
            await self.painter.deleted(event["channel"], event["deleted_ts"])
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
                run = (await self._desk.history(run_id)).run
                page = walkthrough.draw(run, walkthrough.page_of(run, step) if step else first)
                if turned and click.view is not None:
                    self._later(self._turn(click.view, page))
                    return Answer()
                return Answer("Show", view=page)
            case Form(run_id, name, step):
                run = (await self._desk.history(run_id)).run
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
                answer = await self._conversation.begin(asked, begin)
                if answer.started is not None and click.response_url:
                    self._remember(answer.started.id, click.response_url)
                return answer

    async def _answered(self, work: Callable[[], Awaitable[Answer]]) -> Answer:
        """Do *work*; a refusal becomes its words, a fault a reference that is also logged."""
        self._busy += 1
        self._idle.clear()
        try:
            return await work()
        except Refused as refused:
            return Answer(str(refused))
        except Unavailable:
            reference = _reference()
            logger.exception("not recorded, reference %s", reference)
            return Answer(
                "I could not record that (the database is not answering). Nothing has changed. "
                f"Try again in a moment. Reference {reference}."
            )
        finally:
            self._busy -= 1
            if not self._busy:
                self._idle.set()

    # What follows. ------------------------------------------------------------------------------

    def _follow(
        self, answer: Answer, trigger: str, response_url: str | None, *, pushed: bool = False
    ) -> None:
        """Open the form that an answer asks for, and remember where its run can be spoken of."""
        if answer.started is not None and response_url:
            self._remember(answer.started.id, response_url)
        if answer.view is not None:
            method = self._client.views_push if pushed else self._client.views_open
            self._later(self._open(method, trigger, answer.view))

    def _remember(self, run_id: str, response_url: str) -> None:
        self._addresses[run_id] = response_url
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

    async def _open(self, method: Any, trigger: str, view: Any) -> None:
        await call(method, trigger_id=trigger, view=view)

    async def _turn(self, view_id: str, view: Any) -> None:
        await call(self._client.views_update, view_id=view_id, view=view)

    async def _tell(
        self,
        person: Person,
        channel: str | None,
        response_url: str | None,
        answer: Answer,
        *,
        thread: str | None = None,
    ) -> None:
        """Say something that only *person* sees: through the click's own address, if it has one."""
        blocks = list(answer.blocks) or None
        if response_url is not None:
            hook = AsyncWebhookClient(response_url, retry_handlers=[], session=self._client.session)
            sent = await hook.send(
                text=answer.text,
                blocks=blocks,
                response_type="ephemeral",
                replace_original=False,
            )
            if sent.status_code == 200:  # noqa: PLR2004 - HTTP
                return
        if channel is not None:
            await call(
                self._client.chat_postEphemeral,
                channel=channel,
                user=person.id,
                text=answer.text,
                blocks=blocks,
                thread_ts=thread,
            )


def _first_field(view: dict[str, Any]) -> str | None:
    """The form's first field that nothing was put into, or its first one."""
    fields = [b["block_id"] for b in view["blocks"] if b["type"] == "input"]
    filled = view["state"]["values"]

    def empty(block_id: str) -> bool:
        return not any(e.get("value") for e in filled.get(block_id, {}).values())

    return next((f for f in fields if empty(f)), fields[0] if fields else None)


def _reference() -> str:
    """A short word that the person is shown and the log holds."""
    return secrets.token_hex(2).upper()
