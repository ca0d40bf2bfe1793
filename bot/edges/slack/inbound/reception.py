"""Everything that arrives from Slack: read, decided, recorded, and only then acknowledged.

What is returned is the acknowledgement, so the durable append is behind every one. Nothing here
calls Slack before that; what must follow (a form to open, words to the one who clicked) follows in
a task of its own.
"""

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from slack_bolt.async_app import AsyncAck
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.app import watch
from bot.app.admission import Admission, Place
from bot.app.answering import Answering
from bot.app.chosen import Chosen
from bot.app.clicks import Clicks
from bot.app.conversation import Answer, Asked, Conversation
from bot.app.desk import Desk
from bot.app.home import Homes
from bot.app.painter import Painter
from bot.app.pinning import Pinning
from bot.app.taking_back import TakingBack
from bot.core.acting.admission import Sighting
from bot.core.engine.decide import Refused
from bot.core.run.events import Person
from bot.core.text import plain, unmarked
from bot.core.views import forms
from bot.core.views.clicks import (
    Begin,
    Choose,
    Click,
    LookFor,
    attributed,
    clicked,
    submitted,
)
from bot.core.words.spoken import alone, spoken
from bot.edges.slack.connection import Identity
from bot.edges.slack.inbound import deliveries, door
from bot.edges.slack.inbound.channels import happened
from bot.edges.slack.inbound.fields import Malformed
from bot.edges.slack.inbound.once import Once
from bot.edges.slack.inbound.pins import Pins
from bot.edges.slack.quotes import SlackQuotes
from bot.edges.slack.replies import Replies
from bot.ports.log import Unavailable
from bot.wire.seldom import Seldom

EVENTS = door.EVENTS
"""The types of the events that are listened to."""

logger = logging.getLogger(__name__)

EDITED = (
    "You edited a message that names me. I act on new messages only, so nothing was done: write it "
    "as a new message if you mean it."
)
EDITED_ALONE = (
    "You edited a message to me. I act on new messages only, so nothing was done: write it as a "
    "new message if you mean it."
)
Observe = Callable[[str, str, float], None]
"""Told of each delivery: what it was (command, action, view, event), how it ended (done, refused,
unavailable, fault, duplicate), and the seconds from its receipt until its answer was ready.
"""
Ended = tuple[str, BoltResponse]
"""How a delivery ended, and its acknowledgement."""

_NOT_FIT, _NOT_OURS, _AGAIN = 400, 403, 503
"""Statuses of HTTP; in Socket Mode only what is to come again goes unacknowledged."""


def _unobserved(kind: str, outcome: str, seconds: float) -> None:
    """Nobody measures."""


