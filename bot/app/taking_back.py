"""What people take back: a message that was deleted in the thread of a run is an entry of it.

Slack tells of it once, and the thread has it no more; its words are never read here.
"""

import logging
from collections import OrderedDict
from dataclasses import dataclass, field

from bot.app.desk import ChangedRun, Desk
from bot.core.engine.commands import TellTakenBack
from bot.core.engine.decide import Refused
from bot.core.engine.effects import BOARD
from bot.core.run.events import MessageTakenBack
from bot.ports.log import Unavailable

REMEMBERED = 1_000
"""Of how many threads it is remembered of which run they are, or of none."""
SEARCHED = 20
"""Among how many runs of a channel, the newest, a thread is looked for under an earlier board."""

_Place = tuple[str | None, str, str]

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class TakingBack:
    """Records it."""

    desk: Desk
    _threads: OrderedDict[_Place, str | None] = field(default_factory=OrderedDict)

    async def deleted(self, team: str | None, channel: str, event: MessageTakenBack) -> None:
        """Record that a message is gone, if its thread is a run's; raises Unavailable."""
        run_id = await self._run((team, channel, event.thread))
        if run_id is None:
            return
        try:
            await self.desk.act(run_id, TellTakenBack(event), delivery=None)
        except ChangedRun:
            pass  # The desk has logged it, and nothing is added to such a record.
        except Refused as busy:
            # Slack tells of it again.
            raise Unavailable(str(busy)) from busy

    async def _run(self, place: _Place) -> str | None:
        """The run under whose board a thread is, be it one that it had before."""
        if place not in self._threads:
            self._threads[place] = await self._found(*place)
        self._threads.move_to_end(place)
        while len(self._threads) > REMEMBERED:
            self._threads.popitem(last=False)
        return self._threads[place]

    async def _found(self, team: str | None, channel: str, thread: str) -> str | None:
        log = self.desk.log
        row = await log.find_message(team, channel, thread)
        if row is not None:
            return row.run_id if row.key == f"{row.run_id}/{BOARD}" else None
        for one in await log.runs(team=team, channel=channel, limit=SEARCHED):
            try:
                run = await self.desk.run(one.run_id)
            except Refused as unread:
                logger.warning("%s: %s", one.run_id, unread, extra={"run": one.run_id})
                continue
            if any(board.board == thread for board in run.showing.before):
                return run.id
        return None
