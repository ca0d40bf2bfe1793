"""An erasure reaches all that it promises: every run, what ends before a list, what was left."""

import asyncio
import gc
import json
import sqlite3
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
import pytest

from bot.app.erasing import Asked
from bot.core.engine import commands as c
from bot.core.engine.decide import Refused
from bot.core.run import events as e
from bot.core.sealing.body import is_sealed
from bot.core.sealing.record import Stored
from bot.edges.store import SqlLog, seal
from bot.edges.store import erasing as erasing_sql
from bot.edges.store.audits import entries_of
from bot.edges.store.trouble import UnknownFact
from bot.ports.log import RunRow
from tests.edges.store.conftest import real
from tests.edges.store.making import ANA, AT, BEN, append, begin, note, started
from tests.edges.store.test_erasing import (
    CANARY,
    EVE,
    closed_run,
    desk_of,
    erasing,
    every_byte,
    left,
)
from tests.fakes import FakeClock
from tests.profiles import examples

LONG_RUN = examples(20_000)
"""Entries of a run that is longer than any."""


@real
async def test_a_list_is_done_on_a_backup_that_ends_before_it(log: SqlLog) -> None:
    run_id = await begin(log)
    await append(log, run_id, 1, [note(f"{CANARY} one")])
    lines = (
        json.dumps({"run": "KC-9", "entries": [2], "people": []}),
        json.dumps({"run": run_id, "entries": [2, 7], "people": []}),
    )
    job, _ = erasing(log)
    assert await job.do(Asked(again=lines)) == [
        "KC-9: not in this database",
        f"{run_id}: the words of 1 entry",
    ]
    assert not left([fact.event for fact in await log.read(run_id)][1:])


