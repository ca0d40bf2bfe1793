"""A database that the version before sealing left: it opens, its runs go on, its words can go.

`before.sql` is what that version wrote itself, while two people worked: `tests/chaos/before.py`.
"""

import asyncio
import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from alembic import command
from psycopg import sql

from bot.app.desk import Desk
from bot.app.erasing import Asked, Erasing
from bot.core.engine import commands as c
from bot.core.engine.decide import Refused
from bot.core.engine.fold import fold
from bot.core.run import events as e
from bot.core.run.model import State
from bot.core.sealing.body import is_sealed
from bot.edges.store import SqlLog, postgres, seal, upgrade
from bot.edges.store.address import parse
from bot.edges.store.migrate import _config
from tests.edges.store.making import AT
from tests.fakes import FakeClock

BEFORE = Path(__file__).with_name("before.sql").read_text("utf-8")
OPEN = "CA-2"
CLOSED = ("CA-1", "CB-1")
ANA = e.Person(id="U0ANA", name="ana")
TRUE_OR_FALSE = {"open", "unsure", "inside"}
Row = tuple[str, str, str | None]


def tables() -> Iterator[tuple[str, list[str], list[tuple[object, ...]]]]:
    """Each table of that database: its columns, and its rows."""
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.executescript(BEFORE)
        found = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        for (name,) in found.fetchall():
            if not name.startswith("sqlite_"):
                rows = connection.execute(f'SELECT * FROM "{name}"')  # noqa: S608 - ours
                yield name, [column[0] for column in rows.description], rows.fetchall()


def on_server(url: str) -> None:
    """Make that database on a server."""
    engine = postgres.migrating(postgres.url_of(parse(url)))
    with engine.begin() as connection:
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, "0005")
    engine.dispose()
    with psycopg.connect(url) as server:
        server.execute("SET session_replication_role = replica")  # whatever the order of tables
        for name, columns, rows in tables():
            server.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(name)))
            put = sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(
                sql.Identifier(name),
                sql.SQL(", ").join(map(sql.Identifier, columns)),
                sql.SQL(", ").join(sql.Placeholder() * len(columns)),
            )
            for row in rows:
                pairs = zip(columns, row, strict=True)
                server.execute(put, [bool(v) if k in TRUE_OR_FALSE else v for k, v in pairs])
        server.execute("SELECT setval(pg_get_serial_sequence('facts', 'position'), 1000)")


