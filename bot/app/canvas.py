"""One message on Slack's canvas: drawn, posted once or updated, and folded tighter when refused.

The painter says which message is to be shown and what becomes of the claim; here it is shown. A
post whose end nobody saw is looked for before it is repeated, and no call is begun that could end
after its lease.
"""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

from bot.app.bringing import TooOld
from bot.app.desk import Desk, History
from bot.core.acting.naming import quiet, quietly
from bot.core.blockkit.picture import Picture
from bot.core.engine import effects
from bot.core.run.model import Run
from bot.core.run.sendings import POST, UPDATE, Sending, in_time
from bot.core.run.showing import caution
from bot.core.views import board, notices
from bot.ports.messages import Claim, Link, Mark, MessageRow, Messages, Unfit
from bot.ports.world import Clock

CLOCKS_APART = timedelta(minutes=5)
"""How far Slack's clock and ours may differ when a post is looked for."""

logger = logging.getLogger(__name__)

T = TypeVar("T")


@dataclass(slots=True)
class Canvas:
    """Shows messages in Slack; `link` makes the links to what stands there."""

    desk: Desk
    messages: Messages
    clock: Clock
    link: Link

    async def post(self, claim: Claim, history: History, begun: float) -> tuple[str, int]:
        """Post once: what may have been posted before is looked for first.

        The message's ts, and the number of the fact that it shows for sure.
        """
        row, thread, run = claim.message, claim.thread, history.run
        since = run.started_at - CLOCKS_APART
        if row.unsure and (found := await self.messages.find(row, thread, since)):
            # It may be behind by now, and is updated next; ahead it is of a record that was put
            # back.
            ts, shown = found
            return ts, shown if shown <= run.seq else 0
        mark = Mark(run.seq, run.head)

        async def send(picture: Picture) -> str:
            self._in_time(POST, begun)
            if row.key.endswith(f"/{effects.BOARD}") and len(run.people) > 1:
                # One that comes late, or in another's place, calls nobody; its next edit mentions.
                blocks = quiet(run, picture.blocks)
                picture = Picture(quietly(run, picture.text), blocks)
            return await self.messages.post(row, thread, picture, mark)

        ts = await self._fitting(history, key_in_run(row), send)
        # Slack may have recognised it as one that it had: that one shows what was known then.
        return ts, 0 if row.unsure else run.seq

    async def update(self, row: MessageRow, history: History, begun: float) -> None:
        """Have a message that is there show how the run stands."""
        mark = Mark(history.run.seq, history.run.head)

        async def send(picture: Picture) -> None:
            self._in_time(UPDATE, begun)
            await self.messages.update(row, picture, mark)

        await self._fitting(history, key_in_run(row), send)

    def _in_time(self, sending: Sending, begun: float) -> None:
        # A call must end within the lease.
        if not in_time(sending, self.clock.monotonic() - begun):
            raise TooOld

    async def _fitting(
        self, history: History, key: str, show: Callable[[Picture], Awaitable[T]]
    ) -> T:
        """Show a message; if Slack refuses a board's blocks, once more with far fewer of them."""
        run, team = history.run, await self.desk.team(history.run.id)
        try:
            return await show(
                self._cautioned(run, team, key, notices.draw(run, history.facts, key))
            )
        except Unfit:
            if key != effects.BOARD:
                raise
            words = "Slack refuses the board of %s; it is folded tighter"
            logger.exception(words, run.id, extra={"run": run.id})
            return await show(
                self._cautioned(run, team, key, board.draw(run, budget=board.BUDGET // 2))
            )

    def _cautioned(self, run: Run, team: str | None, key: str, picture: Picture) -> Picture:
        """A board with a word in front when the one before it shows what is not in the record."""
        if key != effects.BOARD:
            return picture
        words = caution(run.showing, run.id, lambda ts: self.link(team, run.channel, ts))
        return picture if words is None else board.cautioned(picture, words)


def key_in_run(row: MessageRow) -> str:
    """A message's key within its run."""
    return row.key.partition("/")[2]
