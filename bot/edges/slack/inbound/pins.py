"""Shortcuts and reactions that put a message into a timeline: taken in, worked on once, answered.

A shortcut brings the message. A reaction does not, so it is read before it is acknowledged: where
that does not go in time, Slack tells of the reaction again.
"""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from bot.app.admission import OPEN_AGAIN, Place
from bot.app.conversation import Answer
from bot.app.pinning import Pinning
from bot.core.acting.admission import Sighting
from bot.core.acting.intents import Choose
from bot.core.acts.pin import TO_BOT
from bot.core.engine.decide import Refused
from bot.core.run.events import Person
from bot.core.run.pins import CALLBACK, Quote
from bot.edges.slack.inbound.deliveries import Reacted, Sender, Shortcut
from bot.edges.slack.inbound.once import Once
from bot.edges.slack.replies import Replies
from bot.ports.log import Unavailable
from bot.ports.messages import Throttled, Unsure
from bot.wire.seldom import Seldom

Reads = Callable[[str, str], Awaitable[Quote | None]]
"""A message of a channel, None where Slack does not give it; raises Throttled or Unsure."""

PUT_OFF = (
    "I could not look at that message, so your reaction has changed no timeline yet. Slack passes "
    "it on to me again within a few minutes. If you hear nothing by then, use the shortcut *Add to "
    "timeline* on the message."
)
NOT_READ = (
    "I could not read that message, so nothing was added. Use the shortcut *Add to timeline*."
)

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Pins:
    """Takes in what people do with messages; *welcome* says who may act, *sealed* seals a form."""

    pinning: Pinning
    reads: Reads
    once: Once
    replies: Replies
    welcome: Callable[[Sender], Awaitable[Person]]
    sealed: Callable[[Answer, Person, Sighting | None], Answer]
    _seldom: Seldom = field(default_factory=lambda: Seldom(logger))

    async def shortcut(self, asks: Shortcut) -> str:
        """Put the message into a timeline, or ask into which; how it ended."""
        by, quote = asks.sender.by, asks.quote
        self.replies.remember(by, quote.channel, asks.response_url)

        async def work() -> Answer:
            if asks.name != CALLBACK:
                raise Refused("I know no such shortcut. My app needs its new manifest.")
            who = await self.welcome(asks.sender)
            answer = await self.pinning.by_shortcut(
                who, quote, direct=asks.direct, delivery=asks.trigger
            )
            return self._sighted(answer, who, quote.channel)

        outcome, answer = await self.once.answer(asks.trigger, work)
        thread = quote.thread
        if answer.view is not None:
            self.replies.later(self._opened(asks, answer))
        elif answer.text:
            self.replies.later(
                self.replies.tell(by, quote.channel, asks.response_url, answer, thread=thread)
            )
        return outcome

    async def _opened(self, asks: Shortcut, answer: Answer) -> None:
        """Open the form, but not for what somebody said to the bot alone.

        Slack lets the bot read a conversation of two only where it is one of them.
        """
        by, quote = asks.sender.by, asks.quote
        if quote.channel.startswith("D"):
            try:
                own = await self.reads(quote.channel, quote.ts)
            except (Throttled, Unsure) as trouble:
                logger.warning("a conversation could not be looked at: %s", trouble)
            else:
                if own is not None:
                    address = asks.response_url
                    await self.replies.tell(by, quote.channel, address, Answer(TO_BOT))
                    return
        await self.replies.open(by, quote.channel, asks.trigger, answer.view, thread=quote.thread)

    async def reacted(self, event: Reacted) -> str:
        """Put the message into a timeline, or take it out; raises Unavailable."""
        by, channel = event.sender.by, event.channel
        read: list[Quote] = []

        async def work() -> Answer:
            who = await self.welcome(event.sender)
            if not event.added:
                return await self.pinning.taken_back(who, channel, event.ts, delivery=event.id)
            if (known := await self.pinning.known(who, channel, event.ts)) is not None:
                return Answer(known)
            quote = await self._read(channel, event.ts)
            if quote is None:
                return Answer()
            read.append(quote)
            return await self.pinning.by_emoji(who, quote, delivery=event.id)

        outcome, answer = await self.once.answer(event.id, work, again=True)
        if outcome == "unavailable":
            answer = self.once.put_off(event.id, PUT_OFF)
        if answer.text:
            thread = read[0].thread if read else None
            self.replies.later(self.replies.tell(by, channel, None, answer, thread=thread))
        return outcome

    async def _read(self, channel: str, ts: str) -> Quote | None:
        """The message; raises Unavailable where Slack may give it later."""
        try:
            return await self.reads(channel, ts)
        except (Throttled, Unsure) as trouble:
            why = str(trouble) or type(trouble).__name__
            self._seldom.warn("reading", "a message cannot be read for a reaction (%s)", why)
            raise Unavailable(f"Slack does not give a message now ({why})") from trouble

    def choose(self, by: Person, choose: Choose, trigger: str, place: Place) -> Answer:
        """Ask into whose timeline it goes, in a form; raises Refused."""
        if place.channel != choose.channel:
            raise Refused(OPEN_AGAIN)
        self.replies.later(self._asked(by, choose, trigger))
        return Answer()

    async def _asked(self, by: Person, choose: Choose, trigger: str) -> None:
        channel, answer = choose.channel, Answer(NOT_READ)
        try:
            if (quote := await self.reads(channel, choose.ts)) is not None:
                answer = await self.pinning.asked_again(by, quote, delivery=trigger)
        except (Throttled, Unsure, Unavailable) as trouble:
            logger.warning("a message could not be read for a form: %s", trouble)
        except Refused as refused:
            answer = Answer(str(refused))
        if answer.view is None:
            await self.replies.tell(by, channel, None, answer)
        else:
            view = self._sighted(answer, by, channel).view
            await self.replies.open(by, channel, trigger, view)

    def _sighted(self, answer: Answer, by: Person, channel: str) -> Answer:
        """Whoever acts on a message sees its channel."""
        return self.sealed(answer, by, self.pinning.admission.seen(channel))
