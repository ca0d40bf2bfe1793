"""The checker: what was asked for is looked at until it ends, whatever breaks meanwhile."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Sequence
from typing import Any

import pytest

from bot.app.checker import RETRY, Checker
from bot.app.desk import Desk
from bot.core.checks.asking import Answer, Look
from bot.core.engine import commands as c
from bot.core.procedure import Procedure
from bot.core.run import events as e
from bot.core.run.model import Run
from tests.edges.store.making import ANA
from tests.fakes import FakeClock, FakeLog, here


class System:
    """A target that answers as it is told to; `broken` makes the prober itself fail."""

    def __init__(self) -> None:
        self.green = False
        self.broken = False
        self.left = 0
        self.looks = 0

    async def look(self, look: Look) -> list[Answer]:
        self.looks += 1
        if self.broken:
            raise ZeroDivisionError("a fault of ours")
        up = "true" if self.green else "false"
        body = f'{{"up": {up}, "left": {self.left}}}'.encode()
        return [Answer(q.member, status=200, body=body) for q in look.questions]

    def members(self, target: str, set_name: str) -> Sequence[str] | None:
        return None


def _procedure(**poll: Any) -> Procedure:
    return Procedure.model_validate(
        {
            "schema": "procedure/v1",
            "id": "wait-for-it",
            "title": "Wait for it",
            "severity": "SEV3",
            "symptoms": ["It is down"],
            "checks": {
                "up": {
                    "title": "It is up",
                    "target": "system",
                    "get": "/up",
                    "expect": [{"pointer": "/up", "equals": True}],
                    "poll": {"every": "5s", "deadline": "1m", **poll},
                }
            },
            "steps": [{"id": "wait", "title": "Wait", "wait": {"until": "up"}}],
            "verification": [{"check": "up"}],
        }
    )


class Scene:
    """A run of which the wait was taken, and the checker that look at it."""

    def __init__(self) -> None:
        self.clock, self.system = FakeClock(), System()
        self.log = FakeLog(self.clock)
        self.desk = Desk(self.log, self.clock)
        self.checker = Checker(self.desk, self.log.looks, self.system, self.clock, here)
        self.desk.woken.append(self.checker.poller.wake)
        self._work = asyncio.create_task(self.checker.poller.run())

    def another(self) -> "Scene":
        """Another process on the same log."""
        made = Scene.__new__(Scene)
        made.log, made.clock, made.system = self.log, self.clock, self.system
        made.desk = Desk(self.log, self.clock)
        made.checker = Checker(made.desk, self.log.looks, self.system, self.clock, here)
        made._work = asyncio.create_task(made.checker.poller.run())
        return made

    async def dies(self) -> None:
        """End without a word: what it claimed stays claimed until the lease ends."""
        self._work.cancel()
        await asyncio.gather(self._work, return_exceptions=True)
        await self.checker.close()

    async def wait(self, **poll: Any) -> Run:
        event = e.RunStarted(
            procedure=_procedure(**poll),
            source="",
            source_sha256="",
            inputs={},
            channel="C1",
            by=ANA,
        )
        run = await self.desk.start(event, delivery=None)
        assert run is not None
        await self.desk.act(run.id, c.Take("wait", ANA), delivery=None)
        await self.clock.advance(0.1)
        return run

    async def kinds(self) -> list[str]:
        return [fact.event.kind for fact in await self.log.read("WFI-1")]


@pytest.fixture
async def scene() -> AsyncIterator[Scene]:
    made = Scene()
    yield made
    await made.dies()


async def test_a_wait_is_looked_at_until_it_is_green(scene: Scene) -> None:
    await scene.wait()
    await scene.clock.advance(12)
    assert scene.system.looks == 3
    scene.system.green = True
    await scene.clock.advance(5)
    assert (await scene.kinds())[-2:] == ["check_observed", "step_done"]
    await scene.clock.advance(60)
    assert scene.system.looks == 4


async def test_waking_often_begins_no_second_look(scene: Scene) -> None:
    run = await scene.wait()
    for _ in range(20):
        scene.checker.poller.wake(run.id)
        await scene.clock.advance(0.1)
    assert scene.system.looks == 1
    assert not scene.checker._tasks


async def test_a_log_that_is_down_for_a_while_ends_no_look(scene: Scene) -> None:
    await scene.wait()
    scene.log.down = True
    await scene.clock.advance(20)
    scene.system.green = True
    scene.log.down = False
    await scene.clock.advance(5 + RETRY)
    assert (await scene.kinds())[-1] == "step_done"


async def test_a_check_asked_for_while_the_log_cannot_be_read_is_looked_at_later(
    scene: Scene,
) -> None:
    await scene.wait()
    await scene.dies()
    looked = scene.system.looks
    scene.log.down = True
    after = scene.another()
    await scene.clock.advance(RETRY * 2)
    scene.log.down = False
    await scene.clock.advance(5)
    assert scene.system.looks == looked + 1
    await after.dies()


async def test_a_fault_of_ours_is_a_red_verdict_and_the_next_look_is_made(
    scene: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    scene.system.broken = True
    await scene.wait()
    seen = (await scene.log.read("WFI-1"))[-1].event
    assert isinstance(seen, e.CheckObserved)
    assert not seen.green
    assert "could not look" in seen.seen[0].seen
    assert "ZeroDivisionError" in caplog.text
    scene.system.broken, scene.system.green = False, True
    await scene.clock.advance(5)
    assert (await scene.kinds())[-1] == "step_done"


async def test_a_run_that_cannot_be_folded_is_looked_at_ever_more_seldom_and_said_once(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    tried: list[float] = []

    async def unfolded(desk: Desk, run_id: str) -> Run:
        tried.append(scene.clock.monotonic())
        raise ValueError("step_done cannot follow")

    await scene.wait()
    looked = scene.system.looks
    folding = Desk.run
    monkeypatch.setattr(Desk, "run", unfolded)
    for _ in range(140):
        await scene.clock.advance(1)
    pauses = [round(then - before) for before, then in itertools.pairwise(tried)]
    assert pauses == [8, 16, 32, 64]
    [said] = [record.getMessage() for record in caplog.records]
    assert said == "check WFI-1 c3 met a fault; it is tried again, ever more seldom"
    monkeypatch.setattr(Desk, "run", folding)
    for _ in range(129):
        await scene.clock.advance(1)
    assert scene.system.looks == looked + 1


async def test_what_was_pending_is_taken_up_by_the_next_process(scene: Scene) -> None:
    await scene.wait()
    await scene.dies()
    scene.system.green = True
    after = scene.another()
    await scene.clock.advance(6)
    assert (await scene.kinds())[-1] == "step_done"
    await after.dies()


async def test_a_look_that_died_is_made_by_another_when_the_lease_has_ended(scene: Scene) -> None:
    hanging = asyncio.Event()

    async def hangs(look: Look) -> list[Answer]:
        hanging.set()
        await asyncio.Event().wait()
        return []

    look, scene.system.look = scene.system.look, hangs  # type: ignore[method-assign]
    await scene.wait()
    await scene.clock.advance(0.1)
    assert hanging.is_set()
    await scene.dies()
    scene.system.look, scene.system.green = look, True  # type: ignore[method-assign]
    after = scene.another()
    await scene.clock.advance(10)
    assert scene.system.looks == 0
    await scene.clock.advance(3)
    assert (await scene.kinds())[-1] == "step_done"
    await after.dies()


async def test_two_processes_share_the_looks(scene: Scene) -> None:
    other = scene.another()
    await scene.wait()
    await scene.clock.advance(21)
    assert scene.system.looks == 5
    assert (await scene.kinds()).count("check_observed") == 1
    await other.dies()


async def test_the_deadline_counts_from_the_fact_not_from_the_restart(scene: Scene) -> None:
    await scene.wait()
    await scene.clock.advance(50)
    await scene.dies()
    after = scene.another()
    await scene.clock.advance(15)
    seen = (await scene.log.read("WFI-1"))[-1].event
    assert isinstance(seen, e.CheckObserved)
    assert seen.final
    assert seen.reason == "did not pass within 1m"
    await after.dies()


FALLS = {"stall_after": "20s", "progress": {"pointer": "/left", "of": "min", "goal": 0}}


async def test_a_number_that_falls_is_told_from_where_it_began(scene: Scene) -> None:
    scene.system.left = 100
    await scene.wait(**FALLS)
    scene.system.left = 40
    await scene.clock.advance(5)
    seen = (await scene.log.read("WFI-1"))[-1].event
    assert isinstance(seen, e.CheckObserved)
    assert seen.advance == e.Advance(now=40, goal=0, begun=100)


async def test_a_number_that_only_goes_up_and_down_is_stuck(scene: Scene) -> None:
    scene.system.left = 100
    await scene.wait(**FALLS)
    for left in (90, 95, 90, 95):
        scene.system.left = left
        await scene.clock.advance(5)
    assert len((await scene.desk.run("WFI-1")).pending) == 1
    scene.system.left = 91
    await scene.clock.advance(6)
    seen = (await scene.log.read("WFI-1"))[-1].event
    assert isinstance(seen, e.CheckObserved)
    assert (seen.final, seen.reason) == (True, "no progress for 20s")
    assert seen.advance == e.Advance(now=91, goal=0, begun=100)
