"""The announcer: the messages of alerts are brought to what is known, and kept there.

As the painter does for runs: whatever lies between what a message shows and what is known is shown
at once, the latest only; a message is claimed before it is shown; and a post whose end nobody saw
is looked up before it is repeated.
"""

import asyncio
import contextlib
import hashlib
import json
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial

from bot.app import hindrances
from bot.app.faults import Faults
from bot.app.poller import Poller
from bot.core.alerts import crowd, message
from bot.core.alerts.crowd import Crowd
from bot.core.blockkit.picture import Picture
from bot.core.run.sendings import ALERT, ALERT_UPDATE, in_time
from bot.ports.alerts import Episodes, Shown
from bot.ports.log import Unavailable
from bot.ports.messages import Gone, Mark, Messages, NeedsPerson, Rejected, Throttled, Unsure
from bot.ports.world import Clock

HANDS = 8
"""How many messages one announcer shows at a time."""
LONGEST_PAUSE = 8.0
"""Seconds between two attempts when Slack stays out of reach."""
CLOCKS_APART = timedelta(minutes=5)
"""How far Slack's clock and ours may differ when a post is looked for."""
OBSERVED_S = 15.0
"""Seconds between two looks at how much waits."""
FAREWELL = 1.5
"""Seconds that a stop waits for calls in flight; what they did is looked up by the next one."""

logger = logging.getLogger(__name__)


class TooOld(Exception):
    """A call would end after the claim's lease."""


def _unobserved(_waiting: int, _oldest: float) -> None:
    """Nobody wants to know."""


Draw = Callable[[Shown], Awaitable[Picture]]
"""Makes the message that a claim is to show."""


async def plainly(claim: Shown) -> Picture:
    """The message of an episode, or of many, without what this process knows beside it."""
    shows = claim.shows
    return crowd.draw(shows) if isinstance(shows, Crowd) else message.draw(shows)


@dataclass(slots=True)
class Announcer:
    """Shows what is known of alerts; `draw` makes the messages."""

    episodes: Episodes
    messages: Messages
    clock: Clock
    draw: Draw = plainly
    observe: Callable[[int, float], None] = _unobserved
    _observed: float | None = None
    poller: Poller = field(init=False)
    _in_flight: dict[asyncio.Task[None], Shown] = field(default_factory=dict)
    _faults: Faults = field(default_factory=Faults)

    def __post_init__(self) -> None:
        self.poller = Poller("announcer", self.clock, self._round)

    async def close(self) -> None:
        """Let the calls in flight end; the claims of those that take too long are handed back."""
        if not self._in_flight:
            return
        _, late = await asyncio.wait(self._in_flight, timeout=FAREWELL)
        claims = [self._in_flight[task] for task in late]
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)
        with contextlib.suppress(Unavailable):
            for claim in claims:
                await self.episodes.again(claim, 0.0, unsure=claim.message.ts is None)

    async def _round(self) -> float:
        """Begin whatever is due; seconds until something else will be."""
        hands = HANDS - len(self._in_flight)
        if hands <= 0:
            return LONGEST_PAUSE
        begun = self.clock.monotonic()
        if self._observed is None or begun - self._observed >= OBSERVED_S:
            self._observed = begun
            waits = await self.episodes.waiting()
            self.observe(waits.waiting, waits.oldest)
        claims, pause = await self.episodes.claim(hands)
        for claim in claims:
            name = f"announce {claim.message.run_id}"
            task = asyncio.get_running_loop().create_task(self._announce(claim, begun), name=name)
            self._in_flight[task] = claim
            task.add_done_callback(self._landed)
        return min(pause, OBSERVED_S)

    def _landed(self, task: asyncio.Task[None]) -> None:
        claim = self._in_flight.pop(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            logger.error("announcing %s ended with a fault", claim.message.run_id, exc_info=error)
        self.poller.wake()

    async def _announce(self, claim: Shown, begun: float) -> None:
        """Bring one message to what is known, or say when to try again."""
        try:
            await self._try(claim, begun)
        except Unavailable as trouble:
            # What was done is looked up by whoever claims it next, once its lease has ended.
            logger.warning("%s: the log cannot be used (%s)", claim.message.run_id, trouble)

    async def _try(self, claim: Shown, begun: float) -> None:
        row, name = claim.message, claim.message.run_id
        try:
            await self._show(claim, begun)
            self._faults.over(name)
        except Throttled as throttled:
            await self.episodes.hold(claim, throttled.seconds)
        except TooOld:
            await self.episodes.again(claim, 0.0, unsure=row.unsure)
        except Unsure as trouble:
            pause = _pause(claim)
            logger.warning("%s is not shown yet (%s); again in %.0f s", name, trouble, pause)
            await self.episodes.again(claim, pause, unsure=row.unsure or row.ts is None)
        except NeedsPerson as trouble:
            if not claim.failures:
                words = "the alert %s cannot be shown in %s until someone acts: %s"
                logger.error(words, name, row.channel, trouble)  # noqa: TRY400 - Slack's answer
            pause = hindrances.pause(trouble, claim.failures)
            await self.episodes.again(claim, pause, unsure=row.unsure)
        except Gone:
            await self.episodes.lost(claim)
        except Rejected as never:
            words = "the alert %s cannot be shown; it is tried again at its next change: %s"
            logger.error(words, name, never)  # noqa: TRY400 - it is Slack's answer
            await self.episodes.give_up(claim)
        except Unavailable:
            raise
        except Exception:  # noqa: BLE001 - it is said, once
            words = "%s cannot be shown; it is tried again, ever more seldom"
            pause = self._faults.met(name, partial(logger.exception, words, name))
            await self.episodes.again(claim, pause, unsure=row.ts is None)

    async def _show(self, claim: Shown, begun: float) -> None:
        """Post once: what may have been posted before is looked for first."""
        row = claim.message
        if row.ts is None and row.unsure:
            since = claim.since - CLOCKS_APART
            if (found := await self.messages.find(row, None, since)) is not None:
                ts, _ = found
                await self.episodes.shown(claim, ts, whole=False)
                return
        picture = await self.draw(claim)
        mark = Mark(row.wanted, _head(picture))
        sending = ALERT if row.ts is None else ALERT_UPDATE
        if not in_time(sending, self.clock.monotonic() - begun):
            raise TooOld
        if row.ts is not None:
            await self.messages.update(row, picture, mark)
            await self.episodes.shown(claim, row.ts)
            return
        ts = await self.messages.post(row, None, picture, mark)
        # Slack may have recognized it as one that it had: that one shows what was known then.
        await self.episodes.shown(claim, ts, whole=not row.unsure)


def _head(picture: Picture) -> str:
    """What stands for what a message shows, as the log hash does in a run's."""
    said = json.dumps([picture.text, list(picture.blocks)], sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()


def _pause(claim: Shown) -> float:
    """Seconds before another attempt, the more the more have failed."""
    return min(LONGEST_PAUSE, 2.0 ** min(claim.failures, 10))
