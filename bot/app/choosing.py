"""Which run is meant where nobody names one, and what there is to choose from otherwise."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from bot.core.acting.inwords import Runs
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

    async def of_any(self) -> Sequence[RunRow]:
        """The runs that can be meant where it matters not whether they are open: the open one."""
        here = await self.runs(open_only=True, limit=2)
        return here if len(here) == 1 else await self.runs()

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


def which(
    rows: Sequence[RunRow], lines: Mapping[str, str], control: tuple[str, str] | None, more: str
) -> Answer:
    """Ask which of these runs is meant: the line for each, and its *control*, if it has one.

    *more* is said below them.
    """
    blocks: list[Block] = [section("Which run?")]
    for row in rows:
        text = f"*{row.run_id}* · {escape(row.title)} · started {clock(row.at)}"
        text += f"\n{lines[row.run_id]}"
        pick = None
        if control is not None:
            pick = button(*control, row.run_id, says=f"{control[0]} {row.run_id}")
        blocks.append(section(text, block_id=f"which:{row.run_id}", accessory=pick))
    return Answer("Which run?", [*blocks, *([context(more)] if more else [])])


def none(channel: str, runs: Runs) -> Answer:
    """Say that there is no run to be meant."""
    there_is = "There is no run in"
    if runs != "any":
        there_is = f"No run is {runs} in"
    return said(f"{there_is} <#{channel}>. Ask in the run's own channel.")
