"""What someone may see of runs where they do not ask in a run's own channel: alone, or at home.

Slack is not asked: a run of a public channel may be seen by every member of the workspace, by
guests where they are in the channel; one of a private channel by those who are known, for less than
an hour, to be in it; one that has no channel yet by who started it. Of what is not known, nothing
is shown.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from bot.app.desk import Desk, no_such_run
from bot.core.run.events import Person
from bot.core.run.model import Run
from bot.ports.log import Log, RunRow, every

LOOKED_AT = 300
"""Through how many open runs one answer looks."""

Inside = Callable[[Person, str], Awaitable[bool]]
"""Whether someone is known to see a channel."""


async def nowhere(by: Person, channel: str) -> bool:
    """Nobody is known to see any channel."""
    return False


@dataclass(frozen=True, slots=True)
class Sight:
    """Finds the runs that someone may see; `inside` says whether they see a channel."""

    desk: Desk
    log: Log
    inside: Inside

    async def runs(
        self, by: Person, team: str | None, most: int, here: str = ""
    ) -> Sequence[RunRow]:
        """The newest open runs of a workspace that someone may see, *most* at most.

        *here* is the channel in which they ask, which they see.
        """
        found: list[RunRow] = []
        places: dict[str, bool] = {here: True}
        looked = 0
        async for row in every(self.log, open_only=True):
            looked += 1
            if looked > LOOKED_AT or len(found) == most:
                break
            if row.team == team and await self.may(by, row, places):
                found.append(row)
        return found

    async def closed(self, by: Person, team: str | None, looked_at: int) -> Sequence[RunRow]:
        """Those of the newest runs that are over, and that someone may see."""
        places: dict[str, bool] = {}
        rows = await self.log.runs(limit=looked_at)
        return [
            row
            for row in rows
            if not row.open and row.team == team and await self.may(by, row, places)
        ]

    async def may(self, by: Person, row: RunRow, places: dict[str, bool]) -> bool:
        """Whether someone may see a run; *places* are channels of which that is known."""
        if not row.channel:
            return row.started_by == by.id and await self.desk.sees(row.run_id, by)
        if row.channel not in places:
            places[row.channel] = await self.inside(by, row.channel)
        if not places[row.channel]:
            return False
        return await self.desk.sees(row.run_id, by)

    async def run(self, by: Person, team: str | None, run_id: str) -> Run:
        """A run, for someone who may see it; raises Refused: to others there is no such run."""
        row = await self.log.row(run_id)
        if row is None or row.team != team or not await self.may(by, row, {}):
            raise no_such_run(run_id)
        return await self.desk.run(run_id)
