"""What the bot does when times have come, for those that are killed over it, and who come after."""

import asyncio
import contextlib
import hashlib
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

from bot.app import reading
from bot.app.desk import Desk
from bot.app.timers import TimerRunner
from bot.core.engine import commands as c
from bot.core.engine.decide import Refused
from bot.core.run.events import Person
from bot.edges.clock import SystemClock
from bot.edges.store import SqlLog
from bot.ports.messages import Unsure
from bot.ports.world import Clock
from tests.fakes import FakeClock

CONTENT = b"a picture, as it were"
SHA256 = hashlib.sha256(CONTENT).hexdigest()
PRESS = "press-of-ben"
"""Slack's id of the vote."""
CHLOE = Person(id="U0CHLOE", name="chloe")


@dataclass(frozen=True, slots=True)
class Slack:
    """The file in Slack: *folder* notes each reading of it, and may say that it is not given."""

    folder: Path

    @property
    def readings(self) -> Path:
        return self.folder / "readings"

    @property
    def silent(self) -> Path:
        """While there is such a file, Slack gives none."""
        return self.folder / "silent"

    async def read(self, team: str | None, file: str, most: int) -> AsyncIterator[bytes]:
        with self.readings.open("a") as noted:
            noted.write("begun\n")
        if self.silent.exists():
            raise Unsure("slow")
        yield CONTENT[:4]
        yield CONTENT[4:]
        with self.readings.open("a") as noted:
            noted.write("whole\n")


_ROUNDS = 50


async def rung(log: SqlLog, folder: Path, begun: Callable[[], None] = lambda: None) -> None:
    """Fire all that is due, and what comes due by that."""
    clock = SystemClock()
    clock.set(await log.now())
    begun()
    await _fire(log, clock, folder)


async def _fire(log: SqlLog, clock: Clock, folder: Path) -> None:
    runner = TimerRunner(Desk(log, clock), log.timers, clock, files=Slack(folder))
    # The first time that Slack gives nothing is the last.
    with patch.object(reading, "GIVEN_UP", timedelta(0)):
        for _ in range(_ROUNDS):
            if not (await log.timers.due(1))[0]:
                return
            await runner.poller.visit()
            await asyncio.gather(*runner.reading._tasks.values())


async def voted(log: SqlLog, run: str, request: int, clock: Clock) -> str:
    """Approve what is asked for, as a delivery that may have come before; why it was refused."""
    vote = c.Vote("asks", CHLOE, request)
    try:
        await Desk(log, clock).act(run, vote, delivery=PRESS)
    except Refused as refused:
        return str(refused)
    return ""


async def raced(log: SqlLog, asked: Mapping[str, Any], begun: Callable[[], None]) -> None:
    """At the last moment of a request, vote on it and fire its timer; which begins is asked."""
    clock = FakeClock(datetime.fromisoformat(asked["until"]))
    begun()
    works = [
        voted(log, asked["run"], asked["request"], clock),
        _fire(log, clock, Path(asked["folder"])),
    ]
    with contextlib.suppress(Refused):
        await asyncio.gather(*(works if asked["first"] == "vote" else reversed(works)))
