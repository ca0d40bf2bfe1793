"""Two replicas on one PostgreSQL: people cannot tell which of them serves, or that one is gone."""

import asyncio
import contextlib
from pathlib import Path

import pytest
from aiohttp import web

from bot.core.engine.fold import fold
from bot.demo.workspace.client import PersonClient
from bot.edges.store import upgrade
from tests.hanging import HANG_S
from tests.pictures import is_board_of
from tests.story.conftest import Bot, Child, System
from tests.story.driver import Someone


async def settled(bot: Bot, who: Someone, run_id: str) -> None:
    """Wait until the board shows every fact, as a fresh fold draws it."""

    async def same() -> bool | None:
        run = fold(await bot.facts(run_id))
        shown = await who.board(run_id)
        return is_board_of(run, shown["blocks"]) or None

    await who.eventually(same, "the board of all facts")


async def test_a_run_goes_its_way_over_both_and_goes_on_when_one_is_gone(
    replicas: tuple[Bot, Bot], ana: Someone, ben: Someone, system: System
) -> None:
    system.works()
    system.agrees()
    await ana.types("/runbook mend-it thing=lamp")
    for row in ("step 1", "step 2"):
        await ana.does("Take", row=row)
        await ben.does("Done", row=row)
    await replicas[0].stop()
    await ben.does("Add a note…")
    assert (await ben.fills({"Note": "the other one is gone"}))["ok"]
    await ana.board("MI-1", "8 entries")
    await ana.does("Verify now")
    await ana.board("MI-1", "🟢 All nodes agree")
    await settled(replicas[1], ana, "MI-1")
    kinds = await replicas[1].kinds("MI-1")
    assert kinds.count("run_started") == 1
    assert kinds.count("check_observed") == kinds.count("check_requested"), "each was told once"
    assert len(await ana.boards()) == 1


async def test_a_crowd_that_clicks_on_both_leaves_each_fact_once(
    replicas: tuple[Bot, Bot], ana: Someone, people: PersonClient
) -> None:
    await people.faults(limits=False)
    await ana.types("/runbook mend-it thing=lamp")
    await ana.board("MI-1")
    team = [Someone(people, name) for name in ("ana", "ben", "chloe")]

    async def writes(who: Someone, number: int) -> None:
        await who.does("Add a note…")
        assert (await who.fills({"Note": f"{who.name} {number}"}))["ok"]

    for number in range(5):
        await asyncio.gather(*(writes(who, number) for who in team))
    facts = await replicas[1].facts("MI-1")
    notes = [f.event.text for f in facts if f.event.kind == "note_added"]
    assert sorted(notes) == sorted(f"{who.name} {n}" for who in team for n in range(5))
    await settled(replicas[0], ana, "MI-1")
    assert len(await ana.boards()) == 1


@pytest.mark.parametrize(("victim", "well"), [(0, True), (1, False)])
@pytest.mark.timeout(600)  # it starts three processes, and a dead one's lease has to end
async def test_a_closing_ends_once_though_a_replica_dies_over_it(
    environ: dict[str, str],
    postgres_url: str,
    tmp_path: Path,
    ana: Someone,
    system: System,
    victim: int,
    well: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    """Whichever took it in and whichever looks: one entry says how it ended, and one message."""
    await asyncio.to_thread(upgrade, postgres_url)
    ours = {**environ, "RUNBOOK_DATABASE_URL": postgres_url}
    log = Bot(ours)
    async with contextlib.AsyncExitStack() as stack:
        replicas = [Child(dict(ours), tmp_path / f"bot-{n}.log") for n in range(3)]
        for one in replicas:
            stack.push_async_callback(one.end, "kill")
            await one.start()
        system.works()
        system.agrees()
        await ana.types("/runbook mend-it thing=lamp")
        await ana.does("Confirm…", row="have been told")
        assert (await ana.fills({"Who was told": "all, by phone"}))["ok"]
        await ana.board("MI-1", "1 of 1 confirmed")
        asked, gate = asyncio.Event(), asyncio.Event()

        async def held() -> web.StreamResponse:
            asked.set()
            await gate.wait()
            return web.json_response({"works": well})

        system.answers["/works"] = held
        await ana.does("Close…")
        assert (await ana.fills())["ok"]
        async with asyncio.timeout(HANG_S):
            await asked.wait()
        await replicas[victim].end("kill")
        gate.set()
        ends = "run_closed" if well else "run_kept_open"
        told = "recovered, verification passed" if well else "it stays open"
        await ana.thread(told)
        kinds = await log.kinds("MI-1")
        assert kinds.count(ends) == 1
        assert {"run_closed", "run_kept_open"} & set(kinds) == {ends}
        await ana.board("MI-1", "· recovered" if well else f"{len(kinds)} entries")
        assert len(await ana.thread(told)) == 1
