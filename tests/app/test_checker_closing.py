"""A closing's looks: cut off when people were told that they are, whatever the targets do."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

import pytest

from bot.app.checker import CLOSING, HANDS, Checker
from bot.app.desk import Desk
from bot.core.checks.asking import Answer, Look
from bot.core.engine import commands as c
from bot.core.procedure import Procedure
from bot.core.run import events as e
from tests.edges.store.making import ANA
from tests.fakes import FakeClock, FakeLog, here


class Silent:
    """A prober of endless patience before targets that never answer."""

    def __init__(self) -> None:
        self.looks = 0

    async def look(self, look: Look) -> list[Answer]:
        self.looks += 1
        await asyncio.Event().wait()
        return []

    def members(self, target: str, set_name: str) -> Sequence[str] | None:
        return None


def _procedure(checks: int) -> Procedure:
    names = [f"up{n}" for n in range(checks)]
    return Procedure.model_validate(
        {
            "schema": "procedure/v1",
            "id": "silent",
            "title": "Silent",
            "symptoms": ["It is down"],
            "checks": {
                name: {
                    "title": f"{name} answers",
                    "target": "system",
                    "get": f"/{name}",
                    "expect": [{"status": 200}],
                    "poll": {"every": "5s", "deadline": "10m"},
                }
                for name in names
            },
            "steps": [{"id": "one", "title": "One", "do": "It."}],
            "verification": [{"check": name} for name in names],
        }
    )


@pytest.mark.parametrize("checks", [1, 7])
async def test_a_round_of_looks_that_hang_ends_in_time_and_the_run_stays_open(checks: int) -> None:
    clock, silent = FakeClock(), Silent()
    log = FakeLog(clock)
    desk = Desk(log, clock)
    checker = Checker(desk, log.looks, silent, clock, here)
    desk.woken.append(checker.poller.wake)
    work = asyncio.create_task(checker.poller.run())
    started = e.RunStarted(
        procedure=_procedure(checks),
        source="",
        source_sha256="",
        inputs={},
        channel="C1",
        by=ANA,
    )
    run = await desk.start(started, delivery=None)
    assert run is not None
    await desk.act(run.id, c.Close(ANA), delivery=None)
    await clock.advance(CLOSING.total_seconds() - 1)
    assert silent.looks >= checks, "all together"
    assert (await log.read(run.id))[-1].event.kind == "check_requested"
    await clock.advance(1.5)
    facts = await log.read(run.id)
    last = facts[-1]
    assert isinstance(last.event, e.RunKeptOpen)
    assert last.at - facts[1].at <= CLOSING + timedelta(seconds=0.5)
    assert set(last.event.lacking) == {f"check:up{n}" for n in range(checks)}
    assert all("no answer within 15s" in why for why in last.event.lacking.values())
    await clock.advance(60)
    assert [f.event.kind for f in await log.read(run.id)].count("run_kept_open") == 1
    work.cancel()
    await asyncio.gather(work, return_exceptions=True)
    await checker.close()


async def test_many_runs_that_close_beside_checks_that_hang_all_end_in_time() -> None:
    clock, silent = FakeClock(), Silent()
    log = FakeLog(clock)
    desk = Desk(log, clock)
    checker = Checker(desk, log.looks, silent, clock, here)
    desk.woken.append(checker.poller.wake)
    work = asyncio.create_task(checker.poller.run())

    async def begun(checks: int, channel: str) -> str:
        started = e.RunStarted(
            procedure=_procedure(checks),
            source="",
            source_sha256="",
            inputs={},
            channel=channel,
            by=ANA,
        )
        run = await desk.start(started, delivery=None)
        assert run is not None
        return run.id

    # As many checks of others as one process looks at have hung for a while, and more wait.
    busy = [await begun(50, f"B{n}") for n in range(2)]
    for run_id in busy:
        await desk.act(run_id, c.Verify(ANA), delivery=None)
    await clock.advance(3)
    assert silent.looks == HANDS
    closing = [await begun(50, f"C{n}") for n in range(3)]
    begun_at = clock.now()
    for run_id in closing:
        await desk.act(run_id, c.Close(ANA), delivery=None)
    await clock.advance(CLOSING.total_seconds() - 1)
    assert silent.looks == HANDS + 150, "all of them together, and each once"
    await clock.advance(1.5)
    for run_id in closing:
        last = (await log.read(run_id))[-1]
        assert isinstance(last.event, e.RunKeptOpen)
        assert last.at - begun_at <= CLOSING + timedelta(seconds=0.5)
        assert len(last.event.lacking) == 50
    work.cancel()
    await asyncio.gather(work, return_exceptions=True)
    await checker.close()
