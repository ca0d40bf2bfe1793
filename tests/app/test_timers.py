"""Timers: fired when their time has come, once each, whoever dies over it."""

import asyncio
import os
import random
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.app import desk as desks
from bot.app import timers
from bot.app.desk import Desk
from bot.app.timers import FOR_ITS_BOARD, TimerRunner
from bot.core.engine import commands as c
from bot.core.engine.decide import Refused, decide
from bot.core.engine.effects import REPLACES
from bot.core.run import events as e
from bot.core.run.model import Run
from bot.edges.store import SqlLog
from bot.ports.work import Due
from tests.core.closing import checked
from tests.edges.store.making import ANA, append, begin, note, started
from tests.fakes import FakeClock, FakeLog
from tests.hanging import HANG_S
from tests.nursery import Program, program

RUNS, EACH = 10, 30
WAITS = 40
KILLS = 6
PAIRS = 60


@pytest.fixture
async def scene() -> AsyncIterator[tuple[FakeLog, FakeClock, Desk]]:
    clock = FakeClock()
    log = FakeLog(clock)
    desk = Desk(log, clock)
    timer_runner = TimerRunner(desk, log.timers, clock)
    desk.woken.append(timer_runner.poller.wake)
    task = asyncio.create_task(timer_runner.poller.run())
    yield log, clock, desk
    timer_runner.poller.stop()
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
    assert last.event == e.TimerFired(timer="nag", due=at, via="timer")
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


async def waiting(desk: Desk, channel: str = "C1") -> Run:
    """A run of which someone is on a wait."""
    event = started(channel).model_copy(update={"procedure": checked(), "inputs": {}})
    run = await desk.start(event, delivery=None, another=True)
    assert run is not None
    return await desk.act(run.id, c.Take("wait", ANA), delivery=None)


async def ends(log: FakeLog | SqlLog, run_id: str) -> list[str | None]:
    """Why each wait of a run gave up."""
    facts = await log.read(run_id)
    seen = [f.event for f in facts if isinstance(f.event, e.CheckObserved)]
    return [one.reason for one in seen if one.final]


GAVE_UP = "did not pass within 10m"


async def test_a_wait_that_nobody_looks_at_gives_up_once_and_its_message_is_wanted(
    scene: tuple[FakeLog, FakeClock, Desk],
) -> None:
    log, clock, desk = scene
    run = await waiting(desk)
    await clock.advance(620)
    assert await ends(log, run.id) == []
    await clock.advance(60)
    assert await ends(log, run.id) == [GAVE_UP]
    after = await desk.run(run.id)
    assert (after.pending, log.timers.armed, log.looks.rows) == ({}, {}, {})
    assert f"{run.id}/notice/{after.seq}" in log.outbox.rows


async def test_a_bot_that_was_away_looks_first_before_it_says_that_nobody_did() -> None:
    clock = FakeClock()
    log = FakeLog(clock)
    run = await waiting(Desk(log, clock))
    await clock.advance(3_600)
    desk = Desk(log, clock)
    timer_runner = TimerRunner(desk, log.timers, clock)
    task = asyncio.create_task(timer_runner.poller.run())
    await clock.advance(15)
    assert await ends(log, run.id) == []
    await desk.act(run.id, c.MarkDone("wait", ANA), delivery=None)
    assert log.timers.armed == {}
    timer_runner.poller.stop()
    await clock.advance(31)
    await task
    assert await ends(log, run.id) == []


async def test_a_timer_with_nothing_to_say_any_more_takes_its_row(
    scene: tuple[FakeLog, FakeClock, Desk],
) -> None:
    log, clock, desk = scene
    run = await waiting(desk)
    log.timers.armed[run.id, "wait c99"] = clock.now() + timedelta(seconds=5)
    await clock.advance(40)
    assert list(log.timers.armed) == [(run.id, "wait c3")]
    assert (await desk.run(run.id)).seq == run.seq


