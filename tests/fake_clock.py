"""A clock that stands still, for tests that move it; `bot.ports.world.Clock`."""

import asyncio
import heapq
from datetime import UTC, datetime, timedelta


class FakeClock:
    """`bot.ports.world.Clock`, standing still until `advance` moves it; sleepers wake in order."""

    def __init__(self, now: datetime = datetime(2026, 11, 1, 3, 0, tzinfo=UTC)) -> None:
        self._start = now
        self._passed = 0.0
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._count = 0

    def now(self) -> datetime:
        return self._start + timedelta(seconds=self._passed)

    def monotonic(self) -> float:
        return self._passed

    async def sleep(self, seconds: float) -> None:
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        wake: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._count += 1
        heapq.heappush(self._sleepers, (self._passed + seconds, self._count, wake))
        await wake

    async def advance(self, seconds: float) -> None:
        """Let *seconds* pass: every sleeper that is due wakes at its own time and runs on."""
        end = self._passed + seconds
        await settle()
        while self._sleepers and self._sleepers[0][0] <= end:
            self._passed, _, wake = heapq.heappop(self._sleepers)
            if not wake.done():
                wake.set_result(None)
                await settle()
        self._passed = end

    @property
    def sleeping(self) -> int:
        """How many wait for the time to pass."""
        return sum(not wake.done() for _, _, wake in self._sleepers)


async def settle(turns: int = 20) -> None:
    """Let every task that can run do so; enough turns for any chain of awaits in memory."""
    for _ in range(turns):
        await asyncio.sleep(0)
