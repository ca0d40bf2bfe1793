"""What is erased is gone from everything that is kept, and the record still holds.

Canaries are planted in every place where people's words and names go, erased, and searched for in
all bytes of the database.
"""

import asyncio
import json
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import select

from bot.app.desk import Desk
from bot.app.erasing import Asked, Erasing
from bot.core.engine import commands as c
from bot.core.engine.decide import Refused
from bot.core.run import events as e
from bot.edges.store import SqlLog, is_sealed, rewrite, seal
from bot.edges.store.schema import messages
from tests.edges.store.conftest import real
from tests.edges.store.making import AT, BEN, append, begin, note, started
from tests.edges.store.unknown import KINDS, adds
from tests.fakes import FakeClock

CANARY = "canary"
EVE = e.Person(id="UCANARY99", name="canary eve")


def desk_of(log: SqlLog) -> Desk:
    return Desk(log, FakeClock(AT))


def erasing(log: SqlLog, desk: Desk | None = None) -> tuple[Erasing, list[str]]:
    notes: list[str] = []
    return Erasing(desk or desk_of(log), log, notes.append), notes


async def closed_run(
    desk: Desk, channel: str = "C1", key: str = "k1", team: str | None = None
) -> str:
    """A closed run whose every word is a canary."""
    event = started(channel, team=team).model_copy(update={"by": EVE, "inputs": {"key": key}})
    run = await desk.start(event, delivery=None)
    assert run is not None
    for command in (
        c.Take("revoke", EVE),
        c.AddNote("revoke", BEN, f"{CANARY} one, ask <@UCANARY99|canary eve>", shared=True),
        c.AddNote(None, EVE, f"{CANARY} two: UCANARY99"),
        c.HandOver("revoke", EVE, BEN),
        c.Fail("revoke", BEN, f"{CANARY} three"),
        c.Mistake(EVE, f"{CANARY} four"),
    ):
        await desk.act(run.id, command, delivery=None)
    return run.id


def left(text: object) -> list[str]:
    said = str(text).lower()
    return [word for word in (CANARY, "ucanary99", "canary eve") if word in said]


@real
async def test_a_run_loses_every_word_and_everybody_and_its_chain_holds(log: SqlLog) -> None:
    desk = desk_of(log)
    run_id = await closed_run(desk)
    before = await desk.run(run_id)
    job, notes = erasing(log, desk)
    count = await job.do(Asked(run=run_id, dry_run=True))
    assert (await log.read(run_id))[-1].event.kind == "run_closed", "nothing was done"
    assert notes == []
    assert await job.do(Asked(run=run_id)) == count
    assert count == ["KC-1: the words of 5 entries and 2 people"]
    run = await desk.run(run_id)
    assert {k: s.state for k, s in run.steps.items()} == {
        k: s.state for k, s in before.steps.items()
    }
    assert run.closed is not None
    assert run.closed.mistake == "(erased on 2026-11-01 by an operator)"
    assert run.started_by.name == "person 1 (erased on 2026-11-01 by an operator)"
    assert not left(await log.read(run_id))
    assert not left(await log.runs())
    checked = await log.checked(run_id)
    assert checked.faults == ()
    (said,) = checked.erased
    assert said.startswith("erased on 2026-11-01 by an operator: the words of entries 1, 3 to 4, ")
    assert said.endswith("6 to 7 and people 1 to 2")
    assert await job.do(Asked(run=run_id)) == [], "there is nothing more to erase"


@real
async def test_the_list_has_no_word_and_no_id_and_can_be_done_again(log: SqlLog) -> None:
    desk = desk_of(log)
    run_id, other = await closed_run(desk), await closed_run(desk, "C2")
    job, notes = erasing(log, desk)
    await job.do(Asked(run=run_id))
    line, done = notes
    assert json.loads(line)["run"] == run_id
    assert json.loads(done) == {"done": json.loads(line)["id"]}
    assert not left(line)
    again = line.replace(f'"{run_id}"', f'"{other}"')
    (said,) = await job.do(Asked(again=(again,)))
    unknown = "2 people on the list cannot be found: erase them with --person"
    assert said == f"{other}: the words of 5 entries; {unknown}", "its people have other tokens"
    with pytest.raises(Refused, match="no erasure list"):
        await job.do(Asked(again=("{",)))


