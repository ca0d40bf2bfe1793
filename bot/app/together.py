"""The message that asks one person to take over what someone has in several runs.

It is one run's, whose facts say when it changes, and it is drawn of all of them as they are now.
What Slack does not take where they and the bot are alone stands under the board of that run, with
nothing of the others, since who reads it there may not see those.
"""

from collections.abc import Sequence

from bot.app.desk import ChangedRun, UnreadableRun
from bot.app.direct import Direct
from bot.core.acting import handoff_together
from bot.core.acting.handoff_together import Part, offered_within
from bot.core.blockkit.picture import Picture
from bot.core.engine.effects import BOARD
from bot.core.run.events import Fact
from bot.core.run.model import Run
from bot.core.run.shift import HandoffOffered
from bot.ports.messages import MessageRow, Unserved


class Together(Direct):
    """Brings it; keeps `bot.app.bringing.Bringer`."""

    async def _drawn(
        self, row: MessageRow, thread: str, run: Run, facts: Sequence[Fact], key: str
    ) -> Picture:
        number = int(key.partition("/")[2])
        event = _offer(facts, number)
        parts = [Part(run, facts, number, await self._board(run.id))]
        found = [await self._part(run.id, other, event) for other in event.others]
        parts += [part for part in found if part is not None]
        return handoff_together.asking(event, parts)

    async def _part(self, first: str, other: str, event: HandoffOffered) -> Part | None:
        """Another of the runs; None where it cannot be read, or is not for them any more."""
        desk = self._means.desk
        if not await desk.sees(other, event.whom):
            return None
        try:
            history = await desk.history(other)
        except (UnreadableRun, ChangedRun):
            return None
        number = offered_within(history.facts, first, event.whom)
        if number is None:
            return None
        return Part(history.run, history.facts, number, await self._board(other))

    async def _board(self, run_id: str) -> str | None:
        row = await self._means.log.message(f"{run_id}/{BOARD}")
        if row is None or row.ts is None:
            return None
        try:
            return self._means.link(row.team, row.channel, row.ts)
        except Unserved:
            return None

    def _for_others(self, run: Run, facts: Sequence[Fact], key: str, picture: Picture) -> Picture:
        return handoff_together.without_others(run, _offer(facts, int(key.partition("/")[2])))

    def _instead(self, facts: Sequence[Fact], key: str, why: str) -> str:
        return "This is for one of you; Slack does not let me write to them directly."


def _offer(facts: Sequence[Fact], number: int) -> HandoffOffered:
    event = facts[number - 1].event
    if not isinstance(event, HandoffOffered):
        raise TypeError(f"entry {number} offers no hand-off")
    return event
