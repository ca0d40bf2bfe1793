"""Timers: fired when their time has come, once each, whoever dies over it."""

import asyncio
import os
import random
import sys
from collections import Counter
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.core import events as e
from bot.desk import REPLACES, Desk
from bot.edges.store import SqlLog, upgrade
from bot.ports.work import Due
from bot.timers import FOR_ITS_BOARD, Bell
from tests.edges.store.making import ANA, append, begin, note, started
from tests.fakes import FakeClock, FakeLog

ROOT = Path(__file__).resolve().parents[1]
RUNS, EACH = 10, 30
KILLS = 6
PAIRS = 60


@pytest.fixture
async def scene() -> AsyncIterator[tuple[FakeLog, FakeClock, Desk]]:
    clock = FakeClock()
    log = FakeLog(clock)
    desk = Desk(log, clock)
    bell = Bell(desk, log.timers, clock)
    desk.woken.append(bell.patrol.wake)
    task = asyncio.create_task(bell.patrol.run())
    yield log, clock, desk
    bell.patrol.stop()
    await clock.advance(31)
    await task


async def fired(log: FakeLog | SqlLog, run_id: str) -> list[str]:
    facts = await log.read(run_id)
    return [f.event.timer for f in facts if isinstance(f.event, e.TimerFired)]


async def test_a_timer_rings_at_its_time_and_the_fact_says_when_it_was_due(
    scene: tuple[FakeLog, FakeClock, Desk],
) -> None:
    log, clock, desk = scene
    run = await desk.start(started(), delivery=None)
    assert run is not None
    at = clock.now() + timedelta(seconds=20)
    await append(log, run.id, 1, [note("set")], timers={"nag": at})
    desk.wake(run.id)
    await clock.advance(19)
    assert await fired(log, run.id) == []
    await clock.advance(2)
    (*_, last) = await log.read(run.id)
    assert last.event == e.TimerFired(timer="nag", due=at)
    await clock.advance(120)
    assert await fired(log, run.id) == ["nag"]


