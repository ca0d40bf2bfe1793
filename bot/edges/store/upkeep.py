"""What is done to a database as a whole, by its URL: migrated, sealed, rid of what was erased."""

from collections.abc import Callable
from typing import TypeVar

from sqlalchemy import Connection
from sqlalchemy.engine import URL
from sqlalchemy.exc import SQLAlchemyError

from bot.edges.store import postgres, sealing, sqlite
from bot.edges.store.address import named, parse, server_named
from bot.edges.store.files import Lock, inspect, path_of
from bot.edges.store.lane import reason
from bot.edges.store.migrate import migrate
from bot.edges.store.opening import migrate_file
from bot.edges.store.schema import facts, memberships, people, runs
from bot.edges.store.schema import user_groups as groups
from bot.edges.store.trouble import Unready
from bot.ports.log import Unavailable

T = TypeVar("T")


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
            return migrate_file(path)
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
        raise Unready(f"{server_named(target)} cannot be migrated ({reason(error)})") from error
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
            f"it is erased; {server_named(url)} cannot take new samples of its columns "
            f"({reason(error)})"
        ) from error
    finally:
        engine.dispose()


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
        raise Unready(f"{server_named(target)} cannot be rewritten ({reason(error)})") from error
    finally:
        engine.dispose()


def size(url: str) -> int:
    """Bytes that `rewrite` will write; raises StoreError."""
    asked = f"SELECT {' + '.join(f'pg_total_relation_size({one.name!r})' for one in WORDS)}"
    return _on_server(url, lambda c: int(c.exec_driver_sql(asked).scalar_one()))
