"""Posts into the channel of a procedure's owner: a step failed, and someone asks for help.

The channel is another than the run's, and is named as the procedure names it. Whether the post is
there is an entry, so the board says who was told, or that nobody was and why.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.app.bringing import Means, TooOld
from bot.app.desk import folded
from bot.core.acts.call_owner import post
from bot.core.engine import commands as c
from bot.core.engine.effects import BOARD
from bot.core.run import events as e
from bot.core.run.calling import ANSWER_LOST
from bot.core.run.model import Run
from bot.core.run.sendings import ELSEWHERE, in_time
from bot.ports.messages import Claim, Gone, Mark, MessageRow, Rejected, Throttled

CLOCKS_APART = timedelta(minutes=5)
"""How far Slack's clock and ours may differ when a post is looked for."""
PAUSE = 8.0
"""Seconds until it is tried again when there is no board to point to."""

logger = logging.getLogger(__name__)


class _Lost(Exception):
    """It may have been posted, and Slack does not let the bot look."""


@dataclass(slots=True)
class Calling:
    """Brings them; keeps `bot.app.bringing.Bringer`."""

    means: Means

    async def bring(self, claim: Claim, thread: str, facts: Sequence[e.Fact], begun: float) -> bool:
        """Post it once, or record why Slack does not take it."""
        outbox, row = self.means.outbox, claim.message
        number = int(row.key.rpartition("/")[2])
        asked = facts[number - 1].event
        if row.ts is not None or not isinstance(asked, e.OwnerCalled):
            # It stays as it was: who was told then, was told.
            await outbox.give_up(claim)
            return True
        board = await self.means.log.message(f"{row.run_id}/{BOARD}")
        if board is None or board.ts is None:
            await outbox.again(claim, PAUSE, unsure=row.unsure, failed=False)
            return False
        there = replace(row, place=asked.channel)
        run = await folded(facts)
        link = self.means.link(row.team, row.channel, board.ts)
        try:
            ts = await self._found(there, run)
            if ts is None:
                ts = await self._posted(there, run, asked, link, begun)
        except Throttled as throttled:
            # It is not posts into the run's channel that Slack asks to wait with.
            await outbox.again(claim, throttled.seconds, unsure=row.unsure, failed=False)
            return False
        except (Rejected, Gone, _Lost) as refused:
            error = ANSWER_LOST if isinstance(refused, _Lost) else str(refused).partition(";")[0]
            words = "the owner of %s is not told in %s: %s"
            logger.warning(words, row.run_id, asked.channel, error, extra={"run": row.run_id})
            await self._report(row, asked, number, error)
            await outbox.give_up(claim)
            return True
        await self._report(row, asked, number, None)
        await outbox.shown(claim, ts, row.wanted)
        return True

    async def _found(self, row: MessageRow, run: Run) -> str | None:
        """What may have been posted before, if it is there; raises _Lost where that is not known.

        Then it is not repeated: a channel of others has it once at the most, and people look.
        """
        if not row.unsure:
            return None
        try:
            found = await self.means.messages.find(row, None, run.started_at - CLOCKS_APART)
        except (Rejected, Gone) as refused:
            raise _Lost(str(refused)) from refused
        return None if found is None else found[0]

    async def _posted(
        self, row: MessageRow, run: Run, asked: e.OwnerCalled, link: str, begun: float
    ) -> str:
        if not in_time(ELSEWHERE, self.means.clock.monotonic() - begun):
            raise TooOld
        mark = Mark(run.seq, run.head)
        return await self.means.messages.post(row, None, post(run, asked, link), mark)

    async def _report(
        self, row: MessageRow, asked: e.OwnerCalled, number: int, error: str | None
    ) -> None:
        said = {} if error is None else {"error": error}
        event = e.OwnerReached(step=asked.step, request=number, **said)
        await self.means.desk.act(row.run_id, c.TellCalled(event), delivery=None)