@real
async def test_a_person_goes_out_of_all_runs_and_out_of_what_others_wrote(log: SqlLog) -> None:
    desk = desk_of(log)
    one, two = await closed_run(desk), await closed_run(desk, "C2")
    job, _ = erasing(log, desk)
    said = await job.do(Asked(person=EVE.id))
    assert said == [f"{r}: the words of 3 entries and 1 person" for r in (two, one)]
    for run_id in (one, two):
        facts = await log.read(run_id)
        assert facts[2].event == note("").model_copy(
            update={"by": BEN, "step": "revoke", "shared": True}
        ).model_copy(update={"text": f"{CANARY} one, ask person 1 (erased)"})
        assert "ucanary99" not in str(facts).lower()
        assert "canary eve" not in str(facts).lower()
        assert (await log.checked(run_id)).faults == ()


@real
async def test_an_entry_loses_its_words_alone_also_while_the_run_is_open(log: SqlLog) -> None:
    run_id = await begin(log)
    await append(log, run_id, 1, [note(f"{CANARY} one"), note("two")])
    desk = desk_of(log)
    job, _ = erasing(log, desk)
    await desk.run(run_id)
    assert await job.do(Asked(run=run_id, entry=2)) == ["KC-1: the words of 1 entry"]
    texts = [text for _, text in (await desk.run(run_id)).notes]
    assert texts == ["(erased on 2026-11-01 by an operator)", "two"]
    with pytest.raises(Refused, match="KC-1 has no entry 9: its last is 4"):
        await job.do(Asked(run=run_id, entry=9))
    with pytest.raises(Refused, match="There is no run"):
        await job.do(Asked(run="KC-9"))
    assert await job.do(Asked(run=run_id, entry=1)) == [
        "KC-1: nothing yet; its people, inputs and what was seen are erased when it is closed"
    ]
    assert (await log.checked(run_id)).faults == ()


@real
async def test_a_run_that_lost_people_or_inputs_is_not_reopened(log: SqlLog) -> None:
    desk = desk_of(log)
    run_id = await closed_run(desk)
    await erasing(log, desk)[0].do(Asked(person=EVE.id))
    with pytest.raises(Refused, match="not reopened: its people or inputs were erased"):
        await desk.act(run_id, c.Reopen(BEN, "again"), delivery=None)


@real
async def test_old_closed_runs_go_by_age(log: SqlLog) -> None:
    desk = desk_of(log)
    old = await closed_run(desk)
    await begin(log, channel="C5")
    job, _ = erasing(log, desk)
    job.desk.clock = FakeClock(AT.replace(year=2028))
    young = await closed_run(job.desk, "C6")
    assert [line.partition(":")[0] for line in await job.do(Asked(older_than_days=400))] == [old]
    assert (await log.checked(young)).erased == ()


@real
async def test_every_replica_reads_the_run_again(log: SqlLog) -> None:
    one, two = desk_of(log), desk_of(log)
    run_id = await closed_run(one)
    assert left(await two.run(run_id))
    await erasing(log, one)[0].do(Asked(run=run_id))
    await two.act(run_id, c.Export(BEN), delivery=None)
    assert not left((await two.run(run_id)).notes)
    assert not left(await one.run(run_id))


