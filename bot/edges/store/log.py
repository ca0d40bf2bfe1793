"""`SqlLog`: the log's port, kept by a database.

It may not decide, paint or ask the time. Writes go through the one writer, reads through one
other thread with a connection of its own, so that they do not queue behind the disk.
"""

import asyncio
import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

from sqlalchemy import Connection, Engine, select
from sqlalchemy.exc import SQLAlchemyError

from bot.core.events import (
    GENESIS,
    BrokenChain,
    Event,
    Fact,
    RunStarted,
    load,
    verified,
)
from bot.edges.store import record, sqlite
from bot.edges.store.files import Lock, StoreError, inspect, path_of
from bot.edges.store.migrate import current, migrate
from bot.edges.store.schema import deliveries, facts, messages, runs
from bot.edges.store.writer import Writer, reason
from bot.ports import MessageRow, RunRow, Unavailable

T = TypeVar("T")


class SqlLog:
    """Keeps `bot.ports.Log`; made by `open`, and closed by `close` or at the end of `async with`.

    Two promises beyond the port's: an append that raised Unavailable changed nothing, unless the
    disk itself failed in the middle of making it durable, and then it is there whole or not at
    all; and the log is used again as soon as the database works again.
    """

    def __init__(self, lock: Lock | None, writing: Engine, reading: Engine) -> None:
        self._lock = lock
        self._writer = Writer(writing)
        self._reading = reading
        self._readers = ThreadPoolExecutor(1, thread_name_prefix="log-reader")
        self._closed = False

    @classmethod
    async def open(cls, url: str, *, read_only: bool = False) -> Self:
        """Open the database at *url* (`sqlite:///runbook.db`), made or migrated if need be.

        *read_only* reads beside the process that has it: nothing is locked, made or migrated, and
        what would write raises Unavailable.

        Raises StoreError, whose one line says what to do, when it is in use by another process,
        damaged, newer than this program, not ours, or not to be had.
        """
        path = await asyncio.to_thread(path_of, url)
        if read_only:
            await asyncio.to_thread(_visit, path)
            return cls(None, sqlite.reading(path), sqlite.reading(path))
        lock = await asyncio.to_thread(_prepare, path)
        return cls(lock, sqlite.writing(path), sqlite.reading(path))

    async def close(self) -> None:
        """Finish what is being written and let the next process have the database."""
        self._closed = True
        await self._writer.close()
        await asyncio.to_thread(self._readers.shutdown)
        self._reading.dispose()
        if self._lock is not None:
            self._lock.release()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    async def begin(
        self,
        prefix: str,
        make: Callable[[str], Sequence[Event]],
        *,
        at: datetime,
        touched: Mapping[str, int],
        delivery: str | None,
        unless_open: bool,
    ) -> list[Fact]:
        """Start a run, as the port says; *make* is called in the writer's thread."""

        def work(connection: Connection) -> list[Fact]:
            record.deliver(connection, delivery, at)
            number = record.next_number(connection, prefix)
            run_id = f"{prefix}-{number}"
            events = make(run_id)
            started = events[0] if events else None
            if not isinstance(started, RunStarted):
                raise TypeError(f"{run_id} must begin with run_started")
            if unless_open:
                record.refuse_second(connection, started)
            head = record.start(connection, run_id, (prefix, number), started, at)
            return record.extend(connection, head, record.Batch(events, at, touched))

        return await self._writer.do(work)

    async def append(
        self,
        run_id: str,
        after: int,
        events: Sequence[Event],
        *,
        at: datetime,
        touched: Mapping[str, int],
        delivery: str | None,
    ) -> list[Fact]:
        """Append facts, as the port says; no events are no facts, and nothing is recorded.

        Raises KeyError for a run that was never begun.
        """
        if not events:
            return []

        def work(connection: Connection) -> list[Fact]:
            record.deliver(connection, delivery, at)
            head = record.head_of(connection, run_id, after)
            return record.extend(connection, head, record.Batch(events, at, touched))

        return await self._writer.do(work)

    async def read(self, run_id: str, after: int = 0) -> list[Fact]:
        """The run's facts after number *after*; raises StoreError for one that is unreadable."""
        query = select(facts).where(facts.c.run_id == run_id, facts.c.seq > after)
        ordered = query.order_by(facts.c.seq)
        return await self._query(lambda c: [_fact(row) for row in c.execute(ordered)])

    async def audit(self, run_id: str) -> str:
        """Follow the run's hash chain and return the head hash; raises BrokenChain."""
        query = select(facts).where(facts.c.run_id == run_id).order_by(facts.c.seq)
        known = select(runs.c.facts, runs.c.head).where(runs.c.run_id == run_id)

        def follow(connection: Connection) -> str:
            rows = connection.execute(query).all()
            last = connection.execute(known).one_or_none()
            head = verified([(_bare(row), row.body) for row in rows])
            if (len(rows), head) != (tuple(last) if last else (0, GENESIS)):
                raise BrokenChain(f"{run_id}: facts after number {len(rows)} are missing")
            return head

        return await self._query(follow)

    async def delivered(self, delivery: str) -> bool:
        """Whether this delivery was recorded before."""
        query = select(deliveries.c.id).where(deliveries.c.id == delivery)
        return await self._query(lambda c: c.execute(query).first() is not None)

    async def runs(self, *, channel: str | None = None, open_only: bool = False) -> list[RunRow]:
        """The runs, newest first."""
        query = select(runs).order_by(runs.c.first.desc())
        if channel is not None:
            query = query.where(runs.c.channel == channel)
        if open_only:
            query = query.where(runs.c.open)
        return await self._query(lambda c: [_run(row) for row in c.execute(query)])

    async def dirty(self) -> list[MessageRow]:
        """The messages that are wanted otherwise than they are shown, longest waiting first."""
        query = select(messages).where(messages.c.wanted > messages.c.shown)
        ordered = query.order_by(messages.c.wanted_since, messages.c.key)
        return await self._query(lambda c: [_message(row) for row in c.execute(ordered)])

    async def message(self, key: str) -> MessageRow | None:
        """One message's row."""
        query = select(messages).where(messages.c.key == key)
        return await self._query(lambda c: _first(c.execute(query).first()))

    async def find_message(self, channel: str, ts: str) -> MessageRow | None:
        """The row of the message that Slack knows by *channel* and *ts*."""
        query = select(messages).where(messages.c.channel == channel, messages.c.ts == ts)
        return await self._query(lambda c: _first(c.execute(query).first()))

    async def posting(self, key: str) -> None:
        """Remember that a post is about to be tried; raises KeyError for one never wanted."""
        await self._writer.do(lambda c: record.mark(c, key, unsure=True))

    async def posted(self, key: str, ts: str, shown: int) -> None:
        """Remember where the message is and what it shows; if behind, it waits at the end."""
        await self._writer.do(lambda c: record.requeue(c, key, ts=ts, shown=shown, unsure=False))

    async def lost(self, key: str) -> None:
        """The message is not in Slack any more: want it again, as a new post."""
        await self._writer.do(lambda c: record.forget(c, key))

    async def given_up(self, key: str, shown: int) -> None:
        """Want the message no more at fact *shown*; a later fact may want it again."""
        await self._writer.do(lambda c: record.requeue(c, key, shown=shown, unsure=False))

    async def _query(self, ask: Callable[[Connection], T]) -> T:
        if self._closed:
            raise Unavailable("the log is closed")
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._readers, self._ask, ask)

    def _ask(self, ask: Callable[[Connection], T]) -> T:
        try:
            with self._reading.connect() as connection:
                return ask(connection)
        except SQLAlchemyError as error:
            self._reading.dispose()
            raise Unavailable(f"the log cannot be read: {reason(error)}") from error


