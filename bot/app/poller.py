"""The round that painter, checker and timers go: look for what is due, at once when woken.

What is due stands in the log, so a wake only saves time: whoever misses one finds the same a
little later. It knows no work, and touches no table.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from bot.ports.log import Unavailable
from bot.ports.world import Clock

REST = 0.1
"""Seconds between two rounds at the least: in a crowd of clicks, one round sees to many."""
RETRY = 1.0
"""Seconds before the next round while the log cannot be used."""

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Poller:
    """Calls `visit` again and again; it returns the seconds after which there may be more."""

    name: str
    clock: Clock
    visit: Callable[[], Awaitable[float]]
    _woken: asyncio.Event = field(default_factory=asyncio.Event)
    _stopping: bool = False

    def wake(self, _run_id: str = "") -> None:
        """Look at once."""
        self._woken.set()

    def stop(self) -> None:
        """Finish the visit under way, since it may have claimed something, and end."""
        self._stopping = True
        self._woken.set()

    async def run(self) -> None:
        """Go round until stopped."""
        troubled = False
        while not self._stopping:
            self._woken.clear()
            begun = self.clock.monotonic()
            try:
                pause = await self.visit()
                troubled = False
            except Unavailable as trouble:
                if not troubled:
                    logger.warning("%s: the log cannot be used (%s); waiting", self.name, trouble)
                troubled, pause = True, RETRY
            await self._wait(pause)
            await self.clock.sleep(begun + REST - self.clock.monotonic())

    async def _wait(self, seconds: float) -> None:
        """Until woken, or for so long by the clock that was passed in."""
        if self._woken.is_set():
            return
        loop = asyncio.get_running_loop()
        waits = [
            loop.create_task(self._woken.wait()),
            loop.create_task(self.clock.sleep(seconds)),
        ]
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()