@real
async def test_messages_are_drawn_again_few_a_minute(log: SqlLog) -> None:
    desk = desk_of(log)
    run_id = await closed_run(desk)
    at = [await log._query(log._database.now)]
    log._database.now = lambda _: at[-1]
    for _ in range(9):
        claims, _ = await log.outbox.claim(9)
        for number, claim in enumerate(claims):
            ts = claim.message.ts or f"{number}.{claim.message.key}"
            await log.outbox.shown(claim, ts, claim.message.wanted)
        at.append(at[-1] + 60)
    keys = [f"{run_id}/notice/{n}" for n in (3, 5, 6, 7)]
    shown = [row for key in keys if (row := await log.message(key)) is not None and row.ts]
    assert len(shown) >= 3
    await erasing(log, desk)[0].do(Asked(run=run_id))
    wanted = [await log.message(row.key) for row in shown]
    assert all(row is not None and row.wanted == 8 for row in wanted)
    claims, _ = await log.outbox.claim(9)
    assert len(claims) <= 2, "the board, and one of the others"


@real
async def test_erasing_again_puts_off_nothing_that_waits_to_be_drawn_again(log: SqlLog) -> None:
    desk = desk_of(log)
    run_id = await closed_run(desk)
    now = await log._query(log._database.now)
    log._database.now = lambda _: now
    for number in range(9):
        claims, _ = await log.outbox.claim(9)
        for claim in claims:
            ts = claim.message.ts or f"{number}.{claim.message.key}"
            await log.outbox.shown(claim, ts, claim.message.wanted)
        now += 60
    job, _ = erasing(log, desk)

    async def due() -> list[float]:
        query = select(messages.c.key, messages.c.due_at).where(
            messages.c.wanted > messages.c.shown
        )
        rows = await log._query(lambda c: c.execute(query).all())
        return sorted(at - now for key, at in rows if "/notice/" in key)

    await job.do(Asked(run=run_id, entry=4))
    first = await due()
    assert first == [6.0 * n for n in range(len(first))]
    assert len(first) > 2
    now += 7
    await job.do(Asked(run=run_id))
    assert await due() == [
        *(at - 7 for at in first[2:]),
        6.0 * len(first) - 7,
        6.0 * len(first) - 1,
    ]


def every_byte(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.glob("runbook.db*")))


async def test_nothing_is_left_in_the_files_of_sqlite(url: str, tmp_path: Path) -> None:
    async with await SqlLog.open(url) as log:
        desk = desk_of(log)
        runs = [await closed_run(desk, f"C{n}") for n in range(5)]
        assert b"canary" in every_byte(tmp_path).lower()
        job, _ = erasing(log, desk)
        for run_id in runs:
            await job.do(Asked(run=run_id))
        found = every_byte(tmp_path).lower()
        assert b"canary" not in found, "the bot is running still"
    assert b"canary" not in every_byte(tmp_path).lower()


async def test_nothing_is_left_in_postgresql_once_it_is_rewritten(postgres_ready: str) -> None:
    def everything() -> str:
        rows: list[object] = []
        with psycopg.connect(postgres_ready, autocommit=True) as connection:
            tables = connection.execute(
                "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"
            ).fetchall()
            for (table,) in tables:
                rows += connection.execute(f"TABLE {table}".encode()).fetchall()
        return str(rows)

    def files() -> bytes:
        with psycopg.connect(postgres_ready, autocommit=True) as connection:
            connection.execute("CHECKPOINT")
            (folder,) = connection.execute("SHOW data_directory").fetchone() or ("",)
            found = b""
            for table in ("facts", "runs"):
                (path,) = connection.execute(
                    "SELECT pg_relation_filepath(%s)", (table,)
                ).fetchone() or ("",)
                found += (Path(folder) / path).read_bytes()
        return found.lower()

    def uncompressed() -> None:
        with psycopg.connect(postgres_ready, autocommit=True) as connection:
            for table, column in (("facts", "beside"), ("facts", "body"), ("runs", "people")):
                change = f"ALTER TABLE {table} ALTER COLUMN {column} SET STORAGE EXTERNAL"
                connection.execute(change.encode())

    await asyncio.to_thread(uncompressed)
    async with await SqlLog.open(postgres_ready) as log:
        desk = desk_of(log)
        runs = [await closed_run(desk, f"C{n}") for n in range(5)]
        assert left(await asyncio.to_thread(everything))
        job, _ = erasing(log, desk)
        for run_id in runs:
            await job.do(Asked(run=run_id))
        assert not left(await asyncio.to_thread(everything))
        assert b"canary" in await asyncio.to_thread(files), "dead rows are in the files still"
        await asyncio.to_thread(rewrite, postgres_ready)
        assert b"canary" not in await asyncio.to_thread(files)
        assert [(await log.checked(run_id)).faults for run_id in runs] == [()] * 5