def _prepare(path: Path) -> Lock:
    """Take the database, look it over and bring it up to date."""
    inspect(path)
    lock = Lock(path)
    engine = sqlite.writing(path)
    try:
        with engine.begin() as connection:
            sqlite.check(connection, str(path))
            migrate(connection, str(path))
    except SQLAlchemyError as error:
        lock.release()
        raise StoreError(
            f"{path} cannot be opened ({reason(error)}); make room or let the bot write there, "
            "or restore the last backup"
        ) from error
    except BaseException:
        lock.release()
        raise
    finally:
        engine.dispose()
    return lock


def _visit(path: Path) -> None:
    """Refuse a database that cannot be read as it is."""
    inspect(path)
    if not path.exists():
        raise StoreError(
            f"there is no database {path}; set RUNBOOK_DATABASE_URL to the one that the bot writes"
        )
    engine = sqlite.reading(path)
    try:
        with engine.connect() as connection:
            current(connection, str(path))
    except SQLAlchemyError as error:
        raise StoreError(
            f"{path} cannot be read ({reason(error)}); let the user with id {os.geteuid()} read "
            "it, or restore the last backup"
        ) from error
    finally:
        engine.dispose()


def _bare(row: Any) -> Fact:
    """A fact without its event, for the chain needs only what is stored."""
    try:
        at = datetime.fromisoformat(row.at)
    except ValueError:
        raise BrokenChain(f"{row.run_id}: fact {row.seq} has no time that can be read") from None
    return Fact(row.run_id, row.seq, at, None, row.hash)


def _fact(row: Any) -> Fact:
    try:
        return Fact(row.run_id, row.seq, datetime.fromisoformat(row.at), load(row.body), row.hash)
    except ValueError as error:
        raise StoreError(
            f"{row.run_id}: fact {row.seq} ({row.kind}) cannot be read; upgrade the bot, or audit "
            "the run"
        ) from error


def _run(row: Any) -> RunRow:
    return RunRow(
        run_id=row.run_id,
        procedure_id=row.procedure_id,
        title=row.title,
        channel=row.channel,
        started_by=row.started_by,
        at=datetime.fromisoformat(row.started_at),
        open=row.open,
    )


def _message(row: Any) -> MessageRow:
    return MessageRow(
        row.key, row.run_id, row.channel, row.ts, row.wanted, row.shown, row.unsure, row.generation
    )


def _first(row: Any) -> MessageRow | None:
    return None if row is None else _message(row)
