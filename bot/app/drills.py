"""Drills: reminding that the next one is due, once, by whatever replica is there at its time.

The timer is the last drill's, so it survives any death. Whether there was a later drill, or the
procedure is gone, is known here alone: then the timer is taken and nothing is said.
"""

from dataclasses import dataclass

from bot.app.desk import ChangedRun, Desk, UnreadableRun
from bot.core.engine import commands as c
from bot.core.run.model import Run
from bot.ports.log import Log
from bot.ports.work import Due
from bot.ports.world import Library

LOOKED_AT = 10
"""How many later drills are looked at: all but one would have been started by mistake."""


@dataclass(frozen=True, slots=True)
class Drills:
    """Reminds of drills; *library* has the procedures as they are now."""

    desk: Desk
    log: Log
    library: Library

    async def remind(self, due: Due) -> None:
        """Fire the timer of a drill."""
        run = await self.desk.run(due.run_id)
        wanted = self._is_served(run) and not await self._later(run)
        command = c.RemindOfDrill(wanted)
        await self.desk.act(run.id, command, delivery=None, fires=due)

    def _is_served(self, run: Run) -> bool:
        loaded = self.library.get(run.procedure.id)
        return loaded is not None and loaded.procedure.drill_every is not None

    async def _later(self, run: Run) -> bool:
        """Whether the procedure was drilled since in this workspace, or is being drilled now."""
        team = await self.log.team(run.id)
        rows = await self.log.runs(procedure=run.procedure.id, drill=True, limit=LOOKED_AT)
        for row in rows:
            if row.run_id == run.id:
                return False
            if row.team == team and not await self._mistaken(row.run_id):
                return True
        return len(rows) == LOOKED_AT

    async def _mistaken(self, run_id: str) -> bool:
        try:
            later = await self.desk.run(run_id)
        except (UnreadableRun, ChangedRun):
            return False
        return later.closed is not None and later.closed.mistake is not None
