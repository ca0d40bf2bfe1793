"""The ports in memory, for tests that need no disk: they keep the promises that the edges keep."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from bot.core.engine.effects import BOARD, EXPORT, REPLACES, SEARCH, Effects, Erasure
from bot.core.person import ERASED
from bot.core.run import events as e
from bot.core.sealing.reading import rereads
from bot.core.sealing.record import Checked, Followed, Row, Stored, check, follow
from bot.core.sealing.written import Written, written
from bot.ports.log import (
    MOST,
    AlreadyOpen,
    Duplicate,
    Opening,
    RunRow,
    Stale,
    Unavailable,
    Unreadable,
)
from bot.ports.messages import MessageRow
from bot.ports.vault import Kept
from bot.ports.work import Due
from tests.fake_acquaintances import FakeAcquaintances
from tests.fake_clock import FakeClock as FakeClock  # noqa: PLC0414 - spoken of here
from tests.fake_clock import settle as settle  # noqa: PLC0414 - likewise
from tests.fake_outbox import FakeOutbox
from tests.fake_rooms import NoRooms as NoRooms  # noqa: PLC0414 - likewise
from tests.fake_rooms import everywhere as everywhere  # noqa: PLC0414 - likewise
from tests.fake_sealing import Seals
from tests.fake_work import FakeLooks, FakeTimers, Lease


async def here(work: Callable[[], str]) -> str:
    """A press that does the work at once, in this process."""
    return work()


class FakeLog:
    """`bot.ports.log.Log` in memory; set `down` to make every call raise Unavailable."""

    def __init__(self, clock: FakeClock | None = None) -> None:
        self.clock = clock or FakeClock()
        self.down = False
        self.unknown: set[str] = set()
        self.damaged: set[str] = set()
        self._facts: dict[str, list[e.Fact]] = {}
        self._runs: dict[str, RunRow] = {}
        self._deliveries: set[str] = set()
        self._numbers: dict[str, int] = {}
        self.seals = Seals()
        self.outbox = FakeOutbox(self)
        self.looks = FakeLooks(self)
        self.timers = FakeTimers(self)
        self.acquaintances = FakeAcquaintances(self)

    async def begin(
        self,
        prefix: str,
        make: Callable[[str], Sequence[e.Event]],
        *,
        opening: Opening,
        at: datetime,
        effects: Effects,
        delivery: str | None,
        unless_open: bool,
    ) -> list[e.Fact]:
        self._ready(delivery)
        number = self._numbers.get(prefix, 0) + 1
        run_id = f"{prefix}-{number}"
        events = make(run_id)
        here = await self.runs(
            team=opening.team, channel=opening.channel, open_only=True, drill=opening.drill
        )
        for run in here:
            if unless_open and run.procedure_id == opening.procedure_id:
                if run.run_id != opening.beside:
                    raise AlreadyOpen(run.run_id)
                break
        self._refuse_second_instead(opening.instead_of)
        self._numbers[prefix] = number
        self._facts[run_id] = []
        self._runs[run_id] = RunRow(
            run_id=run_id,
            procedure_id=opening.procedure_id,
            title=opening.title,
            channel=opening.channel,
            started_by=opening.started_by,
            at=at.astimezone(UTC),
            open=True,
            team=opening.team,
            place=len(self._runs),
            private=opening.private,
            drill=opening.drill,
        )
        return self._extend(run_id, events, at, effects, delivery)

    def _refuse_second_instead(self, old: str | None) -> None:
        armed = {name: of for of, name in self.timers.armed}
        if old is not None and (name := f"{REPLACES}{old}") in armed:
            raise AlreadyOpen(armed[name])
        if old is not None and not (old in self._runs and self._runs[old].open):
            raise Stale(old)

    async def append(
        self,
        run_id: str,
        after: int,
        events: Sequence[e.Event],
        *,
        at: datetime,
        effects: Effects,
        delivery: str | None,
        fires: Due | None = None,
    ) -> list[e.Fact]:
        if not events and fires is None:
            return []
        self._ready(delivery)
        armed = self.timers.armed
        if fires is not None and armed.get((run_id, fires.name)) != fires.at:
            raise Duplicate(fires.name)
        if after != len(self._facts[run_id]):
            raise Stale(run_id)
        if fires is not None:
            del armed[run_id, fires.name]
        return self._extend(run_id, events, at, effects, delivery)

    async def read(self, run_id: str, after: int = 0) -> list[e.Fact]:
        self.ready()
        if run_id in self.unknown | self.damaged:
            raise Unreadable(f"{run_id} has an entry of a newer version")
        return self._facts.get(run_id, [])[after:]

    async def beginning(self, run_id: str) -> e.RunStarted | None:
        self.ready()
        if run_id in self.damaged:
            raise Unreadable(f"{run_id} has a first entry that nobody can read")
        first = self._facts.get(run_id, [])[:1]
        begun = first[0].event if first else None
        return begun if isinstance(begun, e.RunStarted) else None

    async def written(self, run_id: str, seq: int) -> Sequence[Written]:
        self.ready()
        return written(self._stored(run_id)[seq - 1], self.seals.people(run_id))

    async def checked(self, run_id: str) -> Checked:
        self.ready()
        return check(run_id, self._stored(run_id), self._row(run_id))

    async def kept(self, run_id: str) -> Kept | None:
        self.ready()
        if (run := self._runs.get(run_id)) is None:
            return None
        people = str(self.seals.people(run_id))
        return Kept(self._stored(run_id), people, run.open, sealed=True, files=())

    async def followed(self, run_id: str, since: int) -> Followed:
        self.ready()
        return follow(run_id, [one for one in self._stored(run_id) if one.seq >= since])

    async def pictured(
        self, team: str | None, channel: str, sha256: str
    ) -> tuple[str, str | None] | None:
        self.ready()
        here = [
            one for one, row in self._runs.items() if (row.team, row.channel) == (team, channel)
        ]
        found = (fact.event for one in here for fact in self._facts[one])
        shown = [one for one in found if isinstance(one, e.PictureShown) and one.sha256 == sha256]
        return (shown[-1].file or "", shown[-1].link) if shown else None

    async def is_sealed(self) -> bool:
        self.ready()
        return True

    def _stored(self, run_id: str) -> list[Stored]:
        return [self.seals.stored(fact) for fact in self._facts.get(run_id, [])]

    def _row(self, run_id: str) -> Row | None:
        if (run := self._runs.get(run_id)) is None:
            return None
        facts = self._facts[run_id]
        return Row(
            len(facts),
            facts[-1].hash if facts else e.GENESIS,
            run.channel,
            run.title,
            run.open,
            run.procedure_id,
            run.started_by,
            e.stamp(run.at),
            str(self.seals.people(run_id)),
            name=run_id,
            team=run.team,
            private=run.private,
            drill=run.drill,
        )

    def says(self, run_id: str, *, private: bool | None) -> None:
        """What the row of a run says otherwise than whoever began it: a program of before, say."""
        self._runs[run_id] = replace(self._runs[run_id], private=private)

    def rewrite(self, run_id: str, facts: Sequence[e.Fact]) -> None:
        """What who can write the database can do: other facts, and every hash made to fit."""
        made: list[e.Fact] = []
        head = e.GENESIS
        for fact in facts:
            head = e.chain(head, run_id, fact.seq, fact.at, e.dump(fact.event))
            made.append(replace(fact, hash=head))
        self._facts[run_id] = made

    async def delivered(self, delivery: str) -> bool:
        self.ready()
        return delivery in self._deliveries

    async def runs(
        self,
        *,
        team: str | None = None,
        channel: str | None = None,
        procedure: str | None = None,
        open_only: bool = False,
        private: bool | None = None,
        drill: bool | None = None,
        before: int | None = None,
        limit: int = MOST,
    ) -> list[RunRow]:
        self.ready()
        return [
            row
            for row in reversed(self._runs.values())
            if channel is None or (row.team, row.channel) == (team, channel)
            if procedure in (None, row.procedure_id) and drill in (None, row.drill)
            if private is None or private is (row.private is not False)
            if (row.open or not open_only) and (before is None or row.place < before)
        ][:limit]

    async def count(self, **of: Any) -> int:
        return len(await FakeLog.runs(self, **of, limit=len(self._runs)))

    async def having(self, run_ids: Sequence[str], kind: str) -> set[str]:
        self.ready()
        facts = ((one, fact) for one in run_ids for fact in self._facts.get(one, ()))
        return {one for one, fact in facts if fact.event.kind == kind}

    async def row(self, run_id: str) -> RunRow | None:
        self.ready()
        return self._runs.get(run_id)

    async def team(self, run_id: str) -> str | None:
        self.ready()
        return self._runs[run_id].team if run_id in self._runs else None

    async def message(self, key: str) -> MessageRow | None:
        self.ready()
        return self.outbox.rows.get(key)

    async def find_message(self, team: str | None, channel: str, ts: str) -> MessageRow | None:
        self.ready()
        asked, every = (team, channel, ts), self.outbox.rows.values()
        return next((m for m in every if (m.team, m.channel, m.ts) == asked), None)

    def ready(self) -> None:
        """Raise Unavailable while the log is down."""
        if self.down:
            raise Unavailable("the log is down")

    def _ready(self, delivery: str | None) -> None:
        self.ready()
        if delivery in self._deliveries:
            raise Duplicate(delivery)

    def _extend(
        self,
        run_id: str,
        events: Sequence[e.Event],
        at: datetime,
        effects: Effects,
        delivery: str | None,
    ) -> list[e.Fact]:
        facts = self._facts[run_id]
        head = facts[-1].hash if facts else e.GENESIS
        made: list[e.Fact] = []
        for seq, event in enumerate(events, start=len(facts) + 1):
            fact = e.Fact(run_id, seq, at.astimezone(UTC), event, "")
            made.append(self.seals.sealed(fact, head))
            head = made[-1].hash
        facts.extend(made)
        if effects.open is not None:
            self._runs[run_id] = replace(self._runs[run_id], open=effects.open)
        if effects.place is not None:
            self._runs[run_id] = replace(self._runs[run_id], channel=effects.place)
        self.looks.rows |= {(run_id, request): Lease() for request in effects.looks}
        for request in effects.ended:
            self.looks.rows.pop((run_id, request), None)
        search = {f"{SEARCH}{n}": at for n, at in effects.search.items()}
        self.timers.arm(run_id, {**effects.timers, **search})
        if delivery is not None:
            self._deliveries.add(delivery)
        place = self._runs[run_id]
        for name, wanted in effects.messages.items():
            key = f"{run_id}/{name}"
            fresh = MessageRow(
                key, run_id, place.channel, None, 0, 0, unsure=False, team=place.team
            )
            self.outbox.want(fresh, wanted)
        if effects.place is not None:
            self.outbox.move(run_id, effects.place, stays=effects.is_same)
        if effects.erase is not None:
            self._erase(run_id, effects.erase)
        elif rereads(events):
            self._facts[run_id] = self.seals.erase(facts, Erasure((), (), (), None))
        return made

    def _erase(self, run_id: str, gone: Erasure) -> None:
        """Take words and people out of a run, and have what shows them drawn again."""
        run, people = self._runs[run_id], self.seals.people(run_id)
        for token in gone.people:
            if people.id(token) == run.started_by:
                run = replace(run, started_by=f"{ERASED}{token[:16]}")
        self._runs[run_id] = replace(run, title=gone.title or run.title)
        self._facts[run_id] = self.seals.erase(self._facts[run_id], gone)
        for row in list(self.outbox.rows.values()):
            name = row.key.partition("/")[2]
            if row.run_id == run_id and name != BOARD and not name.startswith(EXPORT):
                self.outbox.want(row, len(self._facts[run_id]))
