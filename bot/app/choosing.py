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
"""How many runs of private procedures are looked through for those that someone sees."""


@dataclass(frozen=True, slots=True)
class Place:
    """A channel of a workspace, with the runs that are there; `sees` says which are to be shown.

    It is asked of the newest `OTHERS` that not everyone may know of, so no answer and no count is
    of more than the one who asks may see, however many there are.
    """

    log: Log
    team: str | None
    channel: str
    sees: Callable[[RunRow], Awaitable[bool]]

    async def runs(self, *, open_only: bool = False, limit: int = LISTED) -> Sequence[RunRow]:
        """The newest runs here."""
        asked = partial(self.log.runs, team=self.team, channel=self.channel, open_only=open_only)
        rows = await asked(private=False, limit=limit)
        _, seen = await self._private(open_only=open_only)
        return sorted([*rows, *seen], key=lambda row: row.place, reverse=True)[:limit]

    async def _private(self, *, open_only: bool) -> tuple[int, Sequence[RunRow]]:
        """How many were looked through that not everyone may know of, and those to be shown."""
        rows = await self.log.runs(
            team=self.team,
            channel=self.channel,
            open_only=open_only,
            private=True,
            limit=OTHERS,
        )
        return len(rows), [row for row in rows if await self.sees(row)]

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
        everyones = await self.log.count(
            team=self.team, channel=self.channel, open_only=open_only, private=False
        )
        looked, seen = await self._private(open_only=open_only)
        left = everyones + len(seen) - listed
        # Who sees none of these is not told that there may be others.
        least = "at least " if looked == OTHERS and seen else ""
        return f"… {least}{left} more: `{command} RUN-ID` takes any of them." if left > 0 else ""


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
