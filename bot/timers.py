"""The timers: times that runs have set are fired when they come, once each, whatever dies.

A timer is a row that an append sets, and another append takes: whoever fires it appends the fact
in the transaction that deletes the row, so that two who try leave one fact.
"""

from dataclasses import dataclass, field

from bot.desk import Desk
from bot.patrol import Patrol
from bot.ports import Clock, Timers

AT_ONCE = 50
"""How many are fired in one round."""


@dataclass(slots=True)
class Bell:
    """Fires what is due."""

    desk: Desk
    timers: Timers
    clock: Clock
    patrol: Patrol = field(init=False)

    def __post_init__(self) -> None:
        self.patrol = Patrol("timers", self.clock, self._round)

    async def _round(self) -> float:
        ready, pause = await self.timers.due(AT_ONCE)
        for due in ready:
            await self.desk.fire(due)
        return pause
