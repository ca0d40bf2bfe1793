"""`SqlLog`: the log's port, kept by a database.

It may not decide, paint or ask the time. Writes go through one lane, reads through another with a
connection of its own, so that they do not queue behind the disk.
"""

import asyncio
from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from datetime import UTC, datetime
from functools import partial
from types import TracebackType
from typing import Any, Self, TypeVar

from sqlalchemy import Connection, Select, delete, false, func, select

from bot.app import watch
from bot.core.engine.effects import Effects
from bot.core.run.events import BrokenChain, Event, Fact, RunStarted, stamp
from bot.core.sealing.record import Checked, Followed
from bot.core.sealing.written import Written
from bot.edges.store import audits, erasing, sealing, uploads
from bot.edges.store.acquaintances import SqlAcquaintances
from bot.edges.store.announcing import SqlEpisodes
from bot.edges.store.database import Database
from bot.edges.store.groups import SqlGroups
from bot.edges.store.lane import Observe
from bot.edges.store.looks import SqlLooks
from bot.edges.store.outbox import SqlOutbox
from bot.edges.store.record import Append, Begin, is_drill
from bot.edges.store.rows import facts_of, message_of, run_of, written_in
from bot.edges.store.schema import deliveries, facts, messages, runs
from bot.edges.store.teams import Teams
from bot.edges.store.texts import SqlTexts
from bot.edges.store.timers import SqlTimers
from bot.edges.store.upkeep import tidy
from bot.ports.log import MOST, Opening, RunRow, Unavailable
from bot.ports.messages import Backlog, MessageRow
from bot.ports.vault import Kept
from bot.ports.work import Due

T = TypeVar("T")

FORGOTTEN = 5_000
"""How many deliveries are forgotten at a time, so that no click waits for it."""