async def test_entries_of_before_keep_their_hash_and_are_named(postgres_ready: str) -> None:
    def unsealed(change: str) -> None:
        with psycopg.connect(postgres_ready, autocommit=True) as connection:
            connection.execute(change.encode())

    await asyncio.to_thread(unsealed, "UPDATE compatibility SET sealed = false, oldest = '0002'")
    async with await SqlLog.open(postgres_ready) as log:
        desk = desk_of(log)
        run_id = await closed_run(desk)
        hashes = (await log.checked(run_id)).hashes
        job, _ = erasing(log, desk)
        with pytest.raises(Refused, match="runbook migrate --seal"):
            await job.do(Asked(run=run_id, dry_run=True))
        await asyncio.to_thread(seal, postgres_ready)
        assert await asyncio.to_thread(is_sealed, postgres_ready)
        (count,) = await job.do(Asked(run=run_id, dry_run=True))
        assert (await log.checked(run_id)).hashes == hashes
        await log.seal_of_before(run_id)
        checked = await log.checked(run_id)
        assert (checked.hashes, checked.faults) == (hashes, ()), "all can be checked still"
        assert [f.event for f in await log.read(run_id)][2] == note("").model_copy(
            update={
                "by": BEN,
                "step": "revoke",
                "shared": True,
                "text": f"{CANARY} one, ask <@UCANARY99|canary eve>",
            }
        )
        assert await job.do(Asked(person=EVE.id)) != []
        checked = await log.checked(run_id)
        assert checked.hashes[:-1] == hashes
        assert checked.faults == ()
        assert checked.broken is None
        assert checked.erased[-1].endswith(
            ": written before entries were sealed, and no longer to be checked"
        )
        assert "being older than sealing" in count
        facts = await log.read(run_id)
        assert "ucanary99" not in str(facts).lower()
        followed = await log.followed(run_id, 3)
        assert followed.broken is None


DEEDS = {
    "erase without the entry": "UPDATE facts SET beside = NULL WHERE seq = 4",
    "a person without the entry": "UPDATE runs SET people = json_set(people, '$.' || (SELECT "
    "key FROM json_each(runs.people) LIMIT 1), NULL)",
    "the entry without the erasure": 'UPDATE facts SET beside = \'{"salt":"","values":[]}\' '
    "WHERE seq = 3",
    "an unchecked entry": "UPDATE facts SET body = replace(body, '\"seal\"', "
    '\'"resealed":true,"seal"\') WHERE seq = 2',
}


@pytest.mark.parametrize("deed", DEEDS.values(), ids=DEEDS)
async def test_an_erasure_that_is_not_one_is_found(url: str, tmp_path: Path, deed: str) -> None:
    async with await SqlLog.open(url) as log:
        run_id = await begin(log)
        await append(log, run_id, 1, [note("one"), note("two"), note("three")])
        desk = desk_of(log)
        await erasing(log, desk)[0].do(Asked(run=run_id, entry=3))
        assert (await log.checked(run_id)).faults == ()
    with closing(sqlite3.connect(tmp_path / "runbook.db")) as connection:
        connection.execute(deed)
        connection.commit()
    async with await SqlLog.open(url) as log:
        faults: Sequence[str] = (await log.checked(run_id)).faults
    assert faults


@real
async def test_an_entry_of_a_newer_version_is_none_that_was_changed(log: SqlLog) -> None:
    run_id = await begin(log)
    await adds(log, run_id, KINDS["a kind that is not known"])
    checked = await log.checked(run_id)
    assert (checked.follows, checked.unknown) == (True, 2)
