"""Which run is meant where nobody names one, and what there is to choose from otherwise."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial

from bot.core.blockkit.blocks import Block, button, context, section
from bot.core.text import clock, escape
from bot.core.views.answers import Answer, said
from bot.ports.log import Log, RunRow

LISTED = 20
"""How many procedures or runs one answer lists."""
OTHERS = 100
"""How many runs are looked through where some are not to be shown."""


@dataclass(frozen=True, slots=True)
class Place:
    """A channel of a workspace, with the runs that are there; `sees` says which are to be shown."""

    log: Log
    team: str | None
    channel: str
    sees: Callable[[RunRow], Awaitable[bool]]

    async def runs(self, *, open_only: bool = False, limit: int = LISTED) -> Sequence[RunRow]:
        """The newest runs here."""
        asked = partial(self.log.runs, team=self.team, channel=self.channel, open_only=open_only)
        rows = await asked(limit=limit)
        shown = [row for row in rows if await self.sees(row)]
        if len(shown) < len(rows) == limit:
            # In the place of those that are not shown there may be older ones.
            rows = await asked(limit=OTHERS)
            shown = [row for row in rows if await self.sees(row)][:limit]
        return shown

    async def to_export(self) -> tuple[str | None, Sequence[RunRow]]:
        """The run that is to be exported, or the newest: the only one, open at best."""
        if chosen := only(await self.runs(open_only=True, limit=2)):
            return chosen, ()
        rows = await self.runs()
        return only(rows), rows

    async def to_close(self) -> tuple[str | None, Sequence[RunRow]]:
        """The run that is to be closed, or the newest that are open."""
        rows = await self.runs(open_only=True)
        return only(rows), rows

    async def more(self, listed: int, command: str, *, open_only: bool = False) -> str:
        """How many more runs there are than are listed, and how they are reached, if any."""
        if listed < LISTED:
            return ""
        every = await self.log.count(team=self.team, channel=self.channel, open_only=open_only)
        left = every - listed
        return f"… {left} more: `{command} RUN-ID` takes any of them." if left > 0 else ""


def only(rows: Sequence[RunRow]) -> str | None:
    """The one run that can be meant, if there is no other."""
    return rows[0].run_id if len(rows) == 1 else None


def which(rows: Sequence[RunRow], action: str, label: str, more: str) -> Answer:
    """Ask which of these runs is meant; *more* is said below them."""
    blocks: list[Block] = [section("Which run?")]
    for row in rows:
        text = f"*{row.run_id}* · {escape(row.title)} · started {clock(row.at)}"
        pick = button(label, action, row.run_id, says=f"{label} {row.run_id}")
        blocks.append(section(text, block_id=f"which:{row.run_id}", accessory=pick))
    return Answer("Which run?", [*blocks, *([context(more)] if more else [])])


def none(channel: str, verb: str) -> Answer:
    """Say that there is no run to be meant."""
    there_is = "No run is open in" if verb == "close" else "There is no run in"
    return said(f"{there_is} <#{channel}>. Ask in the run's own channel.")
