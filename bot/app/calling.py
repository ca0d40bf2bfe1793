"""Posts into the channel of a procedure's owner: someone asks for help, and whoever comes says so.

The channel is another than the run's, and is named as the procedure names it. Whether the post is
there is an entry, so the board says who was called, or that nobody was and why. It is drawn again
when someone comes, and when it is over: what stands there is to be true.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.app.bringing import Means, TooOld
from bot.app.desk import folded
from bot.core.acting.owner_call import post
from bot.core.blockkit.picture import Picture
from bot.core.engine import commands as c
from bot.core.engine.effects import BOARD
from bot.core.run import events as e
from bot.core.run.calling import ANSWER_LOST, Call
from bot.core.run.model import Run
from bot.core.run.sendings import ELSEWHERE, ELSEWHERE_UPDATE, Sending, in_time
from bot.core.views.notices import marked
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
        """Post it once, or record why Slack does not take it; what is there is kept true."""
        outbox, row = self.means.outbox, claim.message
        run = await folded(facts)
        call = run.calls.get(int(row.key.rpartition("/")[2]))
        if call is None or (row.ts is None and call.reached is not None and not _may_be(call)):
            # Slack did not take it, and who asked has heard that.
            await outbox.give_up(claim)
            return True
        board = await self.means.log.message(f"{row.run_id}/{BOARD}")
        if board is None or board.ts is None:
            await outbox.again(claim, PAUSE, unsure=row.unsure, failed=False)
            return False
        there = replace(row, place=call.channel)
        picture = marked(run, post(run, call.entry, self._link(row, board.ts)))
        try:
            if row.ts is not None:
                await self._updated(there, run, picture, begun)
                ts, seq = row.ts, run.seq
            else:
                ts, seq = await self._posted(there, run, call, picture, begun)
        except Throttled as throttled:
            # It is not posts into the run's channel that Slack asks to wait with.
            await outbox.again(claim, throttled.seconds, unsure=row.unsure, failed=False)
            return False
        except (Rejected, Gone, _Lost) as refused:
            await self._refused(row, call, refused)
            await outbox.give_up(claim)
            return True
        if call.reached is None:
            await self._report(row, call, None)
        await outbox.shown(claim, ts, seq)
        return True

    def _link(self, row: MessageRow, board: str) -> str:
        return self.means.link(row.team, row.channel, board)

    async def _posted(
        self, row: MessageRow, run: Run, call: Call, picture: Picture, begun: float
    ) -> tuple[str, int]:
        """Post it, but for what is there: its ts, and the number of the entry that it shows."""
        found = await self._found(row, run, call)
        if found is not None:
            return found[0], min(found[1], run.seq)
        if _may_be(call):
            raise _Lost(ANSWER_LOST)
        self._in_time(ELSEWHERE, begun)
        ts = await self.means.messages.post(row, None, picture, Mark(run.seq, run.head))
        # Slack may have recognised it as one that it had: that one shows what was known then.
        return ts, 0 if row.unsure else run.seq

    async def _found(self, row: MessageRow, run: Run, call: Call) -> tuple[str, int] | None:
        """What may have been posted before, if it is there; raises _Lost where that is not known.

        Then it is not repeated: a channel of others has it once at the most, and people look.
        """
        if not row.unsure and not _may_be(call):
            return None
        try:
            return await self.means.messages.find(row, None, run.started_at - CLOCKS_APART)
        except (Rejected, Gone) as refused:
            raise _Lost(str(refused)) from refused

    async def _updated(self, row: MessageRow, run: Run, picture: Picture, begun: float) -> None:
        self._in_time(ELSEWHERE_UPDATE, begun)
        await self.means.messages.update(row, picture, Mark(run.seq, run.head))

    def _in_time(self, sending: Sending, begun: float) -> None:
        if not in_time(sending, self.means.clock.monotonic() - begun):
            raise TooOld

    async def _refused(self, row: MessageRow, call: Call, refused: Exception) -> None:
        """Slack did not take it: of a post, who asked hears; one that is there stays as it was."""
        error = ANSWER_LOST if isinstance(refused, _Lost) else str(refused).partition(";")[0]
        words = "the owner of %s is not told in %s: %s"
        logger.warning(words, row.run_id, call.channel, error, extra={"run": row.run_id})
        if call.reached is None and row.ts is None:
            await self._report(row, call, error)

    async def _report(self, row: MessageRow, call: Call, error: str | None) -> None:
        said = {} if error is None else {"error": error}
        step = {} if call.step is None else {"step": call.step}
        event = e.OwnerReached(request=call.entry, **step, **said)
        await self.means.desk.act(row.run_id, c.TellCalled(event), delivery=None)


def _may_be(call: Call) -> bool:
    """Whether a post may be there of which nobody knows."""
    return call.error == ANSWER_LOST
