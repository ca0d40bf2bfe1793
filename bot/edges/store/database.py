"""A database, opened: its lanes, and what SQLite and PostgreSQL do each in a way of their own.

It may not know a table but to prepare it. SQLite is one process's, which holds a lock beside the
file and migrates it by itself; PostgreSQL is any number of processes', and is migrated by
`runbook migrate` alone, so that no replica changes the schema under the others.
"""

import asyncio
import os
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self, TypeVar

from sqlalchemy import Connection, Engine, Table
from sqlalchemy.dialects import postgresql as postgres_sql
from sqlalchemy.dialects import sqlite as sqlite_sql
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from bot.edges.store import postgres, sealing, sqlite
from bot.edges.store.files import EXAMPLE, Lock, inspect, keep_private, path_of
from bot.edges.store.lane import Lane, Observe, Together, reason
from bot.edges.store.migrate import Standing, migrate, standing
from bot.edges.store.releasing import release
from bot.edges.store.schema import facts, memberships, people, runs
from bot.edges.store.schema import user_groups as groups
from bot.edges.store.trouble import StoreError, Unready
from bot.ports.log import Unavailable

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
            await asyncio.to_thread(_visit, path)
            writer = Lane(sqlite.reading(path))
        else:
            lock = await asyncio.to_thread(_prepare, path)
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
        await asyncio.to_thread(_call_on, postgres.working(url), url)

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


PORTS = 65_536
"""A server's port is below this."""


def parse(url: str) -> URL:
    """Read a database's URL; raises StoreError, which never shows a password."""
    more = "or postgresql://USER:PASSWORD@HOST/DATABASE"
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        raise StoreError(
            f"the database URL cannot be read; write one such as {EXAMPLE}, {more}"
        ) from None
    if "@" in (parsed.host or ""):
        # What follows the first @ of a password would be taken for the server's name, and shown.
        raise StoreError(
            "the database URL cannot be read: write an @ in the password as %40, and other signs "
            "likewise"
        )
    if parsed.port is not None and not 0 < parsed.port < PORTS:
        raise StoreError(f"the database URL cannot be read: there is no port {parsed.port}")
    name = parsed.drivername
    if name not in ("sqlite", "postgresql"):
        raise StoreError(
            f"{name} is no database that this bot keeps its log in; write {EXAMPLE}, {more}"
        )
    return parsed


def upgrade(url: str) -> bool:
    """Bring the database at *url* to the newest schema; whether there was anything to do.

    Raises StoreError. On SQLite nobody else may have the file meanwhile.
    """
    parsed = parse(url)
    if parsed.get_backend_name() == "sqlite":
        path = path_of(parsed)
        inspect(path)
        lock = Lock(path)
        try:
            return _migrate_file(path)
        finally:
            lock.release()
    return _on_server(url, lambda connection: migrate(connection, named(url)))


def seal(url: str) -> bool:
    """Write the entries of the database at *url*, which is up to date, sealed from now on.

    Whether they were not until now. Programs of before are refused from then on. Raises StoreError.
    """
    server = parse(url).get_backend_name() == "postgresql"
    return server and _on_server(url, sealing.turn_on)


def is_sealed(url: str) -> bool:
    """Whether entries are written sealed in the database at *url*; raises StoreError.

    Its schema is up to date, so a file's are: nobody else can have it.
    """
    server = parse(url).get_backend_name() == "postgresql"
    return not server or _on_server(url, sealing.is_on)


def _on_server(url: str, work: Callable[[Connection], T]) -> T:
    """Change a server's database, or its switches, one process at a time; raises StoreError."""
    target = postgres.url_of(parse(url))
    engine = postgres.migrating(target)
    try:
        with engine.begin() as connection:
            # Whoever came second finds that it is done.
            postgres.take_turn(connection, postgres.MIGRATION)
            return work(connection)
    except SQLAlchemyError as error:
        raise Unready(f"{_named(target)} cannot be migrated ({reason(error)})") from error
    finally:
        engine.dispose()


def tidy(url: URL) -> bool:
    """Empty a file's write-ahead log, which still has what was erased; whether nobody was reading.

    On a server what is erased is out of reach of SQL at once, but for the samples of each column
    that it keeps for its planning: they are taken anew.
    """
    if url.get_backend_name() != "sqlite":
        _sample(url)
        return True
    engine = sqlite.writing(path_of(url))
    try:
        return sqlite.truncate(engine)
    finally:
        engine.dispose()


WORDS = (facts, runs, people, memberships, groups)
"""The tables that have what can be erased."""


