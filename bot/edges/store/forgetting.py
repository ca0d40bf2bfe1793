"""Forgetting what is of no use any more, so that it does not fill the disk."""

import asyncio
import contextlib
from datetime import timedelta

from bot.edges.store.log import SqlLog
from bot.ports.log import Unavailable
from bot.ports.world import Clock

REMEMBERED = timedelta(days=7)
"""How long a delivery's id is kept; a form may stay open for days before it is sent."""
FORGET = 300.0
"""Seconds between two looks for deliveries to forget."""


async def forgetting(log: SqlLog, clock: Clock, alerts_days: int) -> None:
    """Forget, again and again, the ids of deliveries that cannot come again, and who is gone.

    Of alerts, what nobody spoke of for *alerts_days*.
    """
    while True:
        with contextlib.suppress(Unavailable):
            await log.forget_deliveries(clock.now() - REMEMBERED)
            await log.acquaintances.forget()
            await log.groups.forget()
            await log.episodes.forget(alerts_days)
        await asyncio.sleep(FORGET)
