"""Reading: the file of evidence is read once, off the click, for its SHA-256.

What is to be read is a timer, set with the entry that names the file. Whoever fires it puts it off
first and reads beside the other timers, so a slow file stops none; what was read is an entry, which
stops the timer. Should the process die in between, the timer comes again.
"""

import asyncio
import hashlib
import logging
from dataclasses import dataclass, field
from datetime import timedelta

from bot.app.desk import Desk
from bot.core.acting.evidence import LARGEST
from bot.core.engine.commands import TellEvidence
from bot.core.engine.decide import Refused
from bot.core.run import events as e
from bot.core.run.polling import EVIDENCE
from bot.ports.files import Files
from bot.ports.log import Unavailable
from bot.ports.messages import Gone, Rejected, Throttled, Unsure
from bot.ports.work import Due
from bot.ports.world import Clock

LEASE = 90.0
"""Seconds for which a file is one process's to read: longer than reading it may take."""
AGAIN = 15.0
"""Seconds until a file is tried again that Slack does not give just now."""
AT_ONCE = 4
"""How many files one process reads at a time."""
TURN = 2.0
"""Seconds until a file is looked at again whose turn has not come, since others are being read."""
GIVEN_UP = timedelta(minutes=30)
"""How long one process tries a file that Slack does not give: while nobody ran, nobody tried."""
REMEMBERED = 1000
"""Of how many files it is remembered since when."""

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Reading:
    """Reads files of evidence; without *files* nobody does."""

    desk: Desk
    clock: Clock
    files: Files | None
    _tasks: dict[tuple[str, str], asyncio.Task[None]] = field(default_factory=dict)
    _since: dict[tuple[str, str], float] = field(default_factory=dict)
    """When each file was tried first that is not read yet, by a clock that nobody sets."""

    def begin(self, due: Due) -> float:
        """Read a file in a task of its own; the seconds for which its timer is put off."""
        place = (due.run_id, due.name)
        if self.files is None:
            return AGAIN
        if place not in self._tasks and len(self._tasks) >= AT_ONCE:
            return TURN
        if place not in self._tasks:
            task = asyncio.create_task(self._kept(due, self.files), name=f"reading {due.run_id}")
            self._tasks[place] = task
            task.add_done_callback(lambda _: self._tasks.pop(place, None))
        return LEASE

    async def close(self) -> None:
        """Break off what is being read; its timer comes again, here or elsewhere."""
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _kept(self, due: Due, files: Files) -> None:
        try:
            await self._read(due, files)
        except (Unavailable, Refused) as trouble:
            words = "what was read of a file cannot be recorded yet: %s"
            logger.warning(words, trouble, extra={"run": due.run_id})
        except Exception:
            logger.exception("a file could not be read", extra={"run": due.run_id})

    async def _read(self, due: Due, files: Files) -> None:
        """Read the file and record what was read, or why nothing was."""
        entry = int(due.name.removeprefix(EVIDENCE))
        history = await self.desk.history(due.run_id)
        given = history.facts[entry - 1].event
        if not isinstance(given, e.EvidenceGiven) or given.file is None:
            return
        said: dict[str, str | int] = {}
        since = self._first(due)
        for attempt in range(1, _MOST_TRIES + 1):
            try:
                said = await self._digest(files, await self.desk.team(due.run_id), given.file)
                break
            except (Throttled, Unsure) as trouble:
                if self.clock.monotonic() - since >= GIVEN_UP.total_seconds():
                    said = {"error": f"Slack did not give it for {GIVEN_UP // _MINUTE} minutes"}
                    break
                if attempt == _MOST_TRIES:
                    words = "the file of entry %d of %s is not read yet (%s)"
                    logger.warning(words, entry, due.run_id, trouble, extra={"run": due.run_id})
                    return
                await asyncio.sleep(min(_LONGEST, getattr(trouble, "seconds", 2.0 * attempt)))
            except (Rejected, Gone) as refused:
                said = {"error": str(refused)}
                break
        event = e.EvidenceRead(step=given.step, entry=entry, file=given.file, **said)
        await self.desk.act(due.run_id, TellEvidence(event), delivery=None)
        self._since.pop((due.run_id, due.name), None)

    def _first(self, due: Due) -> float:
        """When this process tried a file first; of those that others read, not for ever."""
        while len(self._since) >= REMEMBERED:
            del self._since[next(iter(self._since))]
        return self._since.setdefault((due.run_id, due.name), self.clock.monotonic())

    async def _digest(self, files: Files, team: str | None, file: str) -> dict[str, str | int]:
        made, size = hashlib.sha256(), 0
        async for piece in files.read(team, file, LARGEST):
            made.update(piece)
            size += len(piece)
        return {"sha256": made.hexdigest(), "size": size}


_MINUTE = timedelta(minutes=1)
_MOST_TRIES = 3
_LONGEST = 5.0
"""How often a file is tried at once, and the seconds between: well within the lease, but for a slow
file, whose timer comes again meanwhile and finds it being read."""
