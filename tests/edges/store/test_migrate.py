"""From one schema to the next: what was there is kept, and nobody changes it under another."""

import asyncio
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from bot.core.run import events as e
from bot.edges.store import SqlLog, StoreError, postgres, sqlite, upgrade
from bot.edges.store.address import parse
from bot.edges.store.migrate import _config
from bot.edges.store.schema import metadata
from tests.edges.store.making import ANA, AT, append, begin, note, started


def first_version(path: Path) -> None:
    """Make a database as the first version left it: a run with a look that has not ended."""
    engine = sqlite.writing(path)
    with engine.begin() as connection:
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
    engine.dispose()
    asked = e.CheckRequested(request="c2", check="up", by=ANA)
    previous, rows = e.GENESIS, []
    events: tuple[e.Event, ...] = (started(), asked)
    for seq, event in enumerate(events, start=1):
        body = e.dump(event)
        previous = e.chain(previous, "KC-1", seq, AT, body)
        rows.append(("KC-1", seq, e.stamp(AT), event.kind, body, previous))
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(
            "INSERT INTO runs VALUES ('KC-1', 'KC', 1, 'key-compromise', 'Compromise of k1', 'C1', "
            "'U1', ?, 1, 2, ?, 1)",
            (e.stamp(AT), previous),
        )
        connection.executemany(
            "INSERT INTO facts (run_id, seq, at, kind, body, hash) VALUES (?, ?, ?, ?, ?, ?)", rows
        )
        connection.executemany(
            "INSERT INTO messages VALUES (?, 'KC-1', 'C1', ?, 2, ?, 0, 1, 0)",
            [("KC-1/board", "17.1", 2), ("KC-1/notice/2", None, 0), ("KC-1/export/2", None, 0)],
        )
        connection.commit()


async def test_the_first_versions_database_goes_on_where_it_was(tmp_path: Path) -> None:
    path = tmp_path / "r.db"
    first_version(path)
    async with await SqlLog.open(f"sqlite:///{path}") as log:
        assert await log.audit("KC-1") == (await log.read("KC-1"))[-1].hash
        claims, _ = await log.outbox.claim(9)
        assert [claim.message.key for claim in claims] == ["KC-1/notice/2"], "a post a second"
        ((wanted,), _) = await log.looks.claim(9)
        assert wanted.request == "c2", "what had not ended is looked at again"
        await append(log, "KC-1", 2, [note("and on")], touched={"board": 3})


async def test_a_servers_database_is_migrated_by_the_command_alone(postgres_url: str) -> None:
    with pytest.raises(StoreError, match="holds no log yet; run `runbook migrate`"):
        await SqlLog.open(postgres_url)
    assert await asyncio.to_thread(upgrade, postgres_url) is True
    assert await asyncio.to_thread(upgrade, postgres_url) is False
    async with await SqlLog.open(postgres_url) as log:
        assert await begin(log) == "KC-1"


async def test_of_two_that_migrate_at_once_one_does(postgres_url: str) -> None:
    done = await asyncio.gather(*(asyncio.to_thread(upgrade, postgres_url) for _ in range(3)))
    assert sorted(done) == [False, False, True]


async def test_the_migrations_build_exactly_the_schema_there_too(postgres_url: str) -> None:
    await asyncio.to_thread(upgrade, postgres_url)
    engine = postgres.migrating(postgres.url_of(parse(postgres_url)))
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
    engine.dispose()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (["UPDATE alembic_version SET version_num = '0001'"], "is of an older version; run"),
        (
            [
                "UPDATE alembic_version SET version_num = '9999'",
                "UPDATE compatibility SET oldest = '9999'",
            ],
            "newer version; upgrade the bot",
        ),
        (["DROP TABLE alembic_version"], "another program"),
    ],
)
async def test_a_servers_database_of_another_version_is_refused(
    postgres_url: str, changes: Sequence[str], said: str
) -> None:
    await asyncio.to_thread(upgrade, postgres_url)
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        for change in changes:
            connection.execute(change)
    with pytest.raises(StoreError, match=said) as refused:
        await SqlLog.open(postgres_url)
    assert "\n" not in str(refused.value)


async def test_a_newer_schema_that_this_version_can_live_with_is_used(postgres_url: str) -> None:
    await asyncio.to_thread(upgrade, postgres_url)
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute("ALTER TABLE runs ADD COLUMN mood text")
        connection.execute("CREATE TABLE reminders (id int)")
        connection.execute("UPDATE alembic_version SET version_num = '9998'")
    async with await SqlLog.open(postgres_url) as log:
        run_id = await begin(log, touched={"board": 1})
        await append(log, run_id, 1, [note("by the older one")], touched={"board": 2})
        assert len((await log.outbox.claim(4))[0]) == 1
