"""The part of the bot that fires timers, and nothing else: killed as `tests.chaos.mortal` is.

It begins in a quarter of the time that the whole bot takes.
"""

import asyncio
import os

from bot.app.desk import Desk
from bot.app.timers import TimerRunner
from bot.edges.clock import SystemClock
from bot.edges.store import SqlLog
from tests.chaos.mortal import DIES_AT
from tests.chaos.points import Points


async def keep(url: str) -> None:
    """Fire what is due, until killed."""
    async with await SqlLog.open(url) as log:
        clock = SystemClock()
        if log.shared:
            clock.set(await log.now())
        desk = Desk(log, clock)
        runner = TimerRunner(desk, log.timers, clock)
        # What is fired, here or elsewhere, may set what comes next.
        desk.woken.append(runner.poller.wake)
        listening = asyncio.create_task(log.listen(desk.wake))
        print("Ready: it keeps the time.", flush=True)
        await runner.poller.run()
        listening.cancel()


if __name__ == "__main__":
    Points(int(os.environ.get(DIES_AT, "0"))).watch_statements()
    asyncio.run(keep(os.environ["RUNBOOK_DATABASE_URL"]))
