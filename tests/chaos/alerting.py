"""A run and its alert, for those that are killed over it, and for who comes after."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from bot.app.alerted import AlertBridge
from bot.app.desk import Desk
from bot.app.timers import TimerRunner
from bot.core.alerts.episodes import Opening
from bot.core.alerts.model import Alert, Notification
from bot.core.engine import commands as c
from bot.core.procedure import Procedure
from bot.core.run import events as e
from bot.edges.store import SqlLog
from bot.ports.alerts import Heard
from tests.fakes import FakeClock

ANA = e.Person(id="U0ANA", name="ana")
PRESS = "press-of-ana"
"""Slack's id of what is pressed."""
RUN = "GO-1"
ZERO = datetime(2026, 3, 2, 14, 0, tzinfo=UTC)
GONE = Procedure.model_validate(
    {
        "schema": "procedure/v1",
        "id": "gone",
        "title": "Gone",
        "symptoms": ["It is gone"],
        "steps": [{"id": "one", "title": "One", "do": "It."}],
    }
)
_ROUNDS = 50


async def fires(log: SqlLog, begins: int, ends: int | None = None) -> None:
    """The sender says that the alert fires from one minute to another."""
    end = None if ends is None else ZERO + timedelta(minutes=ends)
    alert = Alert("f", ZERO + timedelta(minutes=begins), end, {"alertname": "Gone"})
    said = Notification("alertmanager", "g", {}, (alert,))
    await log.episodes.take([Heard(said, Opening(None, "C1"))])


async def done(log: SqlLog, what: str) -> None:
    """One thing that the other is to hear of."""
    desk = Desk(log, FakeClock(await log.now()))
    match what:
        case "started":
            event = e.RunStarted(
                procedure=GONE, source="x", source_sha256="5" * 64, inputs={}, channel="C1", by=ANA
            )
            known = {"episode": "AL-1", "alerts": ("Gone",), "detected_at": ZERO, "via": "alert"}
            await desk.start(event.model_copy(update=known), delivery=PRESS)
        case "resolved":
            await fires(log, 0, 5)
        case "fires again":
            await fires(log, 9)
        case "closed":
            await desk.act(RUN, c.Mistake(ANA, "A false alarm."), delivery=PRESS)


async def struck(log: SqlLog, what: str, begun: Callable[[], None] = lambda: None) -> None:
    """It happens, and whoever fires timers has the other hear of it."""
    begun()
    await done(log, what)
    await rung(log)


async def rung(log: SqlLog) -> None:
    """Fire all that is due, and what comes due by that."""
    clock = FakeClock(await log.now())
    desk = Desk(log, clock)
    # Nobody posts messages here, so none is waited for.
    bridge = AlertBridge(desk, log.episodes, patience=0.0)
    runner = TimerRunner(desk, log.timers, clock, bridge=bridge)
    for _ in range(_ROUNDS):
        if not (await log.timers.due(1))[0]:
            return
        await runner.poller.visit()
