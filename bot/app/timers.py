"""The timers: times that runs have set are fired when they come, once each, whatever dies.

A timer is a row that the facts of a run set, move and stop (`bot.core.engine.effects`). It fires
into a command: whoever fires it appends what that makes in the transaction that deletes the row, so
that two who try leave one trace. One that has nothing to say any more takes its row all the same;
one whose command is refused, or meets a fault, is put off, and stops no other. One of a run that
this program cannot read is left to the other replicas.
"""

import contextlib
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta

from bot.app.alerted import AlertBridge
from bot.app.archiving import Archives
from bot.app.desk import Desk, UnreadableRun
from bot.app.drills import Drills
from bot.app.poller import Poller
from bot.app.reading import Reading
from bot.app.searching import Searching
from bot.core.acts.lead import outcome
from bot.core.engine import commands as c
from bot.core.engine.decide import Refused
from bot.core.engine.effects import BOARD, REPLACES, SEARCH
from bot.core.run.actor import System
from bot.core.run.archiving import ANNOUNCE, ARCHIVE
from bot.core.run.model import Run
from bot.core.run.polling import (
    ALERT_HEARD,
    ALERT_SHOWN,
    DRILL,
    ERASURE,
    EVIDENCE,
    HANDED,
    LED_END,
    LED_TO,
    WAIT,
)
from bot.ports.files import Files
from bot.ports.log import Unavailable
from bot.ports.messages import Link, Unserved
from bot.ports.work import Due, Timers
from bot.ports.world import Clock, Detector, Library

