"""Reading beside the process that has the database: nothing is locked, made or changed."""

import sqlite3
from pathlib import Path

import pytest

from bot.edges.store import SqlLog, StoreError
from bot.ports.log import Unavailable
from tests.edges.store.making import append, begin, note

NEWER = "UPDATE alembic_version SET version_num = '9999'; UPDATE compatibility SET oldest = '9999'"


async def test_a_visitor_reads_what_the_owner_writes_meanwhile(store: SqlLog, url: str) -> None:
    run_id = await begin(store)
    async with await SqlLog.open(url, read_only=True) as visitor:
        assert len(await visitor.read(run_id)) == 1
        await append(store, run_id, 1, [note("later")], touched={}, delivery=None)
        assert len(await visitor.read(run_id)) == 2
        await visitor.audit(run_id)


async def test_a_visitor_cannot_write(store: SqlLog, url: str) -> None:
    await begin(store)
    async with await SqlLog.open(url, read_only=True) as visitor:
        with pytest.raises(Unavailable):
            await begin(visitor)
    assert len(await store.runs()) == 1


async def test_a_visitor_makes_no_file(url: str, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="there is no database"):
        await SqlLog.open(url, read_only=True)
    assert list(tmp_path.iterdir()) == []  # noqa: ASYNC240 - a look into one small folder


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (NEWER, "newer version"),
        ("DROP TABLE alembic_version", "another program"),
        ("DELETE FROM alembic_version", "holds no log yet"),
        ("UPDATE alembic_version SET version_num = '0001'", "older version"),
    ],
)
async def test_a_visitor_refuses_what_it_does_not_know(url: str, change: str, said: str) -> None:
    async with await SqlLog.open(url):
        pass
    connection = sqlite3.connect(url.removeprefix("sqlite:///"))
    connection.executescript(change)
    connection.commit()
    connection.close()
    with pytest.raises(StoreError, match=said):
        await SqlLog.open(url, read_only=True)
