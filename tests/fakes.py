"""The ports in memory, for tests that need no disk: they keep the promises that the edges keep."""

import asyncio
import heapq
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.core import events as e
from bot.core.template import fill
from bot.ports import AlreadyOpen, Duplicate, MessageRow, RunRow, Stale, Unavailable


class FakeLog:
    """`bot.ports.Log` in memory; set `down` to make every call raise Unavailable."""

    def __init__(self) -> None:
        self.down = False
        self._facts: dict[str, list[e.Fact]] = {}
        self._runs: dict[str, RunRow] = {}
        self._deliveries: set[str] = set()
        self._messages: dict[str, MessageRow] = {}
        self._since: dict[str, int] = {}
        self._numbers: dict[str, int] = {}
        self._position = 0

    async def begin(
        self,
        prefix: str,
        make: Callable[[str], Sequence[e.Event]],
        *,
        at: datetime,
        touched: Mapping[str, int],
        delivery: str | None,
        unless_open: bool,
    ) -> list[e.Fact]:
        self._ready(delivery)
        number = self._numbers.get(prefix, 0) + 1
        run_id = f"{prefix}-{number}"
        events = make(run_id)
        started = events[0] if events else None
        if not isinstance(started, e.RunStarted):
            raise TypeError(f"{run_id} must begin with run_started")
        procedure = started.procedure
        for run in await self.runs(channel=started.channel, open_only=True):
            if unless_open and run.procedure_id == procedure.id:
                raise AlreadyOpen(run.run_id)
        title = fill(procedure.title, started.inputs)
        self._numbers[prefix] = number
        self._facts[run_id] = []
        self._runs[run_id] = RunRow(
            run_id=run_id,
            procedure_id=procedure.id,
            title=title,
            channel=started.channel,
            started_by=started.by.id,
            at=at.astimezone(UTC),
            open=True,
        )
        return self._extend(run_id, events, at, touched, delivery)

    async def append(
        self,
        run_id: str,
        after: int,
        events: Sequence[e.Event],
        *,
        at: datetime,
        touched: Mapping[str, int],
        delivery: str | None,
    ) -> list[e.Fact]:
        if not events:
            return []
        self._ready(delivery)
        if after != len(self._facts[run_id]):
            raise Stale(run_id)
        return self._extend(run_id, events, at, touched, delivery)

    async def read(self, run_id: str, after: int = 0) -> list[e.Fact]:
        self._ready(None)
        return self._facts.get(run_id, [])[after:]

    async def delivered(self, delivery: str) -> bool:
        self._ready(None)
        return delivery in self._deliveries

    async def runs(self, *, channel: str | None = None, open_only: bool = False) -> list[RunRow]:
        self._ready(None)
        newest = reversed(self._runs.values())
        return [r for r in newest if channel in (None, r.channel) and (r.open or not open_only)]

    async def dirty(self) -> list[MessageRow]:
        self._ready(None)
        lagging = [m for m in self._messages.values() if m.wanted > m.shown]
        return sorted(lagging, key=lambda m: (self._since[m.key], m.key))

    async def message(self, key: str) -> MessageRow | None:
        self._ready(None)
        return self._messages.get(key)

    async def find_message(self, channel: str, ts: str) -> MessageRow | None:
        self._ready(None)
        every = self._messages.values()
        return next((m for m in every if (m.channel, m.ts) == (channel, ts)), None)

    async def posting(self, key: str) -> None:
        self._ready(None)
        self._messages[key] = replace(self._messages[key], unsure=True)

    async def posted(self, key: str, ts: str, shown: int) -> None:
        self._requeue(replace(self._known(key), ts=ts, shown=shown, unsure=False))

    async def lost(self, key: str) -> None:
        old = self._known(key)
        again = old.generation + 1
        self._requeue(replace(old, ts=None, shown=0, unsure=False, generation=again))

    async def given_up(self, key: str, shown: int) -> None:
        self._requeue(replace(self._known(key), shown=shown, unsure=False))

    def _ready(self, delivery: str | None) -> None:
        if self.down:
            raise Unavailable("the log is down")
        if delivery in self._deliveries:
            raise Duplicate(delivery)

    def _known(self, key: str) -> MessageRow:
        self._ready(None)
        return self._messages[key]

    def _requeue(self, message: MessageRow) -> None:
        self._messages[message.key] = message
        self._since[message.key] = self._position

    def _extend(
        self,
        run_id: str,
        events: Sequence[e.Event],
        at: datetime,
        touched: Mapping[str, int],
        delivery: str | None,
    ) -> list[e.Fact]:
        facts = self._facts[run_id]
        head = facts[-1].hash if facts else e.GENESIS
        made: list[e.Fact] = []
        for seq, event in enumerate(events, start=len(facts) + 1):
            head = e.chain(head, run_id, seq, at, e.dump(event))
            made.append(e.Fact(run_id, seq, at.astimezone(UTC), event, head))
            if isinstance(event, e.RunClosed | e.RunReopened):
                reopened = isinstance(event, e.RunReopened)
                self._runs[run_id] = replace(self._runs[run_id], open=reopened)
        facts.extend(made)
        self._position += len(made)
        if delivery is not None:
            self._deliveries.add(delivery)
        for name, wanted in touched.items():
            self._want(run_id, f"{run_id}/{name}", wanted)
        return made

    def _want(self, run_id: str, key: str, wanted: int) -> None:
        channel = self._runs[run_id].channel
        fresh = MessageRow(key, run_id, channel, ts=None, wanted=0, shown=0, unsure=False)
        old = self._messages.get(key, fresh)
        if wanted > old.wanted or key not in self._messages:
            if old.wanted <= old.shown:
                self._since[key] = self._position
            self._messages[key] = replace(old, wanted=wanted)


class FakeClock:
    """`bot.ports.Clock` that stands still until `advance` moves it; sleepers wake in order."""

    def __init__(self, now: datetime = datetime(2026, 11, 1, 3, 0, tzinfo=UTC)) -> None:
        self._start = now
        self._passed = 0.0
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._count = 0

    def now(self) -> datetime:
        return self._start + timedelta(seconds=self._passed)

    def monotonic(self) -> float:
        return self._passed

    async def sleep(self, seconds: float) -> None:
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        wake: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._count += 1
        heapq.heappush(self._sleepers, (self._passed + seconds, self._count, wake))
        await wake

    async def advance(self, seconds: float) -> None:
        """Let *seconds* pass: every sleeper that is due wakes at its own time and runs on."""
        end = self._passed + seconds
        await settle()
        while self._sleepers and self._sleepers[0][0] <= end:
            self._passed, _, wake = heapq.heappop(self._sleepers)
            if not wake.done():
                wake.set_result(None)
                await settle()
        self._passed = end

    @property
    def sleeping(self) -> int:
        """How many wait for the time to pass."""
        return sum(not wake.done() for _, _, wake in self._sleepers)


async def settle(turns: int = 20) -> None:
    """Let every task that can run do so; enough turns for any chain of awaits in memory."""
    for _ in range(turns):
        await asyncio.sleep(0)