async def test_one_that_is_refused_is_put_off_and_stops_no_other(
    scene: tuple[FakeLog, FakeClock, Desk],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    log, clock, desk = scene
    monkeypatch.setattr(timers, "AT_ONCE", 1)
    first, second = [await waiting(desk, channel) for channel in ("C1", "C2")]

    def decided(run: Run, command: c.Command, at: datetime, *_: object) -> Sequence[e.Event]:
        if run.id == first.id and refusing:
            raise Refused("not now")
        return decide(run, command, at)

    refusing = True
    monkeypatch.setattr(desks, "decide", decided)
    await clock.advance(700)
    assert await ends(log, second.id) == [GAVE_UP]
    assert await ends(log, first.id) == []
    assert [r.getMessage() for r in caplog.records] == [
        f"wait c3 of {first.id} cannot be fired; it is tried again"
    ]
    refusing = False
    await clock.advance(60)
    assert await ends(log, first.id) == [GAVE_UP]


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


async def rung_out(url: str, ringers: int, dice: random.Random, shortest: float) -> None:
    """Fire what is due in processes that are killed, each after *shortest* seconds or more."""

    async def ringer() -> Program:
        return await program("tests.ringer", url, environ=os.environ)

    alive = [await ringer() for _ in range(ringers)]
    try:
        for _ in range(KILLS):
            await asyncio.sleep(dice.uniform(shortest, 1.5))
            victim = alive.pop(0)
            victim.kill()
            await victim.communicate()
            alive.append(await ringer())
        async with asyncio.timeout(HANG_S):
            while await left(url):  # noqa: ASYNC110 - others' doing, which sets no event of ours
                await asyncio.sleep(0.3)
    finally:
        for process in alive:
            process.kill()
            await process.communicate()


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
@pytest.mark.timeout(600)  # it starts many processes
async def test_each_is_fired_once_though_who_fires_is_killed(
    kind: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    """Timers of any kind, and waits that nobody looked at: each is told of once."""
    seed = int(os.environ.get("KILL_SEED") or random.randrange(10**6))  # noqa: S311 - any will do
    print(f"KILL_SEED={seed}")  # noqa: T201 - shown when the test fails
    dice = random.Random(seed)  # noqa: S311 - likewise
    url, ringers = f"sqlite:///{tmp_path / 'r.db'}", 1
    if kind == "postgres":
        url, ringers = request.getfixturevalue("postgres_ready"), 3
    runs: list[str] = []
    async with await SqlLog.open(url) as log:
        now = await log.now()
        for _ in range(RUNS):
            runs.append(await begin(log, at=now))
            times = {f"t{n}": now + timedelta(seconds=n * 0.2) for n in range(EACH)}
            await append(log, runs[-1], 1, [note("set")], timers=times, at=now)
        late = FakeClock(now - timedelta(minutes=11))
        desk = Desk(log, late)
        waits = []
        for number in range(WAITS):
            waits.append((await waiting(desk, f"C{number}")).id)
            await late.advance(0.5)

    await rung_out(url, ringers, dice, 0.3)
    async with await SqlLog.open(url, read_only=True) as log:
        for run_id in runs:
            await log.audit(run_id)
            assert Counter(await fired(log, run_id)) == {f"t{n}": 1 for n in range(EACH)}
        for run_id in waits:
            await log.audit(run_id)
            assert await ends(log, run_id) == [GAVE_UP]
            (*_, last) = await log.read(run_id)
            assert await log.message(f"{run_id}/notice/{last.seq}") is not None


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
@pytest.mark.timeout(600)  # it starts many processes
async def test_a_run_that_was_replaced_is_closed_once_though_who_closes_it_is_killed(
    kind: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    seed = int(os.environ.get("KILL_SEED") or random.randrange(10**6))  # noqa: S311 - any will do
    print(f"KILL_SEED={seed}")  # noqa: T201 - shown when the test fails
    dice = random.Random(seed)  # noqa: S311 - likewise
    url, ringers = f"sqlite:///{tmp_path / 'r.db'}", 1
    if kind == "postgres":
        url, ringers = request.getfixturevalue("postgres_ready"), 2
    pairs: dict[str, str] = {}
    async with await SqlLog.open(url) as log:
        # Their boards have been waited for long enough: what is left is to close the old ones.
        now = await log.now()
        due = now - FOR_ITS_BOARD - timedelta(seconds=1)
        for _ in range(PAIRS):
            old, new = await begin(log, at=due), await begin(log, at=due)
            await append(log, new, 1, [note("n")], timers={f"{REPLACES}{old}": due}, at=now)
            pairs[old] = new

    await rung_out(url, ringers, dice, 0.5)
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
