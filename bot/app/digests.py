"""Digests: the files of a thread are read for their SHA-256, whoever writes about them.

A file is read in a task of its own, piece by piece, and kept nowhere but for its hash. Who asks
waits a while; what is not read by then is read on, and is there when they ask again. So a slow file
holds nobody up, and each ends: with its hash, or with a word why it has none.
"""

import asyncio
import hashlib
import logging
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bot.core.acting.evidence import LARGEST
from bot.core.documents.postmortem import Attached
from bot.core.documents.postmortem.talk import TOO_LARGE, more_files
from bot.ports.files import Files, TooLarge
from bot.ports.messages import Gone, Rejected, Throttled, Unsure
from bot.ports.world import Clock

MOST = 100
"""How many files of one run are read."""
AT_ONCE = 2
REMEMBERED = 1_000
"""Of how many files the hash is remembered: Slack changes no file under its id."""
PATIENCE = 180.0
"""Seconds after which nobody waits for a file any more."""
TRIES = 3
LONGEST_PAUSE = 5.0
"""How often a file is tried that Slack does not give just now, and the seconds in between."""

_Key = tuple[str | None, str]

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Digest:
    """The SHA-256 of a file, or why it has none; `size` as many bytes as were read."""

    sha256: str | None = None
    size: int | None = None
    why: str | None = None


_LATE = Digest(why="Slack did not give it in time")


@dataclass(slots=True)
class Digests:
    """Reads files for what is made of their bytes."""

    files: Files
    clock: Clock
    _made: OrderedDict[_Key, Digest] = field(default_factory=OrderedDict)
    _tasks: dict[_Key, asyncio.Task[None]] = field(default_factory=dict)
    _since: dict[_Key, float] = field(default_factory=dict)
    """When those that are being read were asked for first."""
    _turns: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))

    async def of(
        self, team: str | None, files: Sequence[Attached], seconds: float | None
    ) -> Mapping[str, Digest] | None:
        """What is known of each file, by its id; None where that takes longer than so long."""
        wanted = [one.id for one in files if one.id is not None and one.why is None]
        keys = [(team, one) for one in wanted[:MOST]]
        waiting = [task for key in keys if (task := self._begin(key)) is not None]
        if waiting:
            _, late = await asyncio.wait(waiting, timeout=seconds)
            if late and not all(self._is_late(key) for key in keys):
                return None
        found = {key[1]: self._made.get(key, _LATE) for key in keys}
        for key in keys:
            if found[key[1]].sha256 is None:
                # It may be there the next time.
                self._made.pop(key, None)
        return found | dict.fromkeys(wanted[MOST:], Digest(why=more_files(MOST)))

    def _is_late(self, key: _Key) -> bool:
        """Whether a file is read, or was waited for long enough."""
        return self.clock.monotonic() - self._since.get(key, float("-inf")) >= PATIENCE

    async def close(self) -> None:
        """Break off what is being read."""
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _begin(self, key: _Key) -> asyncio.Task[None] | None:
        """Have a file read, if it was not; the task that does it."""
        if key in self._made:
            self._made.move_to_end(key)
            return None
        if key not in self._tasks:
            task = asyncio.create_task(self._read(key), name=f"reading {key[1]}")
            self._tasks[key] = task
            self._since[key] = self.clock.monotonic()
            task.add_done_callback(lambda _: self._over(key))
        return self._tasks[key]

    def _over(self, key: _Key) -> None:
        self._tasks.pop(key, None)
        self._since.pop(key, None)

    async def _read(self, key: _Key) -> None:
        async with self._turns:
            try:
                made = await self._tried(key)
            except Exception:
                logger.exception("a file of a thread could not be read")
                made = Digest(why="the bot could not read it")
        self._made[key] = made
        while len(self._made) > REMEMBERED:
            self._made.popitem(last=False)

    async def _tried(self, key: _Key) -> Digest:
        for attempt in range(1, TRIES + 1):
            try:
                return await self._digest(key)
            except TooLarge:
                return Digest(why=TOO_LARGE)
            except (Rejected, Gone) as refused:
                return Digest(why=str(refused))
            except (Throttled, Unsure) as trouble:
                if attempt < TRIES:
                    pause = getattr(trouble, "seconds", 1.0 * attempt)
                    await asyncio.sleep(min(LONGEST_PAUSE, pause))
        return Digest(why="Slack did not give it to the bot")

    async def _digest(self, key: _Key) -> Digest:
        made, size = hashlib.sha256(), 0
        async for piece in self.files.read(*key, LARGEST):
            made.update(piece)
            size += len(piece)
        return Digest(made.hexdigest(), size)
