"""A change of shift, for those that are killed over it, and for who comes after."""

from collections.abc import Callable
from typing import Any

from bot.app.admission import Admission
from bot.app.desk import Desk
from bot.app.pointing import Pointer
from bot.app.shift import Shift
from bot.app.sight import Sight
from bot.app.timers import TimerRunner
from bot.core.acting.admission import Known
from bot.core.engine import commands as c
from bot.core.engine.decide import Refused
from bot.core.run.events import Person
from bot.edges.clock import SystemClock
from bot.edges.store import SqlLog
from bot.ports.world import Clock
from tests.fakes import FakeClock

ANA, BEN, CHLOE = (Person(id=f"U0{name.upper()}", name=name) for name in ("ana", "ben", "chloe"))
PRESS = "press-of-someone"
"""Slack's id of what is pressed or typed."""
_ROUNDS = 50


class Everyone:
    """Whoever is asked about sees every channel."""

    async def known(self, person: str, channel: str, bot: str) -> Known:
        return Known(0.0, asked=0.0, inside=True, private=False)

    async def met(self, persons: object) -> None:
        """Nobody has to be asked about."""


def shift(log: SqlLog, clock: Clock) -> Shift:
    """What hands off and accepts over several runs."""
    desk, people = Desk(log, clock), Everyone()
    kept: Any = people
    admission = Admission(desk, log, kept, clock, "U0BOT", frozenset(), b"key")
    sight = Sight(desk, log, admission.inside)
    return Shift(desk, sight, admission, Pointer(desk, log, lambda *_: "", "runbook"))


async def done(log: SqlLog, what: str, at: Clock | None = None) -> str:
    """One act of a hand-off over all of ana's runs; why it was refused."""
    clock = at or SystemClock()
    by_all = shift(log, clock)
    rows = await log.runs(limit=10, open_only=True)
    first = rows[0].run_id
    number = max((await by_all.desk.run(first)).together, default=0)
    try:
        match what:
            case "asked":
                await by_all.hand_off(ANA, BEN, rows[0].team, "C1", PRESS)
            case "accepted":
                await by_all.accept(first, c.AcceptHandoff(BEN, number, every=True), PRESS)
            case "declined":
                decline = c.DeclineHandoff(BEN, number, "I am on a train.")
                await by_all.desk.act(first, decline, delivery=PRESS)
            case "taken back":
                back = c.TakeHandoffBack(ANA, number)
                await by_all.desk.act(first, back, delivery=PRESS)
            case "taken over":
                over = c.TakeOver("one", CHLOE)
                await by_all.desk.act(first, over, delivery=PRESS)
    except Refused as refused:
        return str(refused)
    return ""


async def struck(log: SqlLog, what: str, begun: Callable[[], None] = lambda: None) -> None:
    """The act, and the timers that it sets; or only those, where nobody answers in time."""
    begun()
    if what != "timed out":
        await done(log, what)
    await rung(log)


async def rung(log: SqlLog) -> None:
    """Fire all that is due, and what comes due by that."""
    clock = FakeClock(await log.now())
    runner = TimerRunner(Desk(log, clock), log.timers, clock)
    for _ in range(_ROUNDS):
        if not (await log.timers.due(1))[0]:
            return
        await runner.poller.visit()
