"""The fake of the outbox: what is wanted in Slack, in memory and by the fake clock."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from bot.core.run.sendings import kind_of
from bot.ports.messages import MOST_LATE, Backlog, Claim, MessageRow
from tests.fake_work import Lease

if TYPE_CHECKING:
    from tests.fakes import FakeLog


class FakeOutbox:
    """`bot.ports.messages.Outbox` in memory, with one allowance: a second between two posts."""

    def __init__(self, log: FakeLog) -> None:
        self._log = log
        self.rows: dict[str, MessageRow] = {}
        self._leases: dict[str, Lease] = {}
        self._free: dict[tuple[str | None, str], float] = {}

    @property
    def _now(self) -> float:
        self._log.ready()
        return self._log.clock.monotonic()

    @property
    def dirty(self) -> list[MessageRow]:
        """What is wanted otherwise than it is shown, whoever has it."""
        return [row for row in self.rows.values() if row.wanted > row.shown]

    def want(self, fresh: MessageRow, wanted: int) -> None:
        old = self.rows.setdefault(fresh.key, fresh)
        lease = self._leases.setdefault(fresh.key, Lease())
        if wanted > old.wanted:
            lease.wanted_at = self._now
            if old.wanted <= old.shown:
                lease.since = self._now
            self.rows[fresh.key] = replace(old, wanted=wanted)

    async def claim(self, limit: int, but: Collection[str] = ()) -> tuple[Sequence[Claim], float]:
        now = self._now
        claims: list[Claim] = []
        for row in sorted(self.dirty, key=self._interest):
            lease = self._leases[row.key]
            root = self.rows.get(f"{row.run_id}/board")
            thread = root.ts if root is not None and root.key != row.key else None
            apart = not kind_of(row.key.partition("/")[2]).priority
            rootless = not apart and thread is None
            paced = row.ts is None and self._free.get((row.team, row.channel), 0.0) > now
            if root is row and not row.channel:
                continue
            if row.run_id in but or lease.free_at > now or rootless or paced:
                continue
            if len(claims) == limit:
                continue
            if row.ts is None:
                self._free[row.team, row.channel] = now + 1.0
            lease.token += 1
            lease.failures += lease.until > 0.0
            lease.until, lease.due, lease.painted = now + 12.0, now + 1.0, now
            self.rows[row.key] = replace(row, unsure=row.unsure or row.ts is None)
            claims.append(Claim(row, lease.token, thread, lease.failures))
        times = [self._leases[row.key].free_at for row in self.dirty] + [*self._free.values()]
        return claims, min([30.0, *(at - now for at in times if at > now)])

    def _interest(self, row: MessageRow) -> tuple[int, bool, float, str]:
        lease = self._leases[row.key]
        rank = kind_of(row.key.partition("/")[2]).priority
        return rank, lease.painted > self._now - 20, -lease.wanted_at, row.key

    def _settle(self, claim: Claim, **changes: Any) -> Lease | None:
        now, key = self._now, claim.message.key
        lease = self._leases[key]
        if lease.token != claim.token:
            lease.token += 1
            lease.until = 0.0
            self.rows[key] = replace(self.rows[key], shown=self.rows[key].wanted - 1)
            return None
        self.rows[key] = replace(self.rows[key], **changes)
        lease.until = 0.0
        lease.since = now
        return lease

    async def shown(self, claim: Claim, ts: str, seq: int) -> None:
        if (lease := self._settle(claim, ts=ts, shown=seq, unsure=False)) is not None:
            lease.failures = 0

    async def again(
        self, claim: Claim, seconds: float, *, unsure: bool, failed: bool = True
    ) -> None:
        if (lease := self._settle(claim, unsure=unsure)) is not None:
            lease.due, lease.failures = self._now + seconds, claim.failures + failed

    async def hold(self, claim: Claim, seconds: float) -> None:
        if (lease := self._settle(claim, unsure=claim.message.unsure)) is not None:
            lease.due = self._now + seconds

    async def give_up(self, claim: Claim) -> None:
        row = claim.message
        if (lease := self._settle(claim, shown=row.wanted, unsure=row.unsure)) is not None:
            lease.failures = 0

    async def lost(self, key: str, ts: str) -> None:
        now = self._now
        if key not in self.rows or self.rows[key].ts != ts:
            return
        old, lease = self.rows[key], self._leases[key]
        generation = old.generation + 1
        self.rows[key] = replace(old, ts=None, shown=0, unsure=False, generation=generation)
        lease.token += 1
        lease.due = lease.until = 0.0
        lease.failures, lease.since = 0, now

    def move(self, run_id: str, place: str, *, stays: bool) -> None:
        """The run is in another channel: its board and what is not posted yet come there.

        What *stays* is in a channel that has another id.
        """
        was = self.rows[f"{run_id}/board"].channel
        for key, old in list(self.rows.items()):
            if stays:
                if (old.run_id, old.channel) == (run_id, was):
                    self.rows[key] = replace(old, channel=place)
                    self._leases[key].due = 0.0
                continue
            rank = kind_of(key.partition("/")[2]).priority
            if old.run_id != run_id or not (key == f"{run_id}/board" or (rank and not old.ts)):
                continue
            generation = old.generation + 1
            self.rows[key] = replace(
                old, channel=place, ts=None, shown=0, unsure=False, generation=generation
            )
            lease = self._leases[key]
            lease.token += 1
            lease.due = lease.until = 0.0
            lease.failures = 0

    async def invited(self, team: str | None, channel: str) -> None:
        for row in self.dirty:
            if (row.team, row.channel) == (team, channel):
                self._leases[row.key].due = 0.0

    async def behind(self, team: str | None, channel: str) -> Sequence[str]:
        rows = [one for one in self.rows.values() if one.channel == channel]
        return sorted(one.key for one in rows if one.wanted > one.shown)

    async def backlog(self, late_after: float) -> Backlog:
        now = self._now
        ages = sorted((now - self._leases[row.key].since, row.key) for row in self.dirty)[::-1]
        late = [key for age, key in ages if age > late_after][:MOST_LATE]
        return Backlog(len(ages), ages[0][0] if ages else 0.0, late)