def _sample(url: URL) -> None:
    """Have a server take its samples of what can be erased anew; raises Unavailable."""
    engine = postgres.migrating(url).execution_options(isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            connection.exec_driver_sql(f"ANALYZE {', '.join(one.name for one in WORDS)}")
    except SQLAlchemyError as error:
        raise Unavailable(
            f"it is erased; {_named(url)} cannot take new samples of its columns ({reason(error)})"
        ) from error
    finally:
        engine.dispose()


def file_of(url: str) -> Path | None:
    """The file of the database at *url*; None for a server's. Raises StoreError."""
    parsed = parse(url)
    return path_of(parsed) if parsed.get_backend_name() == "sqlite" else None


def rewrite(url: str) -> None:
    """Write the tables' files of a server anew, which clicks wait for; raises StoreError."""
    target = postgres.url_of(parse(url))
    engine = postgres.migrating(target).execution_options(isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            for table in WORDS:
                connection.exec_driver_sql(f"VACUUM (FULL, ANALYZE) {table.name}")
            # The samples of before are dead rows there.
            connection.exec_driver_sql("VACUUM FULL pg_statistic")
    except SQLAlchemyError as error:
        raise Unready(f"{_named(target)} cannot be rewritten ({reason(error)})") from error
    finally:
        engine.dispose()


def size(url: str) -> int:
    """Bytes that `rewrite` will write; raises StoreError."""
    asked = f"SELECT {' + '.join(f'pg_total_relation_size({one.name!r})' for one in WORDS)}"
    return _on_server(url, lambda c: int(c.exec_driver_sql(asked).scalar_one()))


def named(url: str) -> str:
    """The database at *url* in words that hold no password; raises StoreError for a bad URL."""
    parsed = parse(url)
    if parsed.get_backend_name() == "sqlite":
        return f"the database {path_of(parsed)}"
    return _named(postgres.url_of(parsed))


def _named(url: URL) -> str:
    """A server's database, in words that hold no password."""
    return f"the database {url.database} on {url.host or 'this machine'}"


def _call_on(engine: Engine, url: URL) -> None:
    """Refuse a server's database that is not ready for this program."""
    try:
        with engine.connect() as connection:
            stands = standing(connection, _named(url))
    except SQLAlchemyError as error:
        raise Unready(
            f"{_named(url)} cannot be reached ({reason(error)}); start it, or set "
            "RUNBOOK_DATABASE_URL to another"
        ) from error
    finally:
        engine.dispose()
    if stands is not Standing.FIT:
        raise StoreError(f"{_named(url)} {stands.value}; run `runbook migrate`, which upgrades it")


def _prepare(path: Path) -> Lock:
    """Take the file, look it over, bring it up to date, and let go of what a dead process held."""
    inspect(path)
    lock = Lock(path)
    try:
        _migrate_file(path)
        engine = sqlite.writing(path)
        try:
            with engine.begin() as connection:
                release(connection)
        finally:
            engine.dispose()
    except SQLAlchemyError as error:
        lock.release()
        raise _unopened(path, error) from error
    except BaseException:
        lock.release()
        raise
    return lock


def _migrate_file(path: Path) -> bool:
    keep_private(path)
    engine = sqlite.writing(path)
    try:
        with engine.begin() as connection:
            sqlite.check(connection, str(path))
            changed = migrate(connection, str(path))
            is_sealed = sealing.is_on(connection)
        if not is_sealed:
            # Nobody else can have the file. What was deleted before is in its free pages still.
            sqlite.rewrite(engine)
            with engine.begin() as connection:
                sealing.turn_on(connection)
    except SQLAlchemyError as error:
        raise _unopened(path, error) from error
    else:
        return changed
    finally:
        engine.dispose()


def _unopened(path: Path, error: SQLAlchemyError) -> StoreError:
    return StoreError(
        f"{path} cannot be opened ({reason(error)}); make room or let the bot write there, "
        "or restore the last backup"
    )


def _visit(path: Path) -> None:
    """Refuse a file that cannot be read as it is."""
    inspect(path)
    if not path.exists():
        raise StoreError(
            f"there is no database {path}; set RUNBOOK_DATABASE_URL to the one that the bot writes"
        )
    engine = sqlite.reading(path)
    try:
        with engine.connect() as connection:
            stands = standing(connection, str(path))
    except SQLAlchemyError as error:
        raise StoreError(
            f"{path} cannot be read ({reason(error)}); let the user with id {os.geteuid()} read "
            "it, or restore the last backup"
        ) from error
    finally:
        engine.dispose()
    if stands is Standing.EMPTY:
        raise StoreError(f"{path} holds no log yet; start the bot with it first")
    if stands is Standing.OLDER:
        raise StoreError(f"{path} is of an older version; start the bot once, which upgrades it")