class SqlLog:
    """Keeps `bot.ports.log.Log`; made by `open`, closed by `close` or at the end of `async with`.

    `outbox`, `episodes`, `looks`, `timers`, `texts`, `acquaintances` and `groups` keep the ports of
    these names in the same database; the last two are the first workspace's, and `acquainted` and
    `grouped` give another's.
    Two promises beyond the ports': an append that raised Unavailable changed nothing, unless it
    says that it is in doubt, and then it is there whole or not at all; and the log is used again
    as soon as the database works again.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._teams = Teams()
        self.outbox = SqlOutbox(database, self._teams)
        self.episodes = SqlEpisodes(database, self._teams)
        self.looks = SqlLooks(database)
        self.timers = SqlTimers(database)
        self.texts = SqlTexts(database)
        self.acquaintances = SqlAcquaintances(database, self._teams)
        self.groups = SqlGroups(database, self._teams)

    @classmethod
    async def open(
        cls, url: str, *, read_only: bool = False, observe: Observe | None = None
    ) -> Self:
        """Open the database at *url* (`sqlite:///runbook.db`, `postgresql://HOST/NAME`).

        An SQLite file is made or migrated if need be. *read_only* reads beside the process that
        has it: nothing is locked, made or migrated, and what would write raises Unavailable.
        *observe* is told of each commit.

        Raises StoreError, whose one line says what to do, when it is in use by another process,
        damaged, newer than this program, not ours, or not to be had; Unready, which is one, when
        it cannot be reached just now.
        """
        return cls(await Database.open(url, read_only=read_only, observe=observe))

    async def close(self) -> None:
        """Finish what is being written and let the next process have the database."""
        await self._database.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    @property
    def shared(self) -> bool:
        """Whether other processes write here too, whose clocks may differ from this one's."""
        return self._database.shared

    async def now(self) -> datetime:
        """The time by the database's clock, UTC; raises Unavailable."""
        return datetime.fromtimestamp(await self._query(self._database.now), UTC)

    async def serve(self, team: str, enterprise: str | None = None) -> None:
        """Serve the workspace of *team* from now on: only messages of such are claimed.

        The first one that is ever served is that of all rows without a team. Raises Unavailable.
        """
        await self._teams.serve(self._database, team, enterprise)

    def acquainted(self, team: str) -> SqlAcquaintances:
        """What is known of people in one workspace."""
        return SqlAcquaintances(self._database, self._teams, team)

    def grouped(self, team: str) -> SqlGroups:
        """Who is in the user groups of one workspace."""
        return SqlGroups(self._database, self._teams, team)

    async def listen(self, heard: Callable[[str], None]) -> None:
        """Call *heard* with each run that another process adds to, until cancelled."""
        await self._database.listen(heard)

    async def begin(
        self,
        prefix: str,
        make: Callable[[str], Sequence[Event]],
        *,
        opening: Opening,
        at: datetime,
        effects: Effects,
        delivery: str | None,
        unless_open: bool,
    ) -> list[Fact]:
        """Start a run, as the port says; *make* is called in the lane's thread."""
        with watch.span("append") as span:
            trace = watch.current_trace()
            work = Begin(
                self._database,
                prefix,
                make,
                opening,
                at,
                effects,
                delivery,
                unless_open,
                self._teams,
                trace,
            )
            made = await self._database.append(work)
            span.note(run=made[0].run_id)
        return made

    async def append(
        self,
        run_id: str,
        after: int,
        events: Sequence[Event],
        *,
        at: datetime,
        effects: Effects,
        delivery: str | None,
        fires: Due | None = None,
    ) -> list[Fact]:
        """Append facts, as the port says; without events and timer, nothing is recorded.

        Raises KeyError for a run that was never begun.
        """
        if not events and fires is None:
            return []
        with watch.span("append", run=run_id):
            work = Append(
                self._database,
                run_id,
                after,
                events,
                at,
                effects,
                delivery,
                fires,
                watch.current_trace(),
            )
            made: list[Fact] = await self._database.append(work)
        return made

    async def read(self, run_id: str, after: int = 0) -> list[Fact]:
        """The run's facts after number *after*; raises StoreError for one that is unreadable."""
        query = select(facts).where(facts.c.run_id == run_id, facts.c.seq > after)
        ordered = query.order_by(facts.c.seq)
        # Asked for after the entries, so that everyone in these is among them.
        whom = select(runs.c.people).where(runs.c.run_id == run_id)
        return await self._query(
            lambda c: facts_of(c.execute(ordered).all(), lambda: c.execute(whom).scalar() or "")
        )

    async def beginning(self, run_id: str) -> RunStarted | None:
        """What a run began with, as the port says; raises StoreError if it is unreadable."""
        first = select(facts).where(facts.c.run_id == run_id, facts.c.seq == 1)
        whom = select(runs.c.people).where(runs.c.run_id == run_id)
        made = await self._query(
            lambda c: facts_of(c.execute(first).all(), lambda: c.execute(whom).scalar() or "")
        )
        begun = made[0].event if made else None
        return begun if isinstance(begun, RunStarted) else None

    async def written(self, run_id: str, seq: int) -> Sequence[Written]:
        """What somebody wrote in one fact, as the port says; raises StoreError if it is damaged."""
        query = select(facts).where(facts.c.run_id == run_id, facts.c.seq == seq)
        whom = select(runs.c.people).where(runs.c.run_id == run_id)
        return await self._query(
            lambda c: written_in(c.execute(query).all(), lambda: c.execute(whom).scalar() or "")
        )

    async def kept(self, run_id: str) -> Kept | None:
        """A run as it is stored, for an erasure; None when there is none."""
        return await self._query(lambda c: erasing.kept(c, run_id))

    async def seal_of_before(self, run_id: str) -> None:
        """Seal the entries of a run that were written plain; raises ValueError or Unavailable."""
        last: int | None = 0
        while last is not None:
            last = await self._database.write(partial(erasing.seal_some, run_id=run_id, after=last))

    async def knows(self, person: str) -> bool:
        """Whether anything is kept that Slack said of a person."""
        return await self._query(lambda c: erasing.knows(c, person))

    async def forget(self, person: str) -> None:
        """Forget what Slack said of a person; it is asked again if they appear again."""
        await self._database.write(lambda c: erasing.forget(c, person))

    async def tidy(self) -> bool:
        """Leave nothing of what was erased in the write-ahead log of a file; whether it is so."""
        return await asyncio.to_thread(tidy, self._database.url)

    async def audit(self, run_id: str) -> str:
        """Follow the run's hash chain and return the head hash; raises BrokenChain."""
        checked = await self.checked(run_id)
        if not checked.follows:
            raise BrokenChain(f"{run_id}: {checked.faults[0]}")
        return checked.head

    async def checked(self, run_id: str) -> Checked:
        """What an audit of the run finds; it reads, and raises nothing for what is wrong."""
        return await self._query(lambda c: audits.audit(c, run_id))

    async def followed(self, run_id: str, since: int) -> Followed:
        """The run's hashes from number *since* on, and whether they follow."""
        return await self._query(lambda c: audits.followed(c, run_id, since))

    async def is_sealed(self) -> bool:
        """Whether entries are written sealed."""
        return await self._query(sealing.is_on)

    async def uploaded_as(self, sha256: str) -> Sequence[str]:
        """The runs of which a file with this hash was uploaded."""
        return await self._query(lambda c: uploads.of_hash(c, sha256))

    async def pictured(
        self, team: str | None, channel: str, sha256: str
    ) -> tuple[str, str | None] | None:
        return await self._query(lambda c: uploads.pictured(c, team, channel, sha256))

    async def every(self) -> Sequence[str]:
        """The id of every run that is there, in part or whole, the oldest first."""
        return await self._query(audits.ids)

    async def missing(self) -> Sequence[str]:
        """The runs that are not there any more, by the numbers that were given."""
        return await self._query(audits.missing)

    async def delivered(self, delivery: str) -> bool:
        """Whether this delivery was recorded before."""
        query = select(deliveries.c.id).where(deliveries.c.id == delivery)
        return await self._query(lambda c: c.execute(query).first() is not None)

    async def forget_deliveries(self, before: datetime) -> None:
        """Forget the deliveries that came before a time: Slack repeats none after an hour."""
        old = select(deliveries.c.id).where(deliveries.c.at < stamp(before)).limit(FORGOTTEN)
        query = delete(deliveries).where(deliveries.c.id.in_(old))

        def work(connection: Connection) -> None:
            connection.execute(query)

        await self._database.write(work)

    async def runs(  # noqa: PLR0913 - each narrows the list
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
        """The newest *limit* runs of all workspaces or of a channel of one, as the port says."""
        place = (team, channel)
        query = self._of(select(runs), place, open_only=open_only, private=private, drill=drill)
        if procedure is not None:
            query = query.where(runs.c.procedure_id == procedure)
        if before is not None:
            query = query.where(runs.c.first < before)
        query = query.order_by(runs.c.first.desc(), runs.c.run_id).limit(limit)
        named = self._teams.named
        return await self._query(
            lambda c: [run_of(row, named(row.team)) for row in c.execute(query)]
        )

    async def having(self, run_ids: Sequence[str], kind: str) -> AbstractSet[str]:
        """Those of some runs that have a fact of this kind."""
        of_these = facts.c.run_id.in_(run_ids)
        query = select(facts.c.run_id).where(of_these, facts.c.kind == kind).distinct()
        return set(await self._query(lambda c: c.execute(query).scalars().all()))

    async def row(self, run_id: str) -> RunRow | None:
        """What a list of runs shows of one; None when there is no such run."""
        query = select(runs).where(runs.c.run_id == run_id)
        row = await self._query(lambda c: c.execute(query).first())
        return None if row is None else run_of(row, self._teams.named(row.team))

    async def team(self, run_id: str) -> str | None:
        """The team of the workspace that a run is of; None where that is not known."""
        query = select(runs.c.team).where(runs.c.run_id == run_id)
        return self._teams.named(await self._query(lambda c: c.execute(query).scalar()))

    async def count(
        self,
        *,
        team: str | None = None,
        channel: str | None = None,
        open_only: bool = False,
        private: bool | None = None,
        drill: bool | None = None,
    ) -> int:
        """How many runs there are, of all workspaces or of a channel of one."""
        every, place = select(func.count()).select_from(runs), (team, channel)
        query = self._of(every, place, open_only=open_only, private=private, drill=drill)
        return await self._query(lambda c: c.execute(query).scalar_one())

    def _of(
        self,
        query: Select[Any],
        place: tuple[str | None, str | None],
        *,
        open_only: bool,
        private: bool | None,
        drill: bool | None,
    ) -> Select[Any]:
        """*query* of the runs of a channel, of open ones, of those for everyone, or of drills."""
        team, channel = place
        if drill is not None:
            query = query.where(is_drill(drill))
        if channel is not None:
            query = query.where(runs.c.channel == channel, self._teams.of(runs.c.team, team))
        if private is not None:
            is_everyones = runs.c.private.is_(false())
            query = query.where(~is_everyones if private else is_everyones)
        return query.where(runs.c.open) if open_only else query

    async def backlog(self, late_after: float) -> Backlog:
        """What is not shown yet, as `bot.ports.messages.Outbox` says."""
        return await self.outbox.backlog(late_after)

    async def message(self, key: str) -> MessageRow | None:
        """One message's row."""
        return await self._message(select(messages).where(messages.c.key == key))

    async def find_message(self, team: str | None, channel: str, ts: str) -> MessageRow | None:
        """The row of the message that Slack knows by *channel* and *ts* in a workspace."""
        query = select(messages).where(messages.c.channel == channel, messages.c.ts == ts)
        return await self._message(query.where(self._teams.of(messages.c.team, team)))

    async def _message(self, query: Select[Any]) -> MessageRow | None:
        row = await self._query(lambda c: c.execute(query).first())
        return None if row is None else message_of(row, self._teams.named(row.team))

    async def _query(self, ask: Callable[[Connection], T]) -> T:
        if self._database.closed:
            raise Unavailable("the log is closed")
        return await self._database.read(ask)
