"""The machine's clock, or the one that several machines share; and nothing made up."""

import asyncio
import time
from datetime import UTC, datetime, timedelta


class SystemClock:
    """Keeps bot.ports.world.Clock's promises with the machine's own time.

    Once `set`, it keeps that time instead, moved on by a clock that nobody sets: replicas whose
    own clocks differ write the same time into the record.
    """

    def __init__(self) -> None:
        self._set: tuple[datetime, float] | None = None

    def set(self, now: datetime) -> None:
        """It is *now*, says whoever is to be followed."""
        self._set = (now, time.monotonic())

    def now(self) -> datetime:
        if self._set is None:
            return datetime.now(UTC)
        at, since = self._set
        return at + timedelta(seconds=time.monotonic() - since)

    def monotonic(self) -> float:
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(max(0.0, seconds))
