"""What stands after a death, a full disk, a hand in the log: whole facts, or none."""

import asyncio
import contextlib
import os
import sqlite3
import subprocess
import sys
import traceback
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import event

from bot.core.run import events as e
from bot.edges.store import SqlLog, StoreError
from bot.ports.log import Stale, Unavailable
from tests.edges.store.making import append, begin, note

KILLS = 15


def execute(path: Path, *statements: str) -> None:
    """Do as someone with a shell would."""
    with closing(sqlite3.connect(path)) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()


async def test_an_acknowledged_append_survives_any_death(tmp_path: Path) -> None:
    """Fifteen processes append and are killed; what they were promised is there, once, in order."""
    path = tmp_path / "r.db"
    nursery = await asyncio.create_subprocess_exec(
        sys.executable,
        str(Path(__file__).with_name("nursery.py")),
        str(path),
        str(KILLS),
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])},
    )
    out, _ = await nursery.communicate()
    assert nursery.returncode == 0
    promised = out.decode().split("\n")[:-1]
    assert promised, "no process lived long enough to append"
    async with await SqlLog.open(f"sqlite:///{path}") as log:
        stored: list[str] = []
        for run in await log.runs():
            facts = await log.read(run.run_id)
            assert await log.audit(run.run_id) == facts[-1].hash
            stored += [f.event.text for f in facts if isinstance(f.event, e.NoteAdded)]
            row = await log.message(f"{run.run_id}/board")
            assert row is not None
            assert row.wanted == len(facts)
        assert len(stored) == len(set(stored))
        assert set(promised) <= set(stored)
        for text in stored:
            assert await log.delivered(text)


async def test_a_full_disk_is_said_and_the_log_goes_on_when_there_is_room(
    small_disk: Path,
) -> None:
    filler = small_disk / "filler"
    filler.write_bytes(b"x" * 300_000)
    async with await SqlLog.open(f"sqlite:///{small_disk / 'r.db'}") as log:
        run_id = await begin(log)
        count = 1
        with contextlib.suppress(Unavailable):
            while True:
                await append(log, run_id, count, [note("x" * 20_000)], delivery=f"d{count}")
                count += 1
        with pytest.raises(Unavailable, match="full"):
            await append(log, run_id, count, [note("x" * 20_000)], delivery=f"d{count}")
        assert count > 1
        assert len(await log.read(run_id)) == count
        assert not await log.delivered(f"d{count}")
        filler.unlink()
        await append(log, run_id, count, [note("x" * 20_000)], delivery=f"d{count}")
        assert await log.audit(run_id) == (await log.read(run_id))[-1].hash


async def test_one_that_does_not_fit_takes_none_of_its_neighbours_along(store: SqlLog) -> None:
    runs = [await begin(store, channel=f"C{n}") for n in range(9)]
    engine = store._database.clicks._engine
    with engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one() + 4

    def limit(connection: sqlite3.Connection, _: object) -> None:
        """Let the file grow no further, as a disk without room would."""
        connection.execute(f"PRAGMA max_page_count={pages}").close()

    event.listen(engine, "connect", limit)
    engine.dispose()
    texts = ["x" * 100_000 if n == 4 else "small" for n in range(9)]
    ended = await asyncio.gather(
        *(append(store, run, 1, [note(text)]) for run, text in zip(runs, texts, strict=True)),
        return_exceptions=True,
    )
    assert [type(end) for n, end in enumerate(ended) if n != 4] == [list] * 8
    assert isinstance(ended[4], Unavailable)
    event.remove(engine, "connect", limit)
    engine.dispose()
    await append(store, runs[4], 1, [note(texts[4])])
    for run in runs:
        await store.audit(run)


