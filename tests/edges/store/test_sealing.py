"""Entries are written sealed once no older program works with the database, and not before."""

import asyncio
import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from bot.core.run import events as e
from bot.core.sealing.body import is_sealed
from bot.edges.store import SqlLog, seal, transfer, upgrade
from bot.edges.store import is_sealed as seals
from tests.edges.store.making import ANA, BEN, append, begin, note
from tests.edges.store.test_migrate import first_version

UNSEALED = "UPDATE compatibility SET oldest = '0002', sealed = false"
Rows = list[tuple[str, str | None]]


def rows(url: str) -> Rows:
    with psycopg.connect(url) as connection:
        return connection.execute("SELECT body, beside FROM facts ORDER BY position").fetchall()


@pytest.fixture
def unsealed(postgres_url: str) -> str:
    """A server's database as it is after the upgrade of an older one."""
    upgrade(postgres_url)
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(UNSEALED)
    return postgres_url


def test_a_new_database_is_sealed_from_its_first_entry(postgres_url: str) -> None:
    upgrade(postgres_url)
    assert seals(postgres_url)
    with psycopg.connect(postgres_url) as connection:
        (oldest,) = connection.execute("SELECT oldest FROM compatibility").fetchone() or ()
    assert oldest == "0007", "a program of before is refused"


async def test_until_it_is_turned_on_an_older_program_can_read_what_is_written(
    unsealed: str,
) -> None:
    async with await SqlLog.open(unsealed) as log:
        run_id = await begin(log)
        await append(log, run_id, 1, [note("in words")])
        for body, beside in await asyncio.to_thread(rows, unsealed):
            assert (is_sealed(body), beside) == (False, None)
        assert await asyncio.to_thread(seal, unsealed) is True
        assert await asyncio.to_thread(seal, unsealed) is False
        await append(log, run_id, 2, [note("sealed <@U2>")])
        await begin(log, channel="C2")
        found = await asyncio.to_thread(rows, unsealed)
        assert [is_sealed(body) for body, _ in found] == [False, False, True, True]
        facts = await log.read(run_id)
        assert [f.event for f in facts[1:]] == [note("in words"), note("sealed <@U2>")]
        assert (await log.checked(run_id)).faults == ()
    async with await SqlLog.open(unsealed) as log:
        assert await log.read(run_id) == facts


async def test_a_files_database_of_before_is_rewritten_and_sealed_when_it_is_opened(
    tmp_path: Path,
) -> None:
    path = tmp_path / "r.db"
    first_version(path)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA secure_delete=OFF")
        connection.execute("CREATE TABLE scratch (words TEXT)")
        connection.executemany("INSERT INTO scratch VALUES (?)", [("canary" * 500,)] * 9)
        connection.commit()
        connection.execute("DROP TABLE scratch")
        connection.commit()
    assert b"canary" in path.read_bytes()
    async with await SqlLog.open(f"sqlite:///{path}") as log:
        await append(log, "KC-1", 2, [note("and on")])
        assert [f.event.kind for f in await log.read("KC-1")][-1] == "note_added"
        assert (await log.checked("KC-1")).faults == ()
    assert b"canary" not in path.read_bytes()
    with closing(sqlite3.connect(path)) as connection:
        bodies = [body for (body,) in connection.execute("SELECT body FROM facts ORDER BY seq")]
        sealed = connection.execute("SELECT oldest, sealed FROM compatibility").fetchall()
    assert [is_sealed(body) for body in bodies] == [False, False, True]
    assert sealed == [("0007", 1)]


async def test_a_person_is_one_token_in_a_run_whoever_writes(unsealed: str) -> None:
    seal(unsealed)
    async with await SqlLog.open(unsealed) as one, await SqlLog.open(unsealed) as two:
        run_id = await begin(one)
        await append(two, run_id, 1, [e.NoteAdded(by=BEN, text="for <@U1|ana>")])
        await append(one, run_id, 2, [e.NoteAdded(by=BEN, text="x"), note("y")])
        facts = await two.read(run_id)
        assert [f.event for f in facts[1:]] == [
            e.NoteAdded(by=BEN, text="for <@U1|ana>"),
            e.NoteAdded(by=BEN, text="x"),
            e.NoteAdded(by=ANA, text="y"),
        ]
        assert (await one.checked(run_id)).faults == ()
    found = [json.loads(body)["by"] for body, _ in await asyncio.to_thread(rows, unsealed)]
    assert found[0] == found[3] != found[1] == found[2]


async def test_what_was_refused_leaves_no_one_among_the_people(store: SqlLog) -> None:
    run_id = await begin(store)
    with pytest.raises(ValueError):  # noqa: PT011 - the encoder's
        await append(store, run_id, 1, [e.NoteAdded(by=BEN, text="\ud800")])
    await append(store, run_id, 1, [note("fine")])
    assert (await store.checked(run_id)).faults == ()
    assert "U2" not in "".join(await _people(store, run_id))


async def _people(store: SqlLog, run_id: str) -> list[str]:
    from sqlalchemy import select  # noqa: PLC0415 - of this question alone

    from bot.edges.store.schema import runs  # noqa: PLC0415 - likewise

    query = select(runs.c.people).where(runs.c.run_id == run_id)
    ask: Callable[..., list[str]] = lambda c: list(c.execute(query).scalars())  # noqa: E731
    return await store._query(ask)


async def test_a_copy_of_a_sealed_record_is_sealed(url: str, unsealed: str, tmp_path: Path) -> None:
    async with await SqlLog.open(url) as log:
        run_id = await begin(log)
        await append(log, run_id, 1, [note("<@U2> has it")])
        facts = await log.read(run_id)
    await asyncio.to_thread(transfer.copy, url, unsealed)
    assert await asyncio.to_thread(seals, unsealed)
    async with await SqlLog.open(unsealed) as log:
        assert await log.read(run_id) == facts
        assert (await log.checked(run_id)).faults == ()


async def test_what_is_deleted_is_overwritten(store: SqlLog, tmp_path: Path) -> None:
    ask: Callable[..., list[int]] = lambda c: [  # noqa: E731 - one question
        c.exec_driver_sql("PRAGMA secure_delete").scalar()
    ]
    assert await store._query(ask) == [1]
    assert await store._database.write(ask) == [1]
