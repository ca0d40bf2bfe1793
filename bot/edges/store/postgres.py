"""All that only PostgreSQL needs: its time-outs, its clock, its locks, its notifications.

No table of ours is named here. A network that swallows what is sent says nothing, so every wait
has an end on both sides: the server ends a transaction whose client went silent, and a client
whose server went silent is cut off by `interrupt`.
"""

import asyncio
import contextlib
import logging
import os
import socket
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.pool import QueuePool

from bot.edges.store.trouble import StoreError

CHANNEL = "runbook"
"""The channel of NOTIFY on which a run that grew is named."""
CONNECT_S = 2
"""Seconds that a connection may take to come about; the least that the driver allows."""
RETRY = 2.0
"""Seconds before a lost listener is opened anew."""
HEARTBEAT = 10.0
"""Seconds between two questions by which a listener finds out that nobody is there."""
_PLACES = 7_500
"""The most bytes that one notification may carry, of Postgres' 8,000."""

_WORKING = (
    "-c statement_timeout=1800 -c lock_timeout=1500 "
    "-c idle_in_transaction_session_timeout=3000 -c synchronous_commit=on"
)
_MIGRATING = "-c lock_timeout=30000 -c synchronous_commit=on"

logger = logging.getLogger(__name__)


def url_of(url: URL) -> URL:
    """*url* with the driver that is used; raises StoreError for one that names no database."""
    if not url.database:
        raise StoreError(
            "the database URL names no database; write one such as "
            "postgresql://runbook@db.example/runbook"
        )
    return url.set(drivername="postgresql+psycopg")


def working(url: URL, *, read_only: bool = False) -> Engine:
    """An engine of one connection, whose every statement ends in time."""
    return _engine(url, f"{_WORKING} -c default_transaction_read_only={read_only}")


def reading(url: URL) -> Engine:
    """An engine of one connection that cannot write; each statement stands alone."""
    engine = working(url, read_only=True)
    return engine.execution_options(isolation_level="AUTOCOMMIT")


def migrating(url: URL) -> Engine:
    """An engine for changes of the schema, which may take their time."""
    return _engine(url, _MIGRATING)


def _engine(url: URL, options: str) -> Engine:
    try:
        return create_engine(
            url,
            poolclass=QueuePool,
            pool_size=1,
            max_overflow=0,
            pool_reset_on_return=None,
            # What people wrote belongs in no error's text.
            hide_parameters=True,
            connect_args={**_arguments(), "options": options},
        )
    except ArgumentError:
        raise StoreError("the database URL has an option that is not understood") from None


def _arguments() -> dict[str, Any]:
    return {
        "connect_timeout": CONNECT_S,
        "application_name": "runbook",
        # The kernel gives up on a peer that does not even say that it got what was sent.
        "tcp_user_timeout": 3_000,
        "keepalives_idle": 5,
        "keepalives_interval": 2,
        "keepalives_count": 3,
    }


def now(connection: Connection) -> float:
    """The server's time, in seconds since 1970: the same for every replica."""
    return float(connection.exec_driver_sql(_NOW).scalar_one())


_NOW = "SELECT extract(epoch FROM clock_timestamp())::float8"
_TURN = text("SELECT pg_advisory_xact_lock(:number)")
_NOTIFY = "SELECT pg_notify(%(channel)s, %(runs)s)"
BEGINNING, MIGRATION = 7_266_001, 7_266_002
"""The numbers of the advisory locks: of whoever begins a run, and of whoever migrates."""


def take_turn(connection: Connection, number: int = BEGINNING) -> None:
    """Wait until nobody else is at it; held until the transaction ends."""
    connection.execute(_TURN, {"number": number})


def notify(connection: Connection, runs: list[str]) -> None:
    """Tell every replica, once this is committed, that these runs grew."""
    said = " ".join(runs)
    # Whoever is told of no run looks for itself.
    told = said if len(said) < _PLACES else ""
    connection.exec_driver_sql(_NOTIFY, {"channel": CHANNEL, "runs": told})


@contextlib.contextmanager
def at_once(connection: Connection) -> Iterator[None]:
    """Send all statements of the block before the first is answered; they may return nothing.

    Raises DBAPIError at the end for whichever of them failed.
    """
    driver: Any = connection.connection.driver_connection
    try:
        with driver.pipeline():
            yield
    except psycopg.Error as error:
        lost = driver.closed or driver.broken
        raise DBAPIError(
            None, None, error, hide_parameters=True, connection_invalidated=lost
        ) from None


def interrupt(driver: Any) -> None:
    """Make a connection that waits for its server fail, from another thread."""
    with (
        contextlib.suppress(OSError, psycopg.Error),
        socket.socket(fileno=os.dup(driver.fileno())) as twin,
    ):
        twin.shutdown(socket.SHUT_RDWR)


async def listen(url: URL, heard: Callable[[str], None]) -> None:
    """Call *heard* with each run that any replica adds to, until cancelled.

    Notifications only save time: whoever misses one finds the same in the tables a little later.
    """
    told = False
    address = url.set(drivername="postgresql").render_as_string(hide_password=False)
    while True:
        try:
            async with await psycopg.AsyncConnection.connect(
                address, autocommit=True, **_arguments()
            ) as connection:
                await connection.execute(f"LISTEN {CHANNEL}")
                told = False
                await _hear(connection, heard)
        except (psycopg.Error, OSError, TimeoutError) as error:
            if not told:
                words = str(error).partition("\n")[0]
                logger.warning("no notifications from the database (%s); looking instead", words)
                told = True
        await asyncio.sleep(RETRY)


async def _hear(connection: psycopg.AsyncConnection[Any], heard: Callable[[str], None]) -> None:
    while True:
        async for notification in connection.notifies(timeout=HEARTBEAT):
            for run_id in notification.payload.split() or [""]:
                heard(run_id)
        async with asyncio.timeout(CONNECT_S):
            await connection.execute("SELECT 1")