LOOK_AGAIN = 0.3
"""Seconds until the board of a run is looked for again that was started in place of another."""
FOR_ITS_BOARD = timedelta(seconds=20)
"""How long that board is waited for."""
PUT_OFF = 30.0
"""Seconds until one is tried again that could not be fired."""
FIRST_LOOKS = 20.0
"""Seconds that a process which has just started looks first, before it says that nobody did."""
AT_ONCE = 50
"""How many are fired in one round."""

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class TimerRunner:
    """Fires what is due; `erase` does what was to be erased once a run is closed.

    `detector` finds secrets in what was written; `files` reads what was given as evidence;
    `library` has the procedures that are to be drilled; `bridge` knows the alerts.
    """

    desk: Desk
    timers: Timers
    clock: Clock
    link: Link | None = None
    erase: Callable[[Due], Awaitable[None]] | None = None
    detector: Detector | None = None
    files: Files | None = None
    library: Library | None = None
    bridge: AlertBridge | None = None
    poller: Poller = field(init=False)
    searching: Searching = field(init=False)
    reading: Reading = field(init=False)
    _begun: float = field(init=False)
    _failed: set[tuple[str, str]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.poller = Poller("timers", self.clock, self._round)
        self.searching = Searching(self.desk, self.detector)
        self.reading = Reading(self.desk, self.clock, self.files)
        self._begun = self.clock.monotonic()

    async def close(self) -> None:
        """Break off what is read beside the timers; those come again, here or elsewhere."""
        await self.reading.close()

    async def _round(self) -> float:
        ready, pause = await self.timers.due(AT_ONCE, self.desk.unreadable)
        for due in ready:
            if (later := await self._seconds_to_go(due)) is not None:
                await self.timers.later(due, later)
                pause = min(pause, later)
        return pause

    async def _seconds_to_go(self, due: Due) -> float | None:
        """Fire one; if it cannot be fired now, the seconds after which it is tried again."""
        try:
            pause = await self._do(due)
        except UnreadableRun:
            return None  # Whoever can read it fires it.
        except Unavailable:
            raise
        except Exception:
            # A run that does not take it must not stop the timers of others.
            place = (due.run_id, due.name)
            if place not in self._failed:
                self._failed.add(place)
                words = "%s of %s cannot be fired; it is tried again"
                logger.exception(words, due.name, due.run_id, extra={"run": due.run_id})
            return PUT_OFF
        if pause is None:
            self._failed.discard((due.run_id, due.name))
        return pause

    async def _do(self, due: Due) -> float | None:
        """Do what a timer was set for; the seconds after which it is tried again, if it must be."""
        if due.name.startswith(EVIDENCE):
            return self.reading.begin(due)
        if (pause := await self._not_yet(due)) is not None:
            return pause
        if due.name == ERASURE and self.erase is not None:
            await self.erase(due)
        elif due.name == DRILL and self.library is not None:
            await Drills(self.desk, self.desk.log, self.library).remind(due)
        elif due.name in (ANNOUNCE, ARCHIVE):
            return await Archives(self.desk, self.desk.log, self.desk.archive).fire(due)
        elif due.name == ALERT_HEARD and self.bridge is not None:
            return None if await self.bridge.hear(due) else LOOK_AGAIN
        elif due.name.startswith(SEARCH):
            await self.searching.look(due)
        else:
            await self.desk.fire(due)
        return None

    async def _not_yet(self, due: Due) -> float | None:
        """Do in other runs what comes first; seconds to wait where that cannot be done yet."""
        if due.name.startswith(WAIT) and (away := self._not_looked_yet()) > 0:
            return away
        if due.name.startswith(REPLACES) and not await self._replaced(due):
            return LOOK_AGAIN
        if due.name.startswith((LED_TO, LED_END)) and not await self._told(due):
            return LOOK_AGAIN
        if due.name.startswith(HANDED):
            await self._handed(due)
        if due.name == ALERT_SHOWN and self.bridge is not None:
            await self.bridge.show(due)
        return None

    def _not_looked_yet(self) -> float:
        """Seconds that this process is still given to look at what was to be looked at before."""
        return FIRST_LOOKS - (self.clock.monotonic() - self._begun)

    async def _replaced(self, due: Due) -> bool:
        """Close the run that this one was started in place of, and say where this one is.

        Its board is waited for a moment, so that the other can link to it; then it is closed
        without. Whether it is closed by now.
        """
        run = await self.desk.run(due.run_id)
        at = await self._board(run)
        if at is None and self.clock.now() - run.started_at < FOR_ITS_BOARD:
            return False
        command = c.Mistake(run.started_by, "other values were meant", again=run.id, again_at=at)
        # Someone may have closed it meanwhile; then it keeps their words.
        with contextlib.suppress(Refused):
            other = due.name.removeprefix(REPLACES)
            await self.desk.act(other, command, delivery=None, actor=System("timer"))
        return (await self.desk.run(due.name.removeprefix(REPLACES))).closed is not None

    async def _told(self, due: Due) -> bool:
        """Tell the run that led to this one that it began, or how it ended; whether that is done.

        Its board is waited for a moment, so that the other can link to it.
        """
        run = await self.desk.run(due.run_id)
        if run.led_from is None or run.led_step is None:
            return True
        at = await self._board(run)
        young = self.clock.now() - run.started_at < FOR_ITS_BOARD
        if at is None and young and due.name.startswith(LED_TO):
            return False
        begun = c.TellStarted(run.led_step, run.started_by, run.id, at)
        timer = System("timer")
        # A run that is closed by then keeps its end: it is told of nothing any more.
        with contextlib.suppress(Refused):
            await self.desk.act(run.led_from, begun, delivery=None, actor=timer)
            if due.name.startswith(LED_END) and (closed := run.closed) is not None:
                over = c.TellClosed(closed.by, run.id, outcome(closed))
                await self.desk.act(run.led_from, over, delivery=None, actor=timer)
        return True

    async def _handed(self, due: Due) -> None:
        """Tell the run whose message asked for a hand-off that it is over here."""
        run = await self.desk.run(due.run_id)
        ended = run.to_tell.get(int(due.name.removeprefix(HANDED)))
        if ended is not None:
            told = c.TellHandoff(run.id)
            await self.desk.act(ended.run, told, delivery=None, actor=System("timer"))

    async def _board(self, run: Run) -> str | None:
        """Where the board of a run is, if it is there yet."""
        row = await self.desk.log.message(f"{run.id}/{BOARD}")
        if self.link is None or row is None or row.ts is None:
            return None
        with contextlib.suppress(Unserved):
            return self.link(row.team, row.channel, row.ts)
        return None