@real
async def test_all_runs_are_asked_and_not_the_newest_alone(
    log: SqlLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = desk_of(log)
    run_ids = [await closed_run(desk, f"C{n}") for n in range(3)]

    async def two(**asked: Any) -> list[RunRow]:
        return await SqlLog.runs(log, **{**asked, "limit": 2})

    monkeypatch.setattr(log, "runs", two)
    job, _ = erasing(log, desk)
    said = await job.do(Asked(person=EVE.id, dry_run=True))
    assert [line.partition(":")[0] for line in said] == run_ids[::-1]
    job.desk.clock = FakeClock(AT.replace(year=2028))
    assert len(await job.do(Asked(older_than_days=400, dry_run=True))) == 3


@real
async def test_what_slack_said_of_someone_goes_though_they_are_in_no_run(log: SqlLog) -> None:
    await log.serve("T1")
    place, other = log.acquaintances, "UCANARY98"
    await place.met([EVE.id, other])
    job, _ = erasing(log)
    said = [f"{EVE.id}: what Slack said of them"]
    assert await job.do(Asked(person="UCANARY9_", dry_run=True)) == []
    assert await job.do(Asked(person=EVE.id, dry_run=True)) == said
    assert await log.knows(EVE.id)
    assert await job.do(Asked(person=EVE.id)) == said
    assert not await log.knows(EVE.id)
    assert await log.knows(other)


async def test_the_write_ahead_log_is_emptied_by_the_same_command_again(
    url: str, tmp_path: Path
) -> None:
    async with await SqlLog.open(url) as log:
        desk = desk_of(log)
        run_id = await closed_run(desk)
        job, _ = erasing(log, desk)
        with closing(sqlite3.connect(tmp_path / "runbook.db", isolation_level=None)) as reader:
            reader.execute("BEGIN")
            reader.execute("SELECT count(*) FROM facts").fetchone()
            *_, said = await job.do(Asked(run=run_id))
            assert "still in the write-ahead log" in said
            with pytest.raises(Refused, match="still in the write-ahead log"):
                await job.do(Asked(run=run_id, dry_run=True))
        assert await job.do(Asked(run=run_id, dry_run=True)) == []
        assert b"canary" not in every_byte(tmp_path).lower()


@pytest.mark.parametrize(
    "damage",
    [
        'UPDATE facts SET body = substr(body, 1, 60) || \'"seal":"\' WHERE seq = 2',
        "UPDATE runs SET people = '{'",
    ],
)
async def test_a_sealed_record_that_is_damaged_is_unreadable(
    url: str, tmp_path: Path, damage: str
) -> None:
    async with await SqlLog.open(url) as log:
        run_id = await begin(log)
        await append(log, run_id, 1, [note("one")])
    with closing(sqlite3.connect(tmp_path / "runbook.db")) as connection:
        connection.execute(damage)
        connection.commit()
    async with await SqlLog.open(url) as log:
        with pytest.raises(UnknownFact):
            await log.read(run_id)
        assert (await log.checked(run_id)).faults


@real
async def test_who_stands_in_the_title_of_a_run_goes_from_there_too(log: SqlLog) -> None:
    desk = desk_of(log)
    for key, left_over in (("<@UCANARY99|canary eve>", "(erased)"), ("k1", "k1")):
        event = started("C1").model_copy(update={"by": BEN, "inputs": {"key": key}})
        run = await desk.start(event, delivery=None, another=True)
        assert run is not None
        await desk.act(run.id, c.AddNote(None, BEN, "ask <@UCANARY99>"), delivery=None)
        await desk.act(run.id, c.Mistake(BEN, "a mistake"), delivery=None)
        await erasing(log, desk)[0].do(Asked(person=EVE.id))
        (row, *_) = await log.runs()
        assert left_over in row.title
        assert not left(row)
        assert (await log.checked(run.id)).faults == ()


async def test_a_run_that_is_damaged_keeps_no_other_from_being_erased(
    url: str, tmp_path: Path
) -> None:
    async with await SqlLog.open(url) as log:
        desk = desk_of(log)
        for channel in ("C1", "C2", "C3"):
            await closed_run(desk, channel)
    with closing(sqlite3.connect(tmp_path / "runbook.db")) as connection:
        connection.execute("UPDATE runs SET people = '{' WHERE run_id = 'KC-2'")
        connection.commit()
    async with await SqlLog.open(url) as log:
        job, _ = erasing(log)
        said = await job.do(Asked(person=EVE.id))
        assert [line.partition(":")[0] for line in said] == ["KC-3", "KC-1", "not erased"]
        assert said[-1] == "not erased: KC-2 is damaged: `runbook audit KC-2` says how."


@real
@pytest.mark.parametrize("gone", [EVE, BEN])
async def test_what_was_written_for_someone_goes_with_either_of_them(
    log: SqlLog, gone: e.Person
) -> None:
    run_id = await begin(log)
    event = e.NoteAdded(by=EVE, text=f"{CANARY} for another", via="agent", on_behalf_of=BEN)
    await append(log, run_id, 1, [event, note("of ana's own")])
    await desk_of(log).act(run_id, c.Mistake(ANA, "a mistake"), delivery=None)
    await erasing(log)[0].do(Asked(person=gone.id))
    said = [fact.event for fact in await log.read(run_id)]
    assert "for another" not in str(said[1])
    assert "of ana's own" in str(said[2])
    assert gone.id not in str(said)
    assert (await log.checked(run_id)).faults == ()


async def test_who_writes_is_not_kept_from_it_while_the_write_ahead_log_is_emptied(
    url: str, tmp_path: Path
) -> None:
    """A reader is in the way for as long as it is tried; no click may wait as long."""
    path = tmp_path / "runbook.db"
    async with await SqlLog.open(url) as log:
        run_id = await begin(log)
        with closing(sqlite3.connect(path, isolation_level=None)) as reader:
            reader.execute("BEGIN")
            reader.execute("SELECT count(*) FROM facts").fetchone()
            emptying = asyncio.create_task(log.tidy())
            after = 1
            while not emptying.done():
                await append(log, run_id, after, [note("while it is tried")])
                after += 1
                await asyncio.sleep(0.02)
            assert await emptying is False
            assert after > 5
        assert await log.tidy()


async def test_a_long_run_of_before_is_sealed_in_pieces_and_each_entry_is_read_once(
    postgres_ready: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(erasing_sql, "SOME", 3)
    read: list[int] = []

    def counted(*asked: Any, **how: Any) -> list[Stored]:
        found = entries_of(*asked, **how)
        read.extend(one.seq for one in found)
        return found

    await asyncio.to_thread(unsealed, postgres_ready)
    async with await SqlLog.open(postgres_ready) as log:
        run_id = await begin(log)
        await append(log, run_id, 1, [note(f"word {n}") for n in range(10)])
        await asyncio.to_thread(seal, postgres_ready)
        monkeypatch.setattr(erasing_sql, "entries_of", counted)
        await log.seal_of_before(run_id)
        assert read == list(range(1, 12))
        kept = await log.kept(run_id)
        assert kept is not None
        assert all(is_sealed(one.body) for one in kept.entries)
        assert (await log.checked(run_id)).faults == ()


def unsealed(url: str) -> None:
    """As a database of before is."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("UPDATE compatibility SET sealed = false, oldest = '0002'")


@pytest.mark.sampled
async def test_erasing_a_long_run_keeps_no_click_waiting(url: str) -> None:
    """What the event loop's own thread works without a pause, however busy the machine is."""
    async with await SqlLog.open(url) as log:
        desk = desk_of(log)
        run_id = await begin(log)
        for first in range(0, LONG_RUN, 500):
            some = [note(f"{CANARY} {first + n}, <@U2> saw it") for n in range(500)]
            await append(log, run_id, first + 1, some)
        await desk.act(run_id, c.Mistake(BEN, "a mistake"), delivery=None)
        job, _ = erasing(log, desk)
        # What other tests of this process left behind is not what a bot has to look through.
        gc.collect()
        gc.freeze()
        longest, erased = 0.0, asyncio.create_task(job.do(Asked(run=run_id)))
        while not erased.done():
            before = time.thread_time()
            await asyncio.sleep(0)
            longest = max(longest, time.thread_time() - before)
        (said,) = await erased
    assert said.startswith(f"{run_id}: the words of {LONG_RUN + 2:,} entries and 2 people")
    assert longest < 0.05