async def test_a_visitor_that_locks_the_file_is_waited_for_and_then_reported(
    store: SqlLog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_id = await begin(store)
    monkeypatch.setattr("bot.edges.store.sqlite.BUSY_MS", 50)
    store._database.clicks._engine.dispose()
    with closing(sqlite3.connect(tmp_path / "runbook.db", isolation_level=None)) as visitor:
        visitor.execute("BEGIN IMMEDIATE")
        with pytest.raises(Unavailable, match="locked"):
            await append(store, run_id, 1, [note("meanwhile")])
        assert len(await store.read(run_id)) == 1
        visitor.execute("ROLLBACK")
    await append(store, run_id, 1, [note("afterwards")])


async def test_a_closed_log_says_so_and_can_be_closed_again(url: str) -> None:
    log = await SqlLog.open(url)
    run_id = await begin(log)
    writing = [asyncio.create_task(append(log, run_id, 1, [note("in flight")]))]
    await asyncio.sleep(0)
    await log.close()
    await log.close()
    assert len(await writing[0]) == 1
    with pytest.raises(Unavailable, match="closed"):
        await append(log, run_id, 2, [note("late")])
    with pytest.raises(Unavailable, match="closed"):
        await log.read(run_id)


async def test_a_fault_of_one_request_reaches_its_caller_and_nobody_else(store: SqlLog) -> None:
    run_id, other = await begin(store), await begin(store)
    broken = e.NoteAdded.model_construct(by=e.Person(id="U1"), text="half a pair: \ud800")
    ended = await asyncio.gather(
        append(store, run_id, 1, [note("first"), broken], delivery="d"),
        append(store, other, 1, [note("fine")]),
        append(store, other, 1, [note("late")]),
        return_exceptions=True,
    )
    assert [type(end) for end in ended] == [UnicodeEncodeError, list, Stale]
    assert len(await store.read(run_id)) == 1
    assert not await store.delivered("d")


async def test_who_stops_waiting_disturbs_nobody(store: SqlLog) -> None:
    run_id = await begin(store)
    impatient = asyncio.create_task(append(store, run_id, 1, [note("one")]))
    await asyncio.sleep(0)
    impatient.cancel()
    with pytest.raises(asyncio.CancelledError):
        await impatient
    await append(store, run_id, 2, [note("two")])


@pytest.mark.parametrize(
    "deed",
    [
        "UPDATE facts SET body = replace(body, 'note', 'NOTE') WHERE seq = 3",
        "UPDATE facts SET beside = replace(beside, 'two', 'TWO') WHERE seq = 3",
        "UPDATE facts SET beside = NULL WHERE seq = 3",
        "UPDATE facts SET beside = (SELECT beside FROM facts WHERE seq = 2) WHERE seq = 3",
        "UPDATE runs SET people = replace(people, 'U1', 'U2')",
        "UPDATE runs SET people = NULL",
        "UPDATE runs SET people = '{'",
        "UPDATE facts SET at = replace(at, '03:12', '03:13') WHERE seq = 3",
        "UPDATE facts SET at = 'yesterday' WHERE seq = 3",
        "UPDATE facts SET hash = replace(hash, substr(hash, 1, 1), 'g') WHERE seq = 4",
        "UPDATE facts SET seq = 9 WHERE seq = 4",
        "DELETE FROM facts WHERE seq = 2",
        "DELETE FROM facts WHERE seq = 4",
        "DELETE FROM facts",
        "UPDATE facts SET run_id = 'KC-2' WHERE seq = 4",
    ],
)
async def test_a_hand_in_the_log_breaks_the_chain(store: SqlLog, tmp_path: Path, deed: str) -> None:
    run_id = await begin(store)
    await begin(store)
    await append(store, run_id, 1, [note("one"), note("two"), note("three")])
    assert await store.audit(run_id) == (await store.read(run_id))[-1].hash
    execute(tmp_path / "runbook.db", deed)
    with pytest.raises(e.BrokenChain, match=run_id):
        await store.audit(run_id)


async def test_the_head_of_no_run_is_the_genesis(store: SqlLog) -> None:
    assert await store.audit("KC-9") == e.GENESIS


async def test_a_fact_of_a_later_version_is_an_error_with_advice(
    store: SqlLog, tmp_path: Path
) -> None:
    run_id = await begin(store)
    await append(store, run_id, 1, [note("one")])
    change = "UPDATE facts SET body = replace(body, '\"v\":1', '\"v\":2') WHERE seq = 2"
    execute(tmp_path / "runbook.db", change)
    with pytest.raises(StoreError, match=r"KC-1: fact 2 \(note_added\).*upgrade the bot"):
        await store.read(run_id)
    assert len(await store.runs()) == 1


async def test_what_people_wrote_is_in_no_error(store: SqlLog, tmp_path: Path) -> None:
    run_id = await begin(store)
    execute(
        tmp_path / "runbook.db",
        "CREATE TRIGGER refuse BEFORE INSERT ON facts BEGIN SELECT RAISE(ABORT, 'no'); END",
    )
    secret = "hunter-two"
    with pytest.raises(Unavailable) as gone:
        await append(store, run_id, 1, [note(secret)], delivery="d")
    assert secret not in "".join(traceback.format_exception(gone.value))
    execute(tmp_path / "runbook.db", "DROP TRIGGER refuse")


async def test_a_time_that_another_clock_set_holds_nobody_up_after_a_start(url: str) -> None:
    async with await SqlLog.open(url) as log:
        await begin(log, touched={"board": 1})
        log._database.now = lambda _: 4e9
        assert len((await log.outbox.claim(4))[0]) == 1
    async with await SqlLog.open(url) as log:
        assert len((await log.outbox.claim(4))[0]) == 1
