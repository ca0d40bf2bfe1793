"""The workspace's one clock: real time plus what a test has added. It knows nothing of Slack."""

import asyncio
import time


class Clock:
    """Time in seconds since the epoch (UTC), which runs by itself and can be moved forward."""

    def __init__(self) -> None:
        self._offset = time.time() - time.monotonic()
        self._moved = asyncio.Event()

    def now(self) -> float:
        return time.monotonic() + self._offset

    def advance(self, seconds: float) -> None:
        """Move the clock forward and wake all that now is due."""
        if not 0 <= seconds < float("inf"):
            raise ValueError("the clock only moves forward")
        self._offset += seconds
        self._moved.set()
        self._moved = asyncio.Event()

    async def sleep(self, seconds: float) -> None:
        """Return once `seconds` have passed on this clock, by themselves or by `advance`."""
        until = self.now() + seconds
        while (left := until - self.now()) > 0:
            try:
                async with asyncio.timeout(left):
                    await self._moved.wait()
            except TimeoutError:
                continue
