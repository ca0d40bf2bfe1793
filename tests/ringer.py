"""A process that does nothing but fire timers, to be killed: `python -m tests.ringer URL`."""

import asyncio
import sys

from bot.app import timers
from bot.app.desk import Desk
from bot.app.timers import TimerRunner
from bot.edges.clock import SystemClock
from bot.edges.store import SqlLog


async def ring(url: str) -> None:
    async with await SqlLog.open(url) as log:
        clock = SystemClock()
        clock.set(await log.now())
        timers.FIRST_LOOKS = 0.2  # here nobody looks at all
        await TimerRunner(Desk(log, clock), log.timers, clock).poller.run()


if __name__ == "__main__":
    asyncio.run(ring(sys.argv[1]))
