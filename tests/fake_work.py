"""Fakes of work that is shared out: looks and timers, in memory and by the fake clock."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bot.core.run.proof import LAST_LOOK
from bot.ports.work import Due, Wanted

if TYPE_CHECKING:
    from tests.fakes import FakeLog


@dataclass(slots=True)
class Lease:
    """When something is due, and who has it until when; seconds by the fake clock."""

    due: float = 0.0
    until: float = 0.0
    token: int = 0
    failures: int = 0
    wanted_at: float = 0.0
    since: float = 0.0
    painted: float = -1e9

    @property
    def free_at(self) -> float:
        return max(self.due, self.until)


class FakeLooks:
    """`bot.ports.work.Looks` in memory."""

    def __init__(self, log: FakeLog) -> None:
        self._log = log
        self.rows: dict[tuple[str, str], Lease] = {}

    async def claim(
        self, limit: int, but: Collection[str] = (), *, last: int = 0
    ) -> tuple[Sequence[Wanted], float]:
        self._log.ready()
        now = self._log.clock.monotonic()
        taken: list[Wanted] = []
        left = {True: last, False: limit}
        for place in sorted(self.rows, key=lambda at: not at[1].startswith(LAST_LOOK)):
            lease = self.rows[place]
            kind = place[1].startswith(LAST_LOOK) and left[True] > 0
            if place[0] not in but and lease.free_at <= now and left[kind]:
                left[kind] -= 1
                lease.token += 1
                lease.until = now + 12.0
                taken.append(Wanted(*place, lease.token))
        return taken, min([30.0, *(x.free_at - now for x in self.rows.values())])

    async def again(self, wanted: Wanted, seconds: float) -> None:
        self._log.ready()
        lease = self.rows.get((wanted.run_id, wanted.request))
        if lease is not None and lease.token == wanted.token:
            lease.due, lease.until = self._log.clock.monotonic() + seconds, 0.0

    async def done(self, wanted: Wanted) -> None:
        self._log.ready()
        self.rows.pop((wanted.run_id, wanted.request), None)


class FakeTimers:
    """`bot.ports.work.Timers` in memory."""

    def __init__(self, log: FakeLog) -> None:
        self._log = log
        self.armed: dict[tuple[str, str], datetime] = {}

    def arm(self, run_id: str, timers: Mapping[str, datetime | None]) -> None:
        for name in timers:
            self.armed.pop((run_id, name), None)
        self.armed |= {(run_id, n): due for n, due in timers.items() if due is not None}

    async def due(self, limit: int, but: Collection[str] = ()) -> tuple[Sequence[Due], float]:
        self._log.ready()
        now = self._log.clock.now()
        first = sorted((at, place) for place, at in self.armed.items() if place[0] not in but)
        ready = [Due(*place, at) for at, place in first if at <= now][:limit]
        ahead = [(at - now).total_seconds() for at, _ in first[len(ready) :]]
        return ready, max(0.0, min([30.0, *ahead]))

    async def later(self, due: Due, seconds: float) -> None:
        self._log.ready()
        if self.armed.get((due.run_id, due.name)) == due.at:
            moved = self._log.clock.now() + timedelta(seconds=seconds)
            self.armed[due.run_id, due.name] = moved
