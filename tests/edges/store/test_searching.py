"""What was written is looked through once, however many processes do: told once, masked once."""

import asyncio

import pytest

from bot.app.desk import Desk
from bot.app.searching import Searching
from bot.core.acting.messages import PASTED
from bot.core.engine import commands as c
from bot.core.engine.effects import SEARCH
from bot.core.run import events as e
from bot.core.run.secrets import MASK
from bot.edges.detector import Detector
from bot.edges.store import SqlLog
from bot.ports.work import Due
from tests.core.strategies import ANA
from tests.edges.detector.planted import PLANTED
from tests.edges.store.conftest import real
from tests.edges.store.making import AT, started
from tests.fakes import FakeClock

LINE, SECRET = PLANTED["GitHub token"]
DETECTOR = Detector()


async def pasted(log: SqlLog) -> tuple[str, Due]:
    """A run with a note that holds a secret, and the timer by which it is looked through."""
    desk = Desk(log, FakeClock(AT))
    run = await desk.start(started(), delivery=None)
    assert run is not None
    await desk.act(run.id, c.AddNote(None, ANA, LINE), delivery=None)
    (due,) = await waiting(log, run.id)
    return run.id, due


async def waiting(log: SqlLog, run_id: str) -> list[Due]:
    """The search of that note, while it is due."""
    ready, _ = await log.timers.due(50)
    return [one for one in ready if (one.run_id, one.name) == (run_id, f"{SEARCH}2")]


async def is_told_and_masked_once(log: SqlLog, run_id: str) -> None:
    facts = await log.read(run_id)
    assert [f.event.entry for f in facts if isinstance(f.event, e.SecretsFound)] == [2]
    assert SECRET not in str(facts)
    assert str(facts).count(MASK) == 1
    assert [one.text for one in await log.written(run_id, 2)] == [LINE]
    keys = [f"{run_id}/{PASTED}{number}" for number in range(1, len(facts) + 1)]
    rows = [await log.message(key) for key in keys]
    assert [row.key for row in rows if row is not None] == [keys[-1]]
    assert await waiting(log, run_id) == []
    assert (await log.checked(run_id)).faults == ()


@real
async def test_two_tasks_that_search_at_once_leave_one_trace(log: SqlLog) -> None:
    run_id, due = await pasted(log)
    both = [Searching(Desk(log, FakeClock(AT)), DETECTOR) for _ in range(2)]
    await asyncio.gather(*(one.look(due) for one in both))
    await is_told_and_masked_once(log, run_id)


@pytest.mark.parametrize("behind", [0, 1, 2, 3])
async def test_two_processes_that_search_at_once_leave_one_trace(
    postgres_ready: str, behind: int
) -> None:
    """Each has connections and a memory of its own; the second is some turns behind the first."""
    async with (
        await SqlLog.open(postgres_ready) as first,
        await SqlLog.open(postgres_ready) as second,
    ):
        run_id, due = await pasted(first)

        async def looks(log: SqlLog, turns: int) -> None:
            desk = Desk(log, FakeClock(AT))
            await desk.run(run_id)
            for _ in range(turns):
                await asyncio.sleep(0.003)
            await Searching(desk, DETECTOR).look(due)

        await asyncio.gather(looks(first, 0), looks(second, behind))
        for log in (first, second):
            await is_told_and_masked_once(log, run_id)