@pytest.fixture(params=["sqlite", "postgres"])
async def before(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of that database, as the version before left it."""
    if request.param == "postgres":
        url: str = request.getfixturevalue("postgres_url")
        await asyncio.to_thread(on_server, url)
        return url
    with closing(sqlite3.connect(tmp_path / "runbook.db")) as connection:
        connection.executescript(BEFORE)
    return f"sqlite:///{tmp_path / 'runbook.db'}"


async def upgraded(url: str) -> str:
    """Bring it up to date, and say that no older program is left."""
    await asyncio.to_thread(upgrade, url)
    await asyncio.to_thread(seal, url)
    return url


def stored(url: str, run_id: str) -> Mapping[int, Row]:
    """A run's entries as they lie there: number -> body, hash, and what lies beside."""
    query = "SELECT seq, body, hash, beside FROM facts WHERE run_id = '{}' ORDER BY seq"
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection:
            rows = connection.execute(query.format(run_id)).fetchall()
    else:
        with psycopg.connect(url) as server:
            rows = server.execute(query.format(run_id).encode()).fetchall()
    return {row[0]: (row[1], row[2], row[3]) for row in rows}


def everything(url: str, folder: Path) -> str:
    """All that is kept: every byte of the files, or every row of a server."""
    if url.startswith("sqlite"):
        found = b"".join(file.read_bytes() for file in folder.glob("runbook.db*"))
        return found.decode("utf-8", "replace")
    with psycopg.connect(url) as server:
        names = [name for name, _, _ in tables()]
        return str([server.execute(f"TABLE {name}".encode()).fetchall() for name in names])


async def test_its_runs_are_as_they_were_and_its_audit_holds(before: str) -> None:
    url = await upgraded(before)
    async with await SqlLog.open(url) as log:
        assert sorted(await log.every()) == sorted((OPEN, *CLOSED))
        for run_id in await log.every():
            checked = await log.checked(run_id)
            assert (checked.faults, checked.erased, checked.unknown) == ((), (), None)
            run = fold(await log.read(run_id))
            assert (run.closed is None) is (run_id == OPEN)
            assert run.started_by.name in ("ana", "ben")
            assert (run.commit, run.via) == (None, None)
        assert await log.missing() == []
        (row,) = await log.runs(open_only=True)
        assert row.run_id == OPEN


async def test_a_run_goes_on_with_sealed_entries_after_its_plain_ones(before: str) -> None:
    url = await upgraded(before)
    async with await SqlLog.open(url) as log:
        desk = Desk(log, FakeClock(AT))
        run = await desk.run(OPEN)
        old = run.seq
        for step in [name for name, one in run.steps.items() if one.state is not State.DONE]:
            for do in (c.Take(step, ANA), c.MarkDone(step, ANA)):
                await desk.act(OPEN, do, delivery=None)
        run = await desk.act(OPEN, c.AddNote("s4", ANA, "and on"), delivery=None)
        assert run.outline.counts.finished == 4
        checked = await log.checked(OPEN)
        assert checked.faults == ()
    entries = stored(url, OPEN)
    assert [is_sealed(body) for body, _, _ in entries.values()] == [
        number > old for number in entries
    ]


async def test_until_it_is_sealed_the_version_before_can_read_what_is_written(
    postgres_url: str,
) -> None:
    await asyncio.to_thread(on_server, postgres_url)
    await asyncio.to_thread(upgrade, postgres_url)
    async with await SqlLog.open(postgres_url) as log:
        desk = Desk(log, FakeClock(AT))
        run = await desk.act(OPEN, c.AddNote(None, ANA, "plain"), delivery=None)
        with pytest.raises(Refused, match="run `runbook migrate --seal` first"):
            await Erasing(desk, log, list[str]().append).do(Asked(run=CLOSED[0]))
        assert (await log.checked(OPEN)).faults == ()
    body, _, beside = stored(postgres_url, OPEN)[run.seq]
    assert json.loads(body) == {
        "kind": "note_added",
        "v": 1,
        "by": {"id": "U0ANA", "name": "ana"},
        "step": None,
        "text": "plain",
    }
    assert beside is None


async def test_an_entry_that_is_erased_keeps_its_hash_and_loses_its_words(
    before: str, tmp_path: Path
) -> None:
    url = await upgraded(before)
    async with await SqlLog.open(url) as log:
        desk = Desk(log, FakeClock(AT))
        job = Erasing(desk, log, list[str]().append)
        facts = await log.read(CLOSED[1])
        note = next(f for f in facts if isinstance(f.event, e.NoteAdded))
        assert isinstance(note.event, e.NoteAdded)
        words = note.event.text
        assert words in everything(url, tmp_path)
        was = stored(url, CLOSED[1])
        (said,) = await job.do(Asked(run=CLOSED[1], entry=note.seq))
        assert f"no longer to be checked, being older than sealing: {note.seq}" in said
        now = stored(url, CLOSED[1])
        assert [row[1] for row in now.values()][: len(was)] == [row[1] for row in was.values()]
        body, _, beside = now[note.seq]
        assert is_sealed(body)
        assert beside is None
        assert words not in everything(url, tmp_path)
        checked = await log.checked(CLOSED[1])
        assert checked.faults == ()
        named = f"entry {note.seq}: written before entries were sealed, and no longer to be checked"
        assert named in checked.erased
        read = (await log.read(CLOSED[1]))[note.seq - 1].event
        assert isinstance(read, e.NoteAdded)
        assert read.text == "(erased on 2026-11-01 by an operator)"
        assert read.by == note.event.by


async def test_a_whole_run_of_before_is_erased_and_its_audit_says_what_is_not_to_be_checked(
    before: str, tmp_path: Path
) -> None:
    url = await upgraded(before)
    async with await SqlLog.open(url) as log:
        desk = Desk(log, FakeClock(AT))
        was = stored(url, CLOSED[0])
        states = {k: s.state for k, s in (await desk.run(CLOSED[0])).steps.items()}
        await Erasing(desk, log, list[str]().append).do(Asked(run=CLOSED[0]))
        run = await desk.run(CLOSED[0])
        assert {k: s.state for k, s in run.steps.items()} == states
        left = everything(url, tmp_path)
        assert "ana-1" not in left, "what it was started with"
        rows = str(stored(url, CLOSED[0]))
        for gone in ("U0ANA", '"ana"', "note_added 1", "step_failed 2"):
            assert gone not in rows
        now = stored(url, CLOSED[0])
        assert [row[1] for row in now.values()][: len(was)] == [row[1] for row in was.values()]
        checked = await log.checked(CLOSED[0])
        assert checked.faults == ()
        assert any("no longer to be checked" in line for line in checked.erased)
        # The others are as they were.
        assert (await log.checked(CLOSED[1])).erased == ()


async def test_its_runs_are_of_the_workspace_that_is_served_first(before: str) -> None:
    url = await upgraded(before)
    async with await SqlLog.open(url) as log:
        await log.serve("T0WORKSPACE")
        for run_id in await log.every():
            assert (await log.checked(run_id)).faults == ()
            assert await log.team(run_id) == "T0WORKSPACE"
