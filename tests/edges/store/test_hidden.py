"""Which runs only some may know of: asked of rows, also of those that programs of before wrote."""

import asyncio
import sqlite3
from contextlib import closing

import psycopg
import pytest

from bot.core.engine.effects import effects
from bot.core.run import events as e
from bot.edges.store import SqlLog, upgrade
from bot.ports.log import Log, Unreadable
from tests.edges.store.conftest import Tested
from tests.edges.store.making import AT, append, begin, hidden, note, opening
from tests.edges.store.unknown import KINDS, adds


async def begun(log: Log, event: e.RunStarted) -> str:
    made = await log.begin(
        "VA",
        lambda _: [event],
        opening=opening(event),
        at=AT,
        effects=effects(None, [event], AT),
        delivery=None,
        unless_open=False,
    )
    run_id: str = made[0].run_id
    return run_id


async def test_rows_say_whether_everyone_may_know_of_a_run(log: Tested) -> None:
    mine, everyones = await begun(log, hidden()), await begin(log)
    for private, runs in ((True, [mine]), (False, [everyones]), (None, [everyones, mine])):
        assert [row.run_id for row in await log.runs(private=private)] == runs
        assert await log.count(private=private) == len(runs)
        here = await log.runs(private=private, channel="C1", open_only=True)
        assert [row.run_id for row in here] == runs
    row = await log.row(mine)
    assert row is not None
    assert (row.run_id, row.channel, row.private) == (mine, "C1", True)
    assert await log.row("ZZ-1") is None


async def test_what_a_run_began_with_is_read_whatever_came_after_it(log: Tested) -> None:
    run_id = await begun(log, hidden())
    await append(log, run_id, 1, [note("later")])
    begins = await log.beginning(run_id)
    assert begins == hidden()
    assert await log.beginning("ZZ-1") is None


async def test_a_beginning_that_cannot_be_read_is_told_from_what_came_after(store: SqlLog) -> None:
    run_id = await begun(store, hidden())
    await adds(store, run_id, KINDS["a kind that is not known"])
    with pytest.raises(Unreadable):
        await store.read(run_id)
    assert await store.beginning(run_id) == hidden()


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
async def test_rows_of_before_say_it_after_the_upgrade(
    kind: str, url: str, request: pytest.FixtureRequest
) -> None:
    if kind == "postgres":
        url = request.getfixturevalue("postgres_ready")
    says = {"private": '"private":true, if you ask', "title": "Said"}
    odd = hidden().procedure.model_copy(
        update={"id": "odd", "private": False, "summary": str(says)}
    )
    async with await SqlLog.open(url) as log:
        mine, everyones = await begun(log, hidden()), await begin(log)
        other = await begun(log, hidden().model_copy(update={"procedure": odd}))
    before = (
        "ALTER TABLE runs DROP COLUMN private",
        "ALTER TABLE runs DROP COLUMN drill",
        "DROP TABLE episodes",
        "UPDATE alembic_version SET version_num = '0008'",
    )
    if kind == "postgres":
        with psycopg.connect(url, autocommit=True) as server:
            for change in before:
                server.execute(change)
        await asyncio.to_thread(upgrade, url)
    else:
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as file:
            for change in before:
                file.execute(change)
            file.commit()
    async with await SqlLog.open(url) as log:
        said = {row.run_id: row.private for row in await log.runs()}
        assert said == {mine: True, everyones: False, other: False}
