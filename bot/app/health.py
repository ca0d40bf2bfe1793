"""The self-audit: is every fact shown, and can this process take clicks?

It asks the log and says what it finds, in figures, in words and to whoever asks; it mends nothing.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from bot.app.watch import Lag, Metrics, Part, Readiness, Told
from bot.ports.alerts import Waiting
from bot.ports.log import Unavailable
from bot.ports.messages import Backlog
from bot.ports.world import Clock

EVERY = 15.0
"""Seconds between two audits."""
LATE = 60.0
"""Seconds after which a fact that is not shown is told of."""
NAMED = 20
"""How many late messages are named at a time: when Slack is away, all of them are."""
DATABASE_WITHIN_S = 0.8
"""Seconds that the database has for its answer, so that readiness is known within one."""

logger = logging.getLogger(__name__)


Found = tuple[Backlog, int, int, Waiting | None]
"""What Slack does not show, how many runs and drills are open, and what waits of alerts."""


class Audited(Protocol):
    """What the audit needs of the log; both may raise Unavailable."""

    async def backlog(self, late_after: float) -> Backlog:
        """The messages not yet shown; late are those that wait for *late_after* seconds."""

    async def count(self, *, open_only: bool = False, drill: bool | None = None) -> int:
        """How many runs there are."""


@dataclass(frozen=True, slots=True)
class Alerts:
    """What the audit needs of alerts: what is not told yet, and why what comes is not kept."""

    waiting: Callable[[], Awaitable[Waiting]]
    trouble: Callable[[], str]


class Health:
    """Asks every 15 s, and whenever somebody wants to know; before the parts are there as well."""

    def __init__(self, clock: Clock, metrics: Metrics) -> None:
        self._clock, self._metrics = clock, metrics
        self._log: Audited | None = None
        self._alive: Callable[[], bool] | None = None
        self._alerts: Alerts | None = None
        self._late: set[str] = set()
        self._asking: asyncio.Task[Found] | None = None
        self._stopping = False

    def opened(self, log: Audited) -> None:
        """The log is there: ask it from now on."""
        self._log = log

    def linked(self, alive: Callable[[], bool]) -> None:
        """The way to Slack is there; *alive* says whether deliveries come through it."""
        self._alive = alive
        self._metrics.connected_when(alive)

    def listening(self, alerts: Alerts) -> None:
        """Doors for alerts are open."""
        self._alerts = alerts

    def stop(self) -> None:
        """A stop begins: from now on this process is not ready."""
        self._stopping = True

    async def run(self) -> None:
        """Audit until cancelled."""
        while True:
            await self.audit()
            await self._clock.sleep(EVERY)

    async def audit(self) -> None:
        """Set the gauges; tell once of each fact that is late, and once when none is any more."""
        database, found = await self._ask()
        self._readiness(database, found)
        if found is None:
            # The painter says in the log that the database is away; here only the figures end.
            self._metrics.unknown()
            return
        backlog, runs, drills, _ = found
        self._metrics.behind(backlog.waiting, backlog.oldest)
        self._metrics.open(runs, drills)
        self._tell(set(backlog.late))

    def _tell(self, late: set[str]) -> None:
        new = sorted(late - self._late)
        for key in new[:NAMED]:
            words = "%s: what it must show has not been shown for a minute"
            logger.warning(words, key, extra={"run": key.partition("/")[0]})
        if len(new) > NAMED:
            logger.warning("%d more messages have not been shown for a minute", len(new) - NAMED)
        if self._late and not late:
            logger.info("every fact is shown again")
        self._late = late

    async def readiness(self) -> Readiness:
        """The truth about each part, within a second, whatever the database does."""
        return self._readiness(*await self._ask())

    def _readiness(self, database: Part, found: Found | None) -> Readiness:
        painter = Lag(ok=False, waiting=None, oldest_seconds=None)
        if found is not None:
            backlog, *_ = found
            painter = Lag(backlog.oldest <= LATE, backlog.waiting, round(backlog.oldest, 3))
        told = self._told(None if found is None else found[3])
        readiness = Readiness(database, self._slack(), painter, self._stopping, told)
        self._metrics.ready(readiness.ready)
        return readiness

    def _told(self, waits: Waiting | None) -> Told | None:
        """Whether alerts are kept and told; None where nobody listens to any."""
        if self._alerts is None:
            return None
        if waits is None:
            return Told(ok=False, says="nobody knows", waiting=None, oldest_seconds=None)
        words = "kept and told"
        if waits.oldest > LATE:
            words = "kept, and not told for more than a minute"
        if trouble := self._alerts.trouble():
            words = f"what comes cannot be kept: {trouble}"
        ok = waits.oldest <= LATE and not trouble
        return Told(ok, words, waits.waiting, round(waits.oldest, 3))

    def _slack(self) -> Part:
        if self._alive is None:
            return Part(ok=False, says="not connected yet")
        alive = self._alive()
        return Part(ok=alive, says="connected" if alive else "not connected")

    async def _ask(self) -> tuple[Part, Found | None]:
        """Ask the log; whether it answers, and what.

        All who ask meanwhile share one question, which is not given up with them: a database that
        hangs is asked once, not once for every probe.
        """
        if self._log is None:
            return Part(ok=False, says="not opened yet"), None
        if self._asking is None:
            self._asking = asyncio.create_task(_look(self._log, self._alerts), name="self-audit")
            self._asking.add_done_callback(self._answered)
        try:
            async with asyncio.timeout(DATABASE_WITHIN_S):
                found = await asyncio.shield(self._asking)
        except Unavailable as trouble:
            return Part(ok=False, says=str(trouble)), None
        except TimeoutError:
            return Part(ok=False, says=f"no answer for {DATABASE_WITHIN_S} s"), None
        return Part(ok=True, says="answers"), found

    def _answered(self, task: "asyncio.Task[Found]") -> None:
        self._asking = None
        if not task.cancelled():
            task.exception()  # Those who asked have heard it, or have gone.

    async def close(self) -> None:
        """Wait no longer for an answer."""
        if self._asking is not None:
            self._asking.cancel()
            await asyncio.gather(self._asking, return_exceptions=True)


async def _look(log: Audited, alerts: Alerts | None) -> Found:
    backlog = await log.backlog(LATE)
    runs = await log.count(open_only=True, drill=False)
    drills = await log.count(open_only=True, drill=True)
    return backlog, runs, drills, None if alerts is None else await alerts.waiting()