async def test_a_run_that_cannot_be_read_stops_no_other_timer(
    scene: tuple[FakeLog, FakeClock, Desk],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    log, clock, desk = scene
    first, second = [await desk.start(started(), delivery=None, another=True) for _ in range(2)]
    assert first is not None
    assert second is not None
    for run, seconds in ((first, 5), (second, 6)):
        at = clock.now() + timedelta(seconds=seconds)
        await append(log, run.id, 1, [note("set")], timers={"nag": at})
    fire = desk.fire

    async def fires(due: Due) -> None:
        if due.run_id == first.id:
            raise ValueError("a kind of fact that only a newer version knows")
        await fire(due)

    monkeypatch.setattr(Desk, "fire", lambda _, due: fires(due))
    await clock.advance(40)
    assert await fired(log, second.id) == ["nag"]
    said = [r.getMessage() for r in caplog.records]
    assert said == [f"nag of {first.id} cannot be fired; it is tried again"]


async def test_a_timer_of_a_closed_run_rings_too(scene: tuple[FakeLog, FakeClock, Desk]) -> None:
    log, clock, desk = scene
    run = await desk.start(started(), delivery=None)
    assert run is not None
    soon = clock.now() + timedelta(seconds=5)
    await append(log, run.id, 1, [e.RunClosed(by=ANA)], timers={"nag": soon})
    await clock.advance(40)
    assert await fired(log, run.id) == ["nag"]


async def test_one_that_was_taken_meanwhile_is_silent(
    scene: tuple[FakeLog, FakeClock, Desk],
) -> None:
    log, clock, desk = scene
    run = await desk.start(started(), delivery=None)
    assert run is not None
    stopped = Due(run.id, "nag", clock.now())
    await desk.fire(stopped)
    assert await fired(log, run.id) == []


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
@pytest.mark.timeout(240)  # it starts many processes
async def test_each_is_fired_once_though_who_fires_is_killed(
    kind: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    seed = int(os.environ.get("KILL_SEED") or random.randrange(10**6))  # noqa: S311 - any will do
    print(f"KILL_SEED={seed}")  # noqa: T201 - shown when the test fails
    dice = random.Random(seed)  # noqa: S311 - likewise
    url, ringers = f"sqlite:///{tmp_path / 'r.db'}", 1
    if kind == "postgres":
        url, ringers = request.getfixturevalue("postgres_url"), 3
        await asyncio.to_thread(upgrade, url)
    runs: list[str] = []
    async with await SqlLog.open(url) as log:
        now = await log.now()
        for _ in range(RUNS):
            runs.append(await begin(log, at=now))
            times = {f"t{n}": now + timedelta(seconds=n * 0.2) for n in range(EACH)}
            await append(log, runs[-1], 1, [note("set")], timers=times, at=now)

    async def ringer() -> asyncio.subprocess.Process:
        environ = {**os.environ, "PYTHONPATH": str(ROOT)}
        program = str(ROOT / "tests" / "ringer.py")
        return await asyncio.create_subprocess_exec(sys.executable, program, url, env=environ)

    alive = [await ringer() for _ in range(ringers)]
    for _ in range(KILLS):
        await asyncio.sleep(dice.uniform(0.3, 1.5))
        victim = alive.pop(0)
        victim.kill()
        await victim.wait()
        alive.append(await ringer())
    async with asyncio.timeout(60):
        while await left(url):  # noqa: ASYNC110 - others' doing, which sets no event of ours
            await asyncio.sleep(0.3)
    for process in alive:
        process.kill()
        await process.wait()
    async with await SqlLog.open(url, read_only=True) as log:
        for run_id in runs:
            await log.audit(run_id)
            assert Counter(await fired(log, run_id)) == {f"t{n}": 1 for n in range(EACH)}


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
@pytest.mark.timeout(240)  # it starts many processes
async def test_a_run_that_was_replaced_is_closed_once_though_who_closes_it_is_killed(
    kind: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    seed = int(os.environ.get("KILL_SEED") or random.randrange(10**6))  # noqa: S311 - any will do
    print(f"KILL_SEED={seed}")  # noqa: T201 - shown when the test fails
    dice = random.Random(seed)  # noqa: S311 - likewise
    url, ringers = f"sqlite:///{tmp_path / 'r.db'}", 1
    if kind == "postgres":
        url, ringers = request.getfixturevalue("postgres_url"), 2
        await asyncio.to_thread(upgrade, url)
    pairs: dict[str, str] = {}
    async with await SqlLog.open(url) as log:
        # Their boards have been waited for long enough: what is left is to close the old ones.
        now = await log.now()
        due = now - FOR_ITS_BOARD - timedelta(seconds=1)
        for _ in range(PAIRS):
            old, new = await begin(log, at=now), await begin(log, at=now)
            await append(log, new, 1, [note("n")], timers={f"{REPLACES}{old}": due}, at=now)
            pairs[old] = new

    async def ringer() -> asyncio.subprocess.Process:
        environ = {**os.environ, "PYTHONPATH": str(ROOT)}
        program = str(ROOT / "tests" / "ringer.py")
        return await asyncio.create_subprocess_exec(sys.executable, program, url, env=environ)

    alive = [await ringer() for _ in range(ringers)]
    for _ in range(KILLS):
        await asyncio.sleep(dice.uniform(0.5, 1.5))
        victim = alive.pop(0)
        victim.kill()
        await victim.wait()
        alive.append(await ringer())
    async with asyncio.timeout(60):
        while await left(url):  # noqa: ASYNC110 - others' doing, which sets no event of ours
            await asyncio.sleep(0.3)
    for process in alive:
        process.kill()
        await process.wait()
    async with await SqlLog.open(url, read_only=True) as log:
        for old, new in pairs.items():
            closed = [f.event for f in await log.read(old) if isinstance(f.event, e.RunClosed)]
            assert [event.again for event in closed] == [new]
            assert await fired(log, new) == [f"{REPLACES}{old}"]


async def left(url: str) -> int:
    """How many timers are still armed, seen beside whoever fires them."""
    async with await SqlLog.open(url, read_only=True) as log:
        ready, pause = await log.timers.due(1)
        return len(ready) or int(pause < (5 if url.startswith("postgres") else 30))
