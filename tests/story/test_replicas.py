"""Two replicas on one PostgreSQL: people cannot tell which of them serves, or that one is gone."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bot.core import board as boards
from bot.core.fold import fold
from bot.demo.workspace.client import PersonClient
from bot.edges.store import upgrade
from tests.story.conftest import Bot, System
from tests.story.driver import Someone, sight


@pytest.fixture
async def replicas(environ: dict[str, str], postgres_url: str) -> AsyncIterator[tuple[Bot, Bot]]:
    await asyncio.to_thread(upgrade, postgres_url)
    both = tuple(Bot({**environ, "RUNBOOK_DATABASE_URL": postgres_url}) for _ in range(2))
    for one in both:
        await one.start()
    yield both[0], both[1]
    for one in both:
        await one.stop()


async def settled(bot: Bot, who: Someone, run_id: str) -> None:
    """Wait until the board shows every fact, as a fresh fold draws it."""

    async def same() -> bool | None:
        run = fold(await bot.facts(run_id))
        shown = await who.board(run_id)
        return sight(shown["blocks"]) == sight(list(boards.draw(run).blocks)) or None

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
        assert (await replace(who, patience=20).fills({"Note": f"{who.name} {number}"}))["ok"]

    for number in range(5):
        await asyncio.gather(*(writes(who, number) for who in team))
    facts = await replicas[1].facts("MI-1")
    notes = [f.event.text for f in facts if f.event.kind == "note_added"]
    assert sorted(notes) == sorted(f"{who.name} {n}" for who in team for n in range(5))
    await settled(replicas[0], ana, "MI-1")
    assert len(await ana.boards()) == 1