class Reception:
    """Answers what Slack delivers; one method for each kind, and tables of our own behind them."""

    def __init__(  # noqa: PLR0913 - each is a part of it
        self,
        client: AsyncWebClient,
        *,
        desk: Desk,
        conversation: Conversation,
        admission: Admission,
        chosen: Chosen,
        me: Identity,
        emoji: str | None = None,
        observe: Observe = _unobserved,
    ) -> None:
        self._conversation, self._observe = conversation, observe
        self._admission = admission
        self._clicks = Clicks(desk, conversation, admission, chosen, me.team_id)
        self._answering = Answering(conversation, self._clicks)
        self.door = door.Door(me, emoji)
        self._team = me.team_id
        self._seldom = Seldom(logger)
        self._taking_back = TakingBack(desk)
        self._replies = Replies(client)
        self._once = Once()
        pinning = Pinning(conversation, admission, me.team_id, emoji)
        reads = SlackQuotes(client, me).read
        self._pins = Pins(pinning, reads, self._once, self._replies, self._welcome, self._sealed)
        self.painter: Painter | None = None
        self.homes: Homes | None = None

    async def take(self, body: Mapping[str, Any], received: float) -> BoltResponse | None:
        """Answer one delivery, which came in at *received* by `time.perf_counter`.

        None when it is nothing that is listened to.
        """
        kind = door.kind(body)
        if kind is None:
            return None
        outcome = "fault"
        try:
            with watch.span("click", kind=kind) as span:
                outcome, response = await self._taken(body)
                span.note(outcome=outcome)
        finally:
            self._observe(kind, outcome, time.perf_counter() - received)
        return response

    async def _taken(self, body: Mapping[str, Any]) -> Ended:
        try:
            delivery = self.door.read(body)
        except Malformed as malformed:
            self._seldom.warn("malformed", "a delivery was refused: %s", malformed)
            return "refused", BoltResponse(status=_NOT_FIT, body="")
        except door.NotOurs as other:
            self._seldom.warn("foreign", "a delivery was refused: %s", other)
            return "refused", BoltResponse(status=_NOT_OURS, body="")
        except door.NotServed:
            # Were it not acknowledged, Slack would send it again, and at last send nothing at all.
            return "refused", BoltResponse(status=200, body="")
        match delivery:
            case deliveries.Command():
                return await self._command(delivery)
            case deliveries.Action():
                return await self._action(delivery)
            case deliveries.Submission():
                return await self._submission(delivery)
            case deliveries.Shortcut():
                return await self._pins.shortcut(delivery), await _ack()()
            case _:
                return await self._event(delivery)

    async def _event(self, event: deliveries.Delivery | None) -> Ended:
        """Answer an event. One that could not be recorded is not taken: Slack tells it again."""
        outcome = "done"
        try:
            match event:
                case deliveries.Mention():
                    outcome = await self._mention(event)
                case deliveries.Reacted():
                    outcome = await self._pins.reacted(event)
                case deliveries.Joined() | deliveries.Left():
                    await self._moved(event)
                case deliveries.OfChannel() if self.painter is not None:
                    they_act = self._admission.external
                    await happened(event, self.painter, self._team, they_act=they_act)
                case deliveries.Deleted():
                    await self._deleted(event)
                case deliveries.AtHome():
                    self._at_home(event)
        except Unavailable:
            outcome = "unavailable"
        if outcome == "unavailable":
            self._seldom.warn(
                "again",
                "%s could not be recorded; Slack shall tell of it again",
                deliveries.named(event),
            )
            return outcome, BoltResponse(status=_AGAIN, body="")
        return outcome, await _ack()()

    async def drain(self) -> None:
        """Wait for what must follow what was taken in, a few seconds at most."""
        await self._replies.drain()

    async def tell(self, by: Person, team: str | None, channel: str, text: str) -> None:
        """Tell someone something that only they see; what Slack does not take at all is logged.

        It is said in a channel, and where that takes nothing any more, where they are alone.
        """
        if team not in (None, self._team):
            logger.warning("someone in the workspace %s cannot be told something from here", team)
            return
        # On its own: an event that brings news of a channel must be acknowledged in time.
        self._replies.later(self._replies.reach(by, channel, text))

    # What arrives. ------------------------------------------------------------------------------

    async def _command(self, asks: deliveries.Command) -> Ended:
        by = asks.sender.by
        asked = Asked(
            by=by,
            text=asks.text,
            channel=asks.channel,
            team=self._team,
            delivery=asks.trigger,
            can_open=True,
            direct=asks.direct,
        )
        self._replies.remember(by, asked.channel, asks.response_url)

        async def work() -> Answer:
            if asks.name != self._conversation.command:
                raise Refused(f"I answer `{self._conversation.command}`, and no other command.")
            return await self._asked(asked, asks.sender)

        outcome, answer = await self._once.answer(asked.delivery, work)
        ack = _ack()
        if answer.view is not None:
            self._replies.later(self._replies.open(by, asked.channel, asked.delivery, answer.view))
        elif answer.text:
            blocks = list(answer.blocks) or None
            return outcome, await ack(answer.text, blocks, response_type="ephemeral")
        return outcome, await ack()

    async def _action(self, click: deliveries.Action) -> Ended:
        by = click.sender.by
        channel = click.channel or (click.view.about.get("channel") if click.view else None)
        place = Place(click.channel, click.message, click.view.about if click.view else None)
        self._replies.remember(by, channel, click.response_url)

        async def meant() -> Answer:
            return await self._meant(
                clicked(click.payload), click.sender, place, direct=click.direct
            )

        outcome, answer = await self._once.answer(click.trigger, meant)
        in_view = click.view is not None
        # A Home is no form, so what is opened there lies on top of none.
        in_form = click.view is not None and not click.view.home
        if answer.text and answer.view is None and in_view:
            # A form has no address to answer to: the words go on top of it.
            answer = Answer(view=forms.told(answer.text))
        if answer.view is not None and answer.turned and click.view is not None:
            self._replies.later(self._replies.turn(click.view.id, answer.view))
        elif answer.view is not None:
            self._replies.later(
                self._replies.open(
                    by, channel, click.trigger, answer.view, thread=click.thread, pushed=in_form
                )
            )
        elif answer.text:
            self._replies.later(
                self._replies.tell(by, channel, click.response_url, answer, thread=click.thread)
            )
        return outcome, await _ack()()

    async def _submission(self, sent: deliveries.Submission) -> Ended:
        wrong: dict[str, str] = {}
        place = Place(form=sent.view.about)
        elsewhere: list[str] = []

        async def meant() -> Answer:
            click = submitted(sent.payload)
            if isinstance(click.intent, Begin) and click.intent.chosen and click.intent.channel:
                elsewhere.append(click.intent.channel)
            if isinstance(click.intent, Begin):
                wrong.update(await self._conversation.invalid_inputs(click.intent, click.by))
            return Answer() if wrong else await self._meant(click, sent.sender, place)

        by, ack = sent.sender.by, _ack()
        # Each press of the button has a trigger of its own, the form's id stays what it was.
        outcome, answer = await self._once.answer(sent.trigger or sent.view.id, meant)
        field = forms.blamed(sent.payload["view"], answer.field)
        if answer.trouble and field:
            run = sent.view.about.get("run")
            names = await self._conversation.names(run if isinstance(run, str) else "")
            wrong = {field: plain(unmarked(answer.text), {**names, by.id: by.name or by.id})}
        if wrong:
            outcome = "refused" if outcome == "done" else outcome
            return outcome, await ack(response_action="errors", errors=wrong)
        if answer.trouble:
            return outcome, await ack(response_action="update", view=forms.told(answer.text))
        if answer.turned and answer.view is not None:
            return outcome, await ack(response_action="update", view=dict(answer.view))
        if elsewhere and outcome != "duplicate":
            # Whoever chose a channel is not looking at it.
            shown = forms.started(answer.started, elsewhere[0], answer.blocks)
            return outcome, await ack(response_action="update", view=shown)
        if answer.text:
            self._replies.later(self._replies.ended(by, sent.view.about.get("channel"), answer))
        return outcome, await ack(response_action="clear" if sent.view.stacked else None)

    async def _mention(self, asks: deliveries.Mention) -> str:
        by, read = asks.sender.by, alone if asks.alone else spoken
        heard = read(asks.text, self.door.me.user_id)
        asked = Asked(
            by=by,
            text=heard.words,
            channel=asks.channel,
            team=self._team,
            delivery=asks.id,
            can_open=False,
            thread=asks.thread,
            named=True,
            passing=heard.passing,
            direct=asks.direct,
        )
        # Slack tells of the mention again when its message is edited, be it days later.
        acts = partial(self._asked, asked, asks.sender)
        work = partial(_edited, alone=asks.alone) if asks.edited else acts
        outcome, answer = await self._once.answer(asked.delivery, work, again=True)
        if outcome == "unavailable":
            answer = self._once.put_off(asks.id)
        if answer.text and asks.alone:
            self._replies.later(self._replies.say(asks.channel, answer, thread=asks.thread))
        elif answer.text:
            self._replies.later(
                self._replies.tell(by, asked.channel, None, answer, thread=asked.thread)
            )
        return outcome

    async def _moved(self, event: deliveries.Joined | deliveries.Left) -> None:
        joined = isinstance(event, deliveries.Joined)
        await self._admission.moved(event.user, event.channel, joined=joined)
        if joined and event.user == self.door.me.user_id and self.painter is not None:
            await self.painter.joined(self._team, event.channel)

    async def _deleted(self, event: deliveries.Deleted) -> None:
        if self.painter is not None:
            await self.painter.deleted(self._team, event.channel, event.ts)
        if event.talk is not None:
            await self._taking_back.deleted(self._team, event.channel, event.talk)

    def _at_home(self, event: deliveries.AtHome) -> None:
        """Draw the Home of whoever opened it; where they are is learned on the way."""
        if not self._admission.noted(event.user):
            self._replies.later(self._admission.note(event.user))
        if self.homes is not None:
            self.homes.opened(event.user)

    # What is meant. -----------------------------------------------------------------------------

    async def _asked(self, asked: Asked, sender: deliveries.Sender) -> Answer:
        """Answer words; a form carries that they were typed here and now."""
        by = await self._welcome(sender)
        answer = await self._answering.ask(replace(asked, by=by))
        return self._sealed(answer, by, self._admission.seen(asked.channel))

    async def _welcome(self, sender: deliveries.Sender) -> Person:
        """Who it is, if they may act at all; raises Refused."""
        if not self._admission.noted(sender.by.id):
            self._replies.later(self._admission.note(sender.by.id))
        return await self._admission.welcome(sender.by, sender.team, outside=sender.outside)

    def _sealed(self, answer: Answer, by: Person, sighting: Sighting | None) -> Answer:
        if answer.view is None:
            return answer
        return replace(answer, view=self._admission.sealed(answer.view, by, sighting))

    async def _meant(
        self, click: Click, sender: deliveries.Sender, place: Place, *, direct: bool = False
    ) -> Answer:
        """Carry out a click, if it may be; the answer is for the one who clicked."""
        by = await self._welcome(sender)
        click = attributed(click, by)
        if isinstance(click.intent, LookFor):
            if self.homes is not None:
                self.homes.look_for(by.id, click.intent.words)
            return Answer()
        if isinstance(click.intent, Choose):
            return self._pins.choose(by, click.intent, click.delivery, place)
        sighting = await self._admission.admit(click, place)
        answer = await self._clicks.carry_out(click, direct=direct)
        return self._sealed(answer, by, sighting)


def _ack() -> AsyncAck:
    return AsyncAck()  # type: ignore[no-untyped-call]


async def _edited(*, alone: bool) -> Answer:
    """Nothing is done for a message that was changed."""
    raise Refused(EDITED_ALONE if alone else EDITED)
