"""The witness: the boards in Slack, out of the database's reach, say what the record was.

Each board carries the log hash that it showed. A process reads it once, before its first paint of
that board, and from then on knows itself what it showed; whichever it is, it must be in the
record that is painted next. It paints nothing, and records nothing.
"""

import logging
from collections import OrderedDict
from dataclasses import dataclass, field

from bot.core.run.events import BoardReplaced
from bot.core.run.model import Run
from bot.ports.log import Records
from bot.ports.messages import Gone, Mark, MessageRow, Messages, Rejected, Throttled, Unsure

REMEMBERED = 10_000
"""How many boards are remembered; one that was forgotten is read once more."""
READ_ATTEMPTS = 3
"""How many attempts at a board wait until Slack lets it be read; people must not wait longer."""

logger = logging.getLogger(__name__)


class OutOfDate(Exception):
    """What the desk knows of the run is not in the record any more: read it anew."""


@dataclass(slots=True)
class Witness:
    """What this process knows of what the boards show."""

    log: Records
    messages: Messages
    _shown: OrderedDict[tuple[str, str], Mark | None] = field(default_factory=OrderedDict)
    _unread: set[str] = field(default_factory=set)

    def showed(self, key: str, ts: str, mark: Mark) -> None:
        """The board at *ts* shows *mark* now, as this process has seen to."""
        self._shown[key, ts] = mark
        self._shown.move_to_end((key, ts))
        while len(self._shown) > REMEMBERED:
            self._shown.popitem(last=False)

    async def objection(self, row: MessageRow, run: Run, failures: int) -> BoardReplaced | None:
        """Why the board at `row.ts` must not be painted over with *run*; None when it may be.

        Raises Throttled or Unsure when Slack cannot be asked just now, the first few times.
        """
        ts = row.ts or ""
        mark, first = await self._mark(row, failures)
        since = 1 if first or mark is None else mark.seq
        followed = await self.log.followed(row.run_id, since)
        there = mark is None or followed.hashes.get(mark.seq) == mark.head
        told = any(one.broken == followed.broken for one in run.showing.before)
        if not there and mark is not None:
            return BoardReplaced(
                board=ts, why="disagrees", entry=mark.seq, head=mark.head, broken=followed.broken
            )
        if followed.broken is not None and not told:
            return BoardReplaced(board=ts, why="disagrees", broken=followed.broken)
        if run.seq >= since and followed.hashes.get(run.seq) != run.head:
            raise OutOfDate
        return None

    async def _mark(self, row: MessageRow, failures: int) -> tuple[Mark | None, bool]:
        """What the board shows, and whether this process looks for the first time."""
        place = (row.key, row.ts or "")
        if place in self._shown:
            return self._shown[place], False
        mark = None
        try:
            mark = await self.messages.read(row)
        except (Throttled, Unsure) as trouble:
            if failures < READ_ATTEMPTS:
                raise
            words = "the board of %s cannot be read (%s); it is painted unread"
            logger.warning(words, row.run_id, trouble, extra={"run": row.run_id})
        except (Rejected, Gone) as trouble:
            if str(trouble) not in self._unread:
                self._unread.add(str(trouble))
                logger.warning("boards cannot be read back (%s); they are painted unread", trouble)
        self._shown[place] = mark
        return mark, True
