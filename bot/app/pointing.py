"""How an answer points at a run: a link to its board, and what keeps Slack from showing it."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from bot.app.desk import Desk
from bot.core.run.model import Run
from bot.core.run.showing import obstacle
from bot.ports.log import Log

_UNTIL_POSTED = (0.1,) * 12
"""The pauses, in seconds, in which the board of a new run is waited for; Slack waits for three."""
_JUST_STARTED = timedelta(seconds=30)
"""How long after its start a run's board may still be on its way."""


@dataclass(frozen=True, slots=True)
class Pointer:
    """Points at runs; `link` makes a message's address, `bot` is the bot's name in Slack."""

    desk: Desk
    log: Log
    link: Callable[[str, str], str]
    bot: str

    async def obstacle(self, run: Run) -> str:
        """What keeps Slack from showing a run and what to do, on a line of its own, if it does."""
        if run.showing.refused is None:
            return ""
        row = await self.log.message(f"{run.id}/board")
        posted = row is not None and row.ts is not None
        return f"\n⚠️ {obstacle(run.id, run.showing.refused.error, self.bot, posted=posted)}"

    async def address(self, run: Run) -> str | None:
        """Where a run's board is; one that is being posted is waited for a moment."""
        for pause in _UNTIL_POSTED:
            row = await self.log.message(f"{run.id}/board")
            if row is not None and row.ts is not None:
                return self.link(row.channel, row.ts)
            if run.showing.refused or self.desk.clock.now() - run.started_at > _JUST_STARTED:
                break
            await asyncio.sleep(pause)
        return None

    async def linked(self, run: Run) -> str:
        """A run's id, as a link to its board.

        Where it is not there in time, the words say so in place of a link that leads nowhere.
        """
        if (address := await self.address(run)) is not None:
            return f"*<{address}|{run.id}>*"
        return f"*{run.id}*" if run.showing.refused else f"*{run.id}* (its board is on its way)"
