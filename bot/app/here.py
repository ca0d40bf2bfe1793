"""Where are we: the open runs of a channel, how one of them stands, and what can be started there.

Everything is drawn of runs as they are now; nothing is recorded.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.app.catalog import Catalog
from bot.app.choosing import OTHERS, Place
from bot.app.desk import ChangedRun, Desk, UnreadableRun
from bot.app.pointing import Pointer
from bot.core.acting import catchup
from bot.core.blockkit.blocks import section
from bot.core.procedure import Procedure
from bot.core.run.model import Run
from bot.core.text import brief
from bot.core.views.answers import Answer, overview, said
from bot.core.views.board import at_a_glance
from bot.ports.log import RunRow

ELSEWHERE = (
    "If I have not met you before, ask again in a few seconds. Runs of a private channel are shown "
    "only there, until I know that you are in it."
)
FITTING = 5
"""How many procedures are offered to someone who named none."""


@dataclass(slots=True)
class Here:
    """Tells how runs stand; `command` is the slash command."""

    desk: Desk
    pointer: Pointer
    command: str

    async def status(self, place: Place) -> Answer:
        """How the only open run of a channel stands, or all of them, a line each."""
        rows = await place.runs(open_only=True)
        if len(rows) == 1:
            return await self.of(await self.desk.run(rows[0].run_id))
        if rows:
            return said("\n".join(["*Open runs here*", *await self._lines(place, rows)]))
        return said(f"No run is open here. `{self.command} list` shows what can be started.")

    async def of(self, run: Run) -> Answer:
        """How a run stands: its board, and the catch-up."""
        head = at_a_glance(run, await self.pointer.linked(run))
        head += await self.pointer.obstacle(run)
        return Answer(head, [section(head), *catchup.blocks(run)])

    async def everywhere(self, rows: Sequence[RunRow]) -> Answer:
        """How the only run that someone may see stands, or all of them, each with its channel."""
        if len(rows) == 1:
            return await self.of(await self.desk.run(rows[0].run_id))
        if rows:
            return said("\n".join(["*Open runs that you can see*", *await self._placed(rows)]))
        return said(f"I know of no open run that you can see. {ELSEWHERE}")

    async def overview_of(self, rows: Sequence[RunRow], shown: Catalog) -> Answer:
        """The same for someone who asks in no channel."""
        procedures = sorted(
            (one.procedure for one in shown.shown), key=lambda p: p.title.casefold()
        )
        return overview(
            self.command,
            await self._placed(rows),
            [(one, shown.mark(one)) for one in procedures[:FITTING]],
            len(procedures) - FITTING,
            where="that you can see",
        )

    async def _placed(self, rows: Sequence[RunRow]) -> Sequence[str]:
        lines = await asyncio.gather(*map(self.line, rows))
        return [
            f"{line} · <#{row.channel}>" if row.channel else f"{line} · it has no channel yet"
            for line, row in zip(lines, rows, strict=True)
        ]

    async def overview(self, place: Place, shown: Catalog) -> Answer:
        """What is open in a channel, what can be started there, and how to find out more."""
        rows = await place.runs(open_only=True)
        lines = await self._lines(place, rows)
        used = [row.procedure_id for row in await place.runs(limit=OTHERS)]
        fitting = fit([loaded.procedure for loaded in shown.shown], used, place.channel)
        left = len(fitting) - FITTING
        return overview(self.command, lines, [(p, shown.mark(p)) for p in fitting[:FITTING]], left)

    async def _lines(self, place: Place, rows: Sequence[RunRow]) -> Sequence[str]:
        # Together: several boards that are on their way are waited for no longer than one.
        lines = await asyncio.gather(*map(self.line, rows))
        more = await place.more(len(rows), f"{self.command} status", open_only=True)
        return [*lines, *filter(None, [more])]

    async def line(self, row: RunRow) -> str:
        """A run in one line, with what is in the way of showing it."""
        try:
            run = await self.desk.run(row.run_id)
        except UnreadableRun:
            return (
                f"⚠️ {row.run_id} · {brief(row.title, 80)}: this version of the bot cannot read it"
            )
        except ChangedRun as changed:
            return f"⚠️ {changed}"
        where, in_the_way = await self.pointer.linked(run), await self.pointer.obstacle(run)
        return f"{at_a_glance(run, where)}{in_the_way}"


def fit(procedures: Sequence[Procedure], used: Sequence[str], channel: str) -> Sequence[Procedure]:
    """The procedures, those that fit a channel first: used there most, or its owner's own.

    *used* are the ids of those that were started there.
    """
    often: Mapping[str, int] = {name: used.count(name) for name in set(used)}

    def order(one: Procedure) -> tuple[int, bool, str]:
        own = one.owner is not None and one.owner.place == channel
        return -often.get(one.id, 0), not own, one.title.casefold()

    return sorted(procedures, key=order)
