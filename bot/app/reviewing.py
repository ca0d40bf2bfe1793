"""What is still to be done after runs that are over or go on: the open action items of all of them.

Only those of runs that the one who asks may see; of the others, not even how many there are.
"""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import date

from bot.app.desk import ChangedRun, Desk, UnreadableRun
from bot.app.pointing import Pointer
from bot.app.sight import Sight
from bot.core.acting.item_forms import words
from bot.core.acting.naming import by_name
from bot.core.blockkit.blocks import context, sections
from bot.core.procedure import Procedure
from bot.core.run.events import Person
from bot.core.run.items import ActionItem
from bot.core.run.model import Run
from bot.core.text import counted, cut
from bot.core.views.answers import Answer, said
from bot.ports.log import Log, RunRow

LISTED = 20
"""How many items one answer lists, the most urgent of them."""
LOOKED_AT = 2_000
"""Through how many runs one answer looks, the newest of them."""
READ = 100
"""How many runs with action items it reads."""
_TEXT = 3_000

Found = tuple[Run, ActionItem]


@dataclass(frozen=True, slots=True)
class Reviewing:
    """Finds the open items; `command` is the slash command."""

    desk: Desk
    log: Log
    sight: Sight
    pointer: Pointer
    command: str

    async def answer(
        self,
        by: Person,
        team: str | None,
        channel: str,
        today: date,
        procedure: Procedure | None = None,
    ) -> Answer:
        """The open items, late ones first; of the runs of one procedure where that is named."""
        found: list[Found] = []
        read = 0
        async for row in self._rows(by, team, channel, procedure):
            if read == READ:
                break
            read += 1
            found += await self._of(row)
        of = f" of runs of `{procedure.id}`" if procedure else ""
        if not found:
            return said(f"I know of no open action item{of} in a run that you can see.")
        found.sort(key=lambda one: (one[1].due or date.max, one[1].number))
        late = sum(item.is_late(today) for _, item in found)
        head = f"*{counted(len(found), 'open action item')}{of}*"
        head += f", {late} past {'its' if late == 1 else 'their'} day" if late else ""
        lines = [await self._line(run, item, today) for run, item in found[:LISTED]]
        blocks = sections([head, *lines])
        if left := max(0, len(found) - LISTED):
            more = f"… {left} more. `{self.command} review PROCEDURE` lists those of one procedure."
            blocks.append(context(more))
        if read == READ:
            blocks.append(context(f"Of the newest {READ} runs that have action items."))
        return Answer(cut("\n".join([head, *lines]), _TEXT), blocks)

    async def _rows(
        self, by: Person, team: str | None, channel: str, procedure: Procedure | None
    ) -> AsyncIterator[RunRow]:
        """The runs that someone may see and that have action items, the newest first."""
        places = {channel: True} if channel else {}
        before, looked = None, 0
        named = procedure.id if procedure else None
        while looked < LOOKED_AT:
            rows = await self.log.runs(procedure=named, before=before)
            if not rows:
                return
            looked, before = looked + len(rows), rows[-1].place
            having = await self.log.having([row.run_id for row in rows], "action_item_added")
            for row in rows:
                if row.run_id not in having or row.team != team:
                    continue
                if await self.sight.may(by, row, places):
                    yield row

    async def _of(self, row: RunRow) -> Sequence[Found]:
        try:
            run = await self.desk.run(row.run_id)
        except (UnreadableRun, ChangedRun):
            # What cannot be read says nothing; an audit tells of it.
            return ()
        return [(run, item) for item in run.items.values() if item.is_open]

    async def _line(self, run: Run, item: ActionItem, today: date) -> str:
        late = "⚠️ " if item.is_late(today) else ""
        due = f"due {item.due.isoformat()}" if item.due else "no date yet"
        owner = by_name(run, item.owner) if item.owner else "nobody has it yet"
        where = await self.pointer.linked(run)
        return f"• {late}{words(run, item.text)}\n{due} · {owner} · {where}"
