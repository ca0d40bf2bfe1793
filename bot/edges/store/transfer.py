"""Move a deployment: all tables of one database into another, empty one, and look that they are so.

It reads one side and writes the other in a single transaction, so a copy is whole or not there.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, Table, func, insert, select, text
from sqlalchemy.exc import SQLAlchemyError

from bot.core.run.events import GENESIS
from bot.edges.store import postgres, sealing, sqlite
from bot.edges.store.address import parse
from bot.edges.store.audits import followed, sealed
from bot.edges.store.files import Lock, inspect, path_of
from bot.edges.store.lane import reason
from bot.edges.store.migrate import Standing, standing
from bot.edges.store.releasing import release
from bot.edges.store.schema import (
    compatibility,
    deliveries,
    episodes,
    facts,
    looks,
    memberships,
    messages,
    metadata,
    numbers,
    paces,
    people,
    procedure_texts,
    runs,
    timers,
    user_groups,
    workspaces,
)
from bot.edges.store.trouble import StoreError
from bot.edges.store.upkeep import upgrade

TABLES = (
    *(workspaces, runs, numbers, facts, deliveries, messages, paces, looks, timers),
    *(procedure_texts, people, memberships, user_groups, episodes),
)
"""In an order in which each finds what it points to; `compatibility` is the schema's own."""
CHUNK = 1_000
"""Rows that are in memory at a time."""


def copy(source: str, target: str) -> dict[str, int]:
    """Copy the deployment at URL *source* to *target*; rows by table. Raises StoreError.

    No bot may run on an SQLite file that is copied, and the target may hold no run yet; it is made
    or migrated first. Every run's hash chain is followed on the far side before it is kept.
    """
    if parse(source) == parse(target):
        raise StoreError("--from and --to are the same database; name two")
    try:
        return _copied(source, target)
    except SQLAlchemyError as error:  # either side is away, or goes away in the middle
        raise StoreError(f"nothing was copied ({reason(error)})") from error


def _copied(source: str, target: str) -> dict[str, int]:
    with _held(source) as reader, reader.connect() as there:
        if standing(there, "the database to copy") is not Standing.FIT:
            raise StoreError(
                "the database to copy is of another version; run `runbook migrate` on it first"
            )
        upgrade(target)
        with _held(target) as writer, writer.begin() as here:
            return _copy(there, here)


@contextmanager
def _held(url: str) -> Iterator[Engine]:
    """An engine for the database, which nobody else may have meanwhile if it is a file."""
    parsed = parse(url)
    release: Callable[[], None] = lambda: None  # noqa: E731 - a server needs none
    if parsed.get_backend_name() == "sqlite":
        path = path_of(parsed)
        inspect(path)
        release = Lock(path).release
        engine = sqlite.writing(path)
    else:
        # A copy is of one moment, whoever clicks meanwhile.
        engine = postgres.migrating(postgres.url_of(parsed)).execution_options(
            isolation_level="REPEATABLE READ"
        )
    try:
        yield engine
    finally:
        engine.dispose()
        release()


def _copy(there: Connection, here: Connection) -> dict[str, int]:
    if here.execute(select(runs.c.run_id).limit(1)).first() is not None:
        raise StoreError("the database to copy to holds runs already; name an empty one")
    counts = {table.name: _table(there, here, table) for table in TABLES}
    release(here)
    if sealing.is_on(there):
        sealing.turn_on(here)
    if here.dialect.name == "postgresql":
        last = select(func.max(facts.c.position)).scalar_subquery()
        sequence = text("pg_get_serial_sequence('facts', 'position')")
        here.execute(select(func.setval(sequence, func.coalesce(last, 1))))
    _follow(here)
    return counts


def _table(there: Connection, here: Connection, table: Table) -> int:
    keys = list(table.primary_key.columns)
    options = {"yield_per": CHUNK}
    rows = there.execute(select(table).order_by(*keys), execution_options=options).mappings()
    count = 0
    for chunk in rows.partitions():
        here.execute(insert(table), [dict(row) for row in chunk])
        count += len(chunk)
    return count


def _follow(here: Connection) -> None:
    """Follow every run's chain where it is now; raises StoreError, and then nothing is kept."""
    for run in here.execute(select(runs.c.run_id, runs.c.facts, runs.c.head)).all():
        there = followed(here, run.run_id, 1)
        if there.broken is not None:
            words = f"entry {there.broken} does not follow from the one before it"
            raise StoreError(f"nothing was copied: {run.run_id}: {words}")
        if (len(there.hashes), there.hashes.get(run.facts, GENESIS)) != (run.facts, run.head):
            raise StoreError(f"nothing was copied: entries of {run.run_id} are missing")
        for fault in sealed(here, run.run_id):
            raise StoreError(f"nothing was copied: {run.run_id}: {fault}")


assert set(TABLES) | {compatibility} == set(metadata.tables.values())  # noqa: S101 - none is left
