"""The painter: messages in Slack are brought to what the facts say, and kept there.

Level-triggered: each message has a fact that it must show and one that it shows, and whatever
lies between is painted at once, the latest only. One call is in flight for a message; a post whose
end nobody saw is looked up before it is repeated. A fact is never undone because Slack failed.
"""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TypeVar

from bot.core import board, notices
from bot.core.decide import Refused
from bot.core.picture import Picture
from bot.core.run import Run
from bot.desk import Desk, History
from bot.ports import (
    Barred,
    Board,
    Clock,
    Gone,
    Log,
    MessageRow,
    NotInChannel,
    Rejected,
    Throttled,
    Unavailable,
    Unsure,
    Upload,
)

PACE = 1.0
"""Seconds between two calls for one message, and between two posts into one channel."""
UPDATES_A_MINUTE = 50
"""Slack's allowance for chat.update over all messages (tier 3)."""
BURST = 20
"""How many updates may come at once after a quiet time."""
LONGEST_PAUSE = 30.0
"""Seconds between two attempts when Slack stays out of reach."""
CLOCKS_APART = timedelta(minutes=5)
"""How far Slack's clock and ours may differ when a post is looked for."""
FAREWELL = 5.0
"""Seconds that a stop waits for calls in flight; what they did is looked up at the next start."""
UNINVITED_PAUSE = 60.0
"""Seconds before a channel that the bot is not in is tried again, if no invitation comes first."""

logger = logging.getLogger(__name__)

T = TypeVar("T")
Uninvited = Callable[[Run], Awaitable[None]]
Document = Callable[[str, int], Awaitable[Upload]]


class Allowance:
    """A token bucket: *burst* at once, then *rate* a second."""

    def __init__(self, rate: float, burst: int, clock: Clock) -> None:
        self._rate, self._burst, self._clock = rate, float(burst), clock
        self._left, self._at = float(burst), clock.monotonic()

    def wait(self) -> float:
        """Seconds until one more may be taken; 0.0 takes it."""
        now = self._clock.monotonic()
        self._left = min(self._burst, self._left + (now - self._at) * self._rate)
        self._at = now
        if self._left >= 1:
            self._left -= 1
            return 0.0
        return (1 - self._left) / self._rate

    def hold(self, seconds: float) -> None:
        """Allow nothing for so long: whoever gives the allowance said so."""
        self._left, self._at = 1 - seconds * self._rate, self._clock.monotonic()


