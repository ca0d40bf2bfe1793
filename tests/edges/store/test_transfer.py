"""A deployment that moves: all of it is there on the far side, or nothing is."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.core.run import events as e
from bot.edges.store import SqlLog, StoreError, upgrade
from bot.edges.store.transfer import copy
from tests.edges.store.making import ANA, append, begin, note


async def filled(url: str) -> None:
    async with await SqlLog.open(url) as log:
        for channel in ("C1", "C2"):
            run_id = await begin(log, channel=channel, touched={"board": 1}, delivery=channel)
            asked = e.CheckRequested(request="c2", check="up", by=ANA)
            notes = [note(f"{number} ünï") for number in range(1_200)]
            await append(log, run_id, 1, [asked, *notes], touched={"notice/2": 2})
        ((claim, *_), _) = await log.outbox.claim(1)
        await log.outbox.shown(claim, "17.1", 1)


async def told(url: str) -> list[object]:
    async with await SqlLog.open(url, read_only=True) as log:
        runs = await log.runs()
        return [
            runs,
            [await log.read(run.run_id) for run in runs],
            [await log.audit(run.run_id) for run in runs],
            [await log.message(f"{run.run_id}/{name}") for run in runs for name in ("board", "x")],
            await log.delivered("C1"),
        ]


async def test_a_deployment_moves_to_a_server_and_back(
    url: str, postgres_url: str, tmp_path: Path
) -> None:
    await filled(url)
    before = await told(url)
    counts = await asyncio.to_thread(copy, url, postgres_url)
    assert (counts["runs"], counts["facts"], counts["looks"]) == (2, 2 * 1_202, 2)
    assert await told(postgres_url) == before
    async with await SqlLog.open(postgres_url) as log:
        # It goes on there: numbers, positions and leases are as they must be.
        assert await begin(log, touched={"board": 1}) == "KC-3"
        await append(log, "KC-1", 1_202, [note("over there")], touched={"board": 1_203})
        assert len((await log.looks.claim(9))[0]) == 2
        (run, *_) = await log.runs()
        assert run.run_id == "KC-3"
    back = f"sqlite:///{tmp_path / 'back.db'}"
    await asyncio.to_thread(copy, postgres_url, back)
    assert await told(back) == await told(postgres_url)


async def test_a_target_that_holds_runs_is_left_alone(url: str, postgres_url: str) -> None:
    await filled(url)
    await asyncio.to_thread(upgrade, postgres_url)
    async with await SqlLog.open(postgres_url) as log:
        await begin(log)
    with pytest.raises(StoreError, match="holds runs already"):
        await asyncio.to_thread(copy, url, postgres_url)


async def test_a_file_that_a_bot_has_is_not_copied(url: str, postgres_url: str) -> None:
    async with await SqlLog.open(url):
        with pytest.raises(StoreError, match="in use by process"):
            await asyncio.to_thread(copy, url, postgres_url)
    with pytest.raises(StoreError, match="are the same database"):
        await asyncio.to_thread(copy, url, url)


@pytest.mark.parametrize(
    ("deed", "said"),
    [
        (
            "UPDATE facts SET body = replace(body, 'note', 'NOTE') WHERE seq = 700",
            "entry 700 does not follow",
        ),
        (
            "UPDATE facts SET beside = replace(beside, 'ünï', 'uni') WHERE seq = 700",
            "the words of entry 700 are not those that were recorded",
        ),
    ],
)
async def test_a_log_whose_chain_is_broken_is_not_copied(
    url: str, postgres_url: str, tmp_path: Path, deed: str, said: str
) -> None:
    await filled(url)
    with closing(sqlite3.connect(tmp_path / "runbook.db")) as connection:
        connection.execute(deed)
        connection.commit()
    with pytest.raises(StoreError, match=said):
        await asyncio.to_thread(copy, url, postgres_url)
    async with await SqlLog.open(postgres_url) as log:
        assert await log.runs() == []
