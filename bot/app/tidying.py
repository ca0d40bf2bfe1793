"""Tidying: what was erased is to be out of a file's write-ahead log as well, as soon as can be.

A backup or another reader may be in the way; then it is tried again, and said once.
"""

import asyncio
import logging
from dataclasses import dataclass, field

from bot.ports.vault import Vault
from bot.ports.world import Clock

TIDY_S = 60.0
"""Seconds until the write-ahead log is emptied again, where somebody was in the way."""

_NOT_EMPTIED = (
    "the write-ahead log is not emptied yet, and is tried again every %d s: %s is in the way"
)

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Tidying:
    """Empties the write-ahead log, one at a time."""

    vault: Vault
    clock: Clock
    _untidy: asyncio.Event = field(default_factory=asyncio.Event)
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    def want(self) -> None:
        """Something was erased."""
        self._untidy.set()

    async def now(self) -> bool:
        """Empty it at once; whether it is empty."""
        async with self._turn:
            return await self.vault.tidy()

    async def run(self) -> None:
        """Leave nothing of what was erased in it, until cancelled.

        Also what a process left there that died before it could. What is in the way is said once.
        """
        self._untidy.set()
        told = False
        while True:
            await self._untidy.wait()
            self._untidy.clear()
            done = await self._now_or_told(told=told)
            if done and told:
                logger.info("the write-ahead log is empty again: nothing that was erased is in it")
            told = not done
            if not done:
                self._untidy.set()
                await self.clock.sleep(TIDY_S)

    async def _now_or_told(self, *, told: bool) -> bool:
        """Empty it; where that does not go, say why unless it was *told*."""
        try:
            done = await self.now()
        except Exception:
            # Whatever is in the way of it now, no click waits for this.
            if not told:
                logger.exception(_NOT_EMPTIED, TIDY_S, "a fault")
            return False
        if not done and not told:
            logger.warning(_NOT_EMPTIED, TIDY_S, "a backup or another reader")
        return done
