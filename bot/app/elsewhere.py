"""Posts into channels that are not the run's, each there once, and kept true afterwards.

Others read them there: what is in a channel that is not known to be public is not told.

The channel is named as the procedure names it. How a post ended is an entry, so the board says who
was told, or that nobody was and why. Where Slack's answer was lost and nobody can look, it is not
posted again: a channel of others has it once at the most, and people look.
"""

import logging
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.app.bringing import Means, TooOld
from bot.app.desk import folded
from bot.core.blockkit.picture import Picture
from bot.core.engine import commands as c
from bot.core.engine.effects import BOARD
from bot.core.run import events as e
from bot.core.run.calling import ANSWER_LOST
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


@dataclass(frozen=True, slots=True)
class Post:
    """A post that is wanted: in which channel, and what it says with the board's `link`.

    `ended` says that it is recorded how it ended, `error` why it is not there, if it is not.
    """

    place: str
    picture: Picture
    ended: bool
    error: str | None

    @property
    def may_be(self) -> bool:
        """Whether it may be there, and nobody knows."""
        return self.error == ANSWER_LOST

    @property
    def never(self) -> bool:
        """Whether it is known that Slack did not take it, as who asked has heard."""
        return self.error is not None and not self.may_be


class Elsewhere(ABC):
    """Brings them; keeps `bot.app.bringing.Bringer`. What is posted, its kinds say."""

    def __init__(self, means: Means) -> None:
        self._means = means

    @abstractmethod
    def _post(self, run: Run, which: str, link: str) -> Post | None:
        """The post with this key, behind the word of its kind; None where nobody wants it."""

    @abstractmethod
    def _told(self, run: Run, which: str, error: str | None) -> c.Command:
        """What records how it ended."""

    async def bring(self, claim: Claim, thread: str, facts: Sequence[e.Fact], begun: float) -> bool:
        """Post it once, or record why Slack does not take it; what is there is kept true."""
        outbox, row = self._means.outbox, claim.message
        run, which = await folded(facts), row.key.split("/", 2)[2]
        board = await self._means.log.message(f"{row.run_id}/{BOARD}")
        if board is None or board.ts is None:
            await outbox.again(claim, PAUSE, unsure=row.unsure, failed=False)
            return False
        told = await self._means.for_others(run)
        post = self._post(told, which, self._means.link(row.team, board.channel, board.ts))
        if post is None or (row.ts is None and post.never):
            await outbox.give_up(claim)
            return True
        there = replace(row, place=post.place)
        try:
            ts, seq = await self._shown(there, run, post, begun)
        except Throttled as throttled:
            # It is not posts into the run's channel that Slack asks to wait with.
            await outbox.again(claim, throttled.seconds, unsure=row.unsure, failed=False)
            return False
        except (Rejected, Gone, _Lost) as refused:
            error = ANSWER_LOST if isinstance(refused, _Lost) else str(refused).partition(";")[0]
            words = "%s is not shown in %s: %s"
            logger.warning(words, row.key, post.place, error, extra={"run": row.run_id})
            if not post.ended and row.ts is None:
                await self._report(row, self._told(run, which, error))
            await outbox.give_up(claim)
            return True
        if not post.ended:
            await self._report(row, self._told(run, which, None))
        await outbox.shown(claim, ts, seq)
        return True

    async def _report(self, row: MessageRow, command: c.Command) -> None:
        await self._means.desk.act(row.run_id, command, delivery=None)

    async def _shown(self, row: MessageRow, run: Run, post: Post, begun: float) -> tuple[str, int]:
        """Post or change it: its ts, and the number of the entry that it shows for sure."""
        messages, mark = self._means.messages, Mark(run.seq, run.head)
        picture = marked(run, post.picture)
        if row.ts is not None:
            self._in_time(ELSEWHERE_UPDATE, begun)
            await messages.update(row, picture, mark)
            return row.ts, run.seq
        if (found := await self._found(row, run, post)) is not None:
            return found[0], min(found[1], run.seq)
        if post.may_be:
            raise _Lost(ANSWER_LOST)
        self._in_time(ELSEWHERE, begun)
        ts = await messages.post(row, None, picture, mark)
        # Slack may have recognised it as one that it had: that one shows what was known then.
        return ts, 0 if row.unsure else run.seq

    async def _found(self, row: MessageRow, run: Run, post: Post) -> tuple[str, int] | None:
        """What may have been posted before, if it is there; raises _Lost where nobody can look."""
        if not row.unsure and not post.may_be:
            return None
        try:
            return await self._means.messages.find(row, None, run.started_at - CLOCKS_APART)
        except (Rejected, Gone) as refused:
            raise _Lost(str(refused)) from refused

    def _in_time(self, sending: Sending, begun: float) -> None:
        if not in_time(sending, self._means.clock.monotonic() - begun):
            raise TooOld
