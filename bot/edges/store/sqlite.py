"""All that only SQLite needs: its pragmas, its transactions, its check of a file, its clock.

No table of ours is named here.
"""

import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.pool import QueuePool

from bot.edges.store.trouble import StoreError

BUSY_MS = 500
"""How long to wait for a lock, which only a visitor such as a backup can hold.

Slack waits 3 s, and a click may have to wait for the write before it as well.
"""


TRIES = 10
"""How often the write-ahead log is emptied once more, if somebody reads it."""
HOLD_MS = 50
"""How long each try waits for who reads: nobody can write meanwhile."""
PAUSE_S = 0.4
"""Seconds between two tries, in which whoever writes has their turn."""


def writing(path: Path) -> Engine:
    """An engine of one connection whose transactions are durable when they are committed."""
    return _engine(path, "BEGIN IMMEDIATE", "PRAGMA synchronous=FULL")


def reading(path: Path) -> Engine:
    """An engine of one connection that cannot write, so that reads wait for no fsync."""
    return _engine(path, "BEGIN", "PRAGMA query_only=ON")


def _engine(path: Path, begin: str, pragma: str) -> Engine:
    engine = create_engine(
        URL.create("sqlite+pysqlite", database=str(path)),
        poolclass=QueuePool,
        pool_size=1,
        max_overflow=0,
        pool_reset_on_return=None,
        # What people wrote belongs in no error's text.
        hide_parameters=True,
        # Opened in one thread, used in another, never in two at once.
        connect_args={"check_same_thread": False},
    )

    def connected(connection: Any, record: Any) -> None:
        # The driver's own idea of when a transaction begins breaks savepoints.
        connection.isolation_level = None
        # A damaged text is read as what it is, and an audit tells of it: JSON has no such escapes.
        connection.text_factory = partial(str, encoding="utf-8", errors="backslashreplace")
        cursor = connection.cursor()
        try:
            cursor.execute(f"PRAGMA busy_timeout={BUSY_MS}")
            cursor.execute("PRAGMA journal_mode=WAL")
            cursor.execute("PRAGMA foreign_keys=ON")
            # What is erased is overwritten, and not only let go of.
            cursor.execute("PRAGMA secure_delete=ON")
            cursor.execute(pragma)
        finally:
            cursor.close()

    def begun(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    event.listen(engine, "connect", connected)
    event.listen(engine, "begin", begun)
    return engine


def rewrite(engine: Engine) -> None:
    """Write the whole file anew, so that nothing that was deleted is left in it."""
    connection = engine.raw_connection()
    try:
        cursor = connection.cursor()
        cursor.execute("VACUUM")
        cursor.close()
    finally:
        connection.close()
    truncate(engine)


def truncate(engine: Engine) -> bool:
    """Empty the write-ahead log; False when a reader is in the way for long."""
    connection = engine.raw_connection()
    try:
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout={HOLD_MS}")
        for number in range(TRIES):
            if number:
                time.sleep(PAUSE_S)
            (busy, _, _) = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            if not busy:
                return True
        return False
    finally:
        connection.close()


def steady_clock() -> Callable[[Connection], float]:
    """The machine's time, in seconds since 1970, moved on by a clock that nobody sets."""
    ahead = time.time() - time.monotonic()
    return lambda _: ahead + time.monotonic()


def machine_time(_: Connection) -> float:
    """The machine's time, which dates entries, in seconds since 1970."""
    return time.time()


def check(connection: Connection, name: str) -> None:
    """Refuse a file whose structure is damaged; raises StoreError."""
    said = str(connection.exec_driver_sql("PRAGMA quick_check(1)").scalar_one())
    if said != "ok":
        raise StoreError(f"{name} is damaged ({said.splitlines()[-1]}); restore the last backup")