@dataclass(slots=True)
class Painter:
    """Paints what is wanted; `document` makes the file of an export, `uninvited` tells people."""

    desk: Desk
    log: Log
    board: Board
    clock: Clock
    document: Document
    uninvited: Uninvited
    _due: dict[str, float] = field(default_factory=dict)
    _channel_due: dict[str, float] = field(default_factory=dict)
    _failures: dict[str, int] = field(default_factory=dict)
    _in_flight: dict[str, asyncio.Task[None]] = field(default_factory=dict)
    _wake: asyncio.Event = field(default_factory=asyncio.Event)
    _told: set[str] = field(default_factory=set)
    _deleted: set[tuple[str, str]] = field(default_factory=set)
    _updates: Allowance = field(init=False)

    def __post_init__(self) -> None:
        self._updates = Allowance(UPDATES_A_MINUTE / 60, BURST, self.clock)

    def wake(self, _run_id: str = "") -> None:
        """Look at once for what is wanted."""
        self._wake.set()

    def joined(self, channel: str) -> None:
        """The bot is in *channel* now: what waited for that is due."""
        self._channel_due.pop(channel, None)
        self._due.clear()
        self.wake()

    async def deleted(self, channel: str, ts: str) -> None:
        """Someone deleted a message; a board is posted again."""
        if self._in_flight:
            # A call that is under way may yet write down that the message is there.
            self._deleted.add((channel, ts))
        await self._lost(channel, ts)

    async def _lost(self, channel: str, ts: str) -> None:
        row = await self.log.find_message(channel, ts)
        if row is not None and row.key == _board(row):
            await self.log.lost(row.key)
            self.wake()

    async def run(self) -> None:
        """Paint until cancelled."""
        while True:
            self._wake.clear()
            try:
                pause = await self._round()
            except Unavailable:
                logger.warning("the log cannot be read; boards wait for it")
                pause = PACE
            # Not wait_for: when woken at that moment, it would swallow the cancellation.
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await self._wake.wait()

    async def close(self) -> None:
        """Let the calls in flight end; those that take too long are left to the next start."""
        if not self._in_flight:
            return
        _, late = await asyncio.wait(self._in_flight.values(), timeout=FAREWELL)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)

    async def _round(self) -> float:
        """Begin whatever is due; seconds until something else will be."""
        now = self.clock.monotonic()
        self._due = {key: due for key, due in self._due.items() if due > now}
        self._channel_due = {key: due for key, due in self._channel_due.items() if due > now}
        pause = LONGEST_PAUSE
        rows = await self.log.dirty()
        # A thread needs its board: what is to stand in it takes no turn before that is posted.
        rootless = {row.run_id for row in rows if row.ts is None and row.key == _board(row)}
        for row in rows:
            if row.key in self._in_flight:
                continue
            if row.run_id in rootless and row.key != _board(row):
                continue
            due = max(self._due.get(row.key, 0.0), self._slot(row))
            if due > now:
                pause = min(pause, due - now)
                continue
            if row.ts is None:
                self._channel_due[row.channel] = now + PACE
            task = asyncio.get_running_loop().create_task(self._paint(row), name=f"paint {row.key}")
            self._in_flight[row.key] = task
            task.add_done_callback(lambda done, key=row.key: self._landed(key, done))  # type: ignore[misc]
        return pause

    def _slot(self, row: MessageRow) -> float:
        return self._channel_due.get(row.channel, 0.0) if row.ts is None else 0.0

    def _landed(self, key: str, task: asyncio.Task[None]) -> None:
        self._in_flight.pop(key, None)
        if not self._in_flight:
            self._deleted.clear()
        if not task.cancelled() and (error := task.exception()) is not None:
            logger.error("painting %s ended with a fault", key, exc_info=error)
            self._later(key, self._backoff(key))
        self._wake.set()

    def _later(self, key: str, seconds: float) -> None:
        self._due[key] = self.clock.monotonic() + seconds

    def _backoff(self, key: str) -> float:
        self._failures[key] = self._failures.get(key, 0) + 1
        return float(min(LONGEST_PAUSE, 2.0 ** (self._failures[key] - 1)))

    async def _paint(self, row: MessageRow) -> None:
        """Bring one message to what is wanted of it, or say when to try again."""
        self._later(row.key, PACE)
        try:
            history = await self.desk.history(row.run_id)
            await self._show(row, history)
            for channel, ts in tuple(self._deleted):
                await self._lost(channel, ts)
        except Throttled as throttled:
            self._throttled(row, throttled.seconds)
        except (Unsure, Unavailable, Barred) as trouble:
            pause = self._backoff(row.key)
            logger.warning("%s is not shown yet (%s); again in %.0f s", row.key, trouble, pause)
            self._later(row.key, pause)
        except NotInChannel:
            self._later(row.key, UNINVITED_PAUSE)
            if row.run_id not in self._told:
                self._told.add(row.run_id)
                await self.uninvited((await self.desk.history(row.run_id)).run)
        except Gone:
            await self._gone(row)
        except (Rejected, Refused):
            logger.exception("%s cannot be shown; it is tried again at its next change", row.key)
            await self.log.given_up(row.key, row.wanted)
            self._failures.pop(row.key, None)
        else:
            self._failures.pop(row.key, None)

    def _throttled(self, row: MessageRow, seconds: float) -> None:
        """Slack's allowance for updates is one for all messages, that for posts a channel's own."""
        self._later(row.key, seconds)
        if row.ts is None:
            self._channel_due[row.channel] = self.clock.monotonic() + seconds
        else:
            self._updates.hold(seconds)

    async def _gone(self, row: MessageRow) -> None:
        """Post a board again; a message without its thread waits for the board's new one."""
        if row.ts is None or row.key == _board(row):
            await self.log.lost(_board(row))
            self._due.pop(_board(row), None)
        else:
            await self.log.given_up(row.key, row.wanted)

    async def _show(self, row: MessageRow, history: History) -> None:
        key = row.key.partition("/")[2]
        thread = None
        if key != notices.BOARD:
            root = await self.log.message(_board(row))
            if root is None or root.ts is None:
                return
            thread = root.ts
        if key.startswith(notices.EXPORT) and thread is not None:
            await self._upload(row, thread, int(key.removeprefix(notices.EXPORT)))
        elif row.ts is None:
            await self._post(row, history, key, thread)
        else:
            wait = self._updates.wait()
            if wait:
                self._later(row.key, wait)
                return
            seq = history.run.seq
            await self._fitting(history, key, lambda p: self.board.update(row, p))
            await self.log.posted(row.key, row.ts, seq)

    async def _post(self, row: MessageRow, history: History, key: str, thread: str | None) -> None:
        """Post once: what may have been posted before is looked for first."""
        since = history.run.started_at - CLOCKS_APART
        if row.unsure and (found := await self.board.find(row, thread, since)):
            # It shows whatever was known then, so it is left behind and updated next.
            await self.log.posted(row.key, found, 0)
            self._due.pop(row.key, None)
            return
        await self.log.posting(row.key)
        seq = history.run.seq
        ts = await self._fitting(history, key, lambda p: self.board.post(row, thread, p))
        await self.log.posted(row.key, ts, seq)

    async def _fitting(
        self, history: History, key: str, show: Callable[[Picture], Awaitable[T]]
    ) -> T:
        """Show a message; if Slack refuses a board's blocks, once more with far fewer of them."""
        picture = notices.draw(history.run, history.facts, key)
        try:
            return await show(picture)
        except Barred:
            raise
        except Rejected:
            if key != notices.BOARD:
                raise
            logger.exception("Slack refuses the board of %s; it is folded tighter", history.run.id)
            return await show(board.draw(history.run, budget=board.BUDGET // 2))

    async def _upload(self, row: MessageRow, thread: str, seq: int) -> None:
        file = await self.document(row.run_id, seq)
        if row.unsure and (found := await self.board.find_upload(row, thread, file.name)):
            await self.log.posted(row.key, found, row.wanted)
            return
        await self.log.posting(row.key)
        ts = await self.board.upload(row, thread, file)
        await self.log.posted(row.key, ts, row.wanted)


def _board(row: MessageRow) -> str:
    """The key of the board of a message's run."""
    return f"{row.run_id}/{notices.BOARD}"
