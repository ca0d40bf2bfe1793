"""The intake of alerts: what doors hear is durable before they answer.

One batch at a time goes to the log, so a click waits for one of them at the most; whatever comes
meanwhile, and in the moment after it, is the next. What is too much is refused, and its sender says
it again.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from bot.core.alerts.episodes import Opening
from bot.core.alerts.model import Episode, Notification
from bot.ports.alerts import Episodes, Heard
from bot.ports.log import Unavailable

BATCH = 32
"""The most notifications that are put together in one transaction."""
APART_S = 0.05
"""Seconds between two batches, but for the first: clicks share the disk with what alerts write."""
WAITING = 500
"""The most that wait for it."""


class Busy(Exception):
    """So much waits that nothing more is taken; it is to be said again in a while."""


Route = Callable[[Notification], str | None]
"""Where an episode that begins with a notification is to stand; None for nowhere."""


@dataclass(slots=True)
class Intake:
    """Takes what doors hear; `woken` are called when there is something to tell."""

    episodes: Episodes
    team: str | None
    route: Route
    woken: Sequence[Callable[[], None]]
    trouble: str = field(default="", init=False)
    """Why what came last could not be kept; empty where it was."""
    _waiting: list[tuple[Heard, asyncio.Future[Sequence[Episode]]]] = field(default_factory=list)
    _working: asyncio.Task[None] | None = None
    _begun: float = -APART_S

    async def take(self, said: Notification) -> Sequence[Episode]:
        """Keep what was said, durably; the episodes that are new or otherwise by it.

        Raises Unavailable, or Busy.
        """
        channel = self.route(said)
        if channel is None:
            if any(one.firing or one.starts_at is not None for one in said.alerts):
                return ()
            # Such an end says nothing to go by, and begins no episode.
            channel = ""
        if len(self._waiting) >= WAITING:
            raise Busy
        done: asyncio.Future[Sequence[Episode]] = asyncio.get_running_loop().create_future()
        self._waiting.append((Heard(said, Opening(self.team, channel)), done))
        if self._working is None or self._working.done():
            self._working = asyncio.create_task(self._work(), name="alerts")
        return await done

    async def _work(self) -> None:
        loop = asyncio.get_running_loop()
        while self._waiting:
            # What comes alone waits for nothing; of many, each commit has several.
            await asyncio.sleep(self._begun + APART_S - loop.time())
            self._begun = loop.time()
            batch, self._waiting = self._waiting[:BATCH], self._waiting[BATCH:]
            try:
                made = await self.episodes.take([heard for heard, _ in batch])
            except Exception as fault:  # noqa: BLE001 - it is raised again, to those who asked
                self.trouble = (
                    str(fault) if isinstance(fault, Unavailable) else "a fault, see the log"
                )
                for _, done in batch:
                    if not done.done():
                        done.set_exception(fault)
                continue
            self.trouble = ""
            for (_, done), episodes in zip(batch, made, strict=True):
                if not done.done():
                    done.set_result(episodes)
            if any(made):
                for wake in self.woken:
                    wake()
