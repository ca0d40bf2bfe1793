"""A database, opened: its lanes, and what SQLite and PostgreSQL do each in a way of their own.

It knows no table. SQLite is one process's, which holds a lock beside the
file and migrates it by itself; PostgreSQL is any number of processes', and is migrated by
`runbook migrate` alone, so that no replica changes the schema under the others.
"""

import asyncio
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self, TypeVar

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql as postgres_sql
from sqlalchemy.dialects import sqlite as sqlite_sql
from sqlalchemy.engine import URL

from bot.edges.store import postgres, sqlite
from bot.edges.store.address import parse
from bot.edges.store.files import Lock, path_of
from bot.edges.store.lane import Lane, Observe, Together
from bot.edges.store.opening import call_on, prepare, visit

T = TypeVar("T")
Heard = Callable[[str], None]


@dataclass(slots=True)
class Database:
    """Lanes to a database: `clicks` to append, `chores` for all else that writes, `reading`.

    `now` is the time of the database's own clock, and `dated` that by which entries are dated;
    `insert` makes its kind of upsert; `take_turn` lets one process at a time begin runs; `notify`
    tells every process of runs that grew; `at_once` sends the writes of a block without waiting
    for each.
    """

    clicks: Lane
    chores: Lane
    reading: Lane
    insert: Callable[[Table], Any]
    now: Callable[[Connection], float]
    dated: Callable[[Connection], float]
    take_turn: Callable[[Connection], None]
    notify: Callable[[Connection, list[str]], None]
    at_once: Callable[[Connection], AbstractContextManager[None]]
    shared: bool
    url: URL
    lock: Lock | None = None
    closed: bool = field(default=False)

    @classmethod
    async def open(
        cls, url: str, *, read_only: bool = False, observe: Observe | None = None
    ) -> Self:
        """Open the database at *url*, as `SqlLog.open` says."""
        parsed = parse(url)
        if parsed.get_backend_name() == "postgresql":
            return await cls._postgres(parsed, read_only=read_only, observe=observe)
        return await cls._sqlite(path_of(parsed), parsed, read_only=read_only, observe=observe)

    @classmethod
    async def _sqlite(
        cls, path: Path, url: URL, *, read_only: bool, observe: Observe | None
    ) -> Self:
        lock = None
        if read_only:
            await asyncio.to_thread(visit, path)
            writer = Lane(sqlite.reading(path))
        else:
            lock = await asyncio.to_thread(prepare, path)
            writer = Lane(sqlite.writing(path), observe=observe)
        return cls(
            clicks=writer,
            chores=writer,
            reading=Lane(sqlite.reading(path), batch=1),
            insert=sqlite_sql.insert,
            now=sqlite.steady_clock(),
            dated=sqlite.machine_time,
            take_turn=lambda _: None,
            notify=lambda _, _runs: None,
            at_once=lambda _: nullcontext(),
            shared=False,
            url=url,
            lock=lock,
        )

    @classmethod
    async def _postgres(cls, url: URL, *, read_only: bool, observe: Observe | None) -> Self:
        url = postgres.url_of(url)
        await asyncio.to_thread(call_on, postgres.working(url), url)

        def lane(*, batch: int = 1, observe: Observe | None = None) -> Lane:
            engine = postgres.working(url, read_only=read_only)
            return Lane(engine, batch=batch, interrupt=postgres.interrupt, observe=observe)

        return cls(
            clicks=lane(batch=256, observe=observe),
            # One message a transaction: it waits for one row, and holds no other meanwhile.
            chores=lane(),
            reading=Lane(postgres.reading(url), batch=1, interrupt=postgres.interrupt),
            insert=postgres_sql.insert,
            now=postgres.now,
            dated=postgres.now,
            take_turn=postgres.take_turn,
            notify=postgres.notify,
            at_once=postgres.at_once,
            shared=True,
            url=url,
        )

    @property
    def poll(self) -> float:
        """Seconds after which one looks for work though nothing woke it: others may have died."""
        return 5.0 if self.shared else 30.0

    async def read(self, ask: Callable[[Connection], T]) -> T:
        """Ask something that changes nothing; raises Unavailable."""
        return await self.reading.do(ask)

    async def write(self, work: Callable[[Connection], T]) -> T:
        """Change something beside the facts, durably; raises Unavailable."""
        return await self.chores.do(work)

    async def append(self, work: Callable[[Connection], T] | Together) -> T:
        """Append facts, together with whoever else does; raises Unavailable."""
        return await self.clicks.do(work)

    async def listen(self, heard: Heard) -> None:
        """Call *heard* with each run that another process adds to, until cancelled."""
        if self.shared:
            await postgres.listen(self.url, heard)
        else:
            await asyncio.Event().wait()

    async def close(self) -> None:
        """Finish what is being written and let the next process have the database."""
        self.closed = True
        for lane in (self.clicks, self.chores, self.reading):
            await lane.close()
        if self.lock is not None:
            self.lock.release()
            self.lock = None
