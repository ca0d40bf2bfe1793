"""The timers: times that runs have set are fired when they come, once each, whatever dies.

A timer is a row that an append sets, and another append takes: whoever fires it appends the fact
in the transaction that deletes the row, so that two who try leave one fact.
"""

import contextlib
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from bot.core import commands as c
from bot.core.decide import Refused
from bot.desk import REPLACES, Desk
from bot.patrol import Patrol
from bot.ports.log import Unavailable
from bot.ports.work import Due, Timers
from bot.ports.world import Clock

LOOK_AGAIN = 0.3
"""Seconds until the board of a run is looked for again that was started in place of another."""
FOR_ITS_BOARD = timedelta(seconds=20)
"""How long that board is waited for."""
AT_ONCE = 50
"""How many are fired in one round."""

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Bell:
    """Fires what is due."""

    desk: Desk
    timers: Timers
    clock: Clock
    link: Callable[[str, str], str] | None = None
    patrol: Patrol = field(init=False)
    _failed: set[Due] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.patrol = Patrol("timers", self.clock, self._round)

    async def _round(self) -> float:
        ready, pause = await self.timers.due(AT_ONCE)
        for due in ready:
            try:
                if due.name.startswith(REPLACES) and not await self._replaced(due):
                    pause = min(pause, LOOK_AGAIN)
                    continue
                await self.desk.fire(due)
            except Unavailable:
                raise
            except Exception:
                # A run that cannot be read or acted on must not stop the timers of all others.
                if due not in self._failed:
                    self._failed.add(due)
                    words = "%s of %s cannot be fired; it is tried again"
                    logger.exception(words, due.name, due.run_id, extra={"run": due.run_id})
        return pause

    async def _replaced(self, due: Due) -> bool:
        """Close the run that this one was started in place of, and say where this one is.

        Its board is waited for a moment, so that the other can link to it; then it is closed
        without. Whether it is closed by now.
        """
        run = await self.desk.run(due.run_id)
        row = await self.desk.log.message(f"{run.id}/board")
        at = self.link(row.channel, row.ts) if self.link and row and row.ts else None
        if at is None and self.clock.now() - due.at < FOR_ITS_BOARD:
            return False
        reason = f"other values were meant; started again as {run.id}"
        command = c.Mistake(run.started_by, reason, again=run.id, again_at=at)
        # Someone may have closed it meanwhile; then it keeps their words.
        with contextlib.suppress(Refused):
            await self.desk.act(due.name.removeprefix(REPLACES), command, delivery=None)
        return (await self.desk.run(due.name.removeprefix(REPLACES))).closed is not None
