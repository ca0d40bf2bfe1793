"""The fakes do what the tests that use them take for granted; the log's suite is the store's."""

import asyncio
from datetime import UTC, datetime

import pytest

from bot.ports.log import Unavailable
from tests.fakes import FakeClock, FakeLog, settle


async def test_sleepers_wake_at_their_own_time_and_in_order() -> None:
    clock = FakeClock(datetime(2026, 11, 1, tzinfo=UTC))
    woken: list[tuple[str, float]] = []

    async def sleeper(name: str, *seconds: float) -> None:
        for pause in seconds:
            await clock.sleep(pause)
            woken.append((name, clock.monotonic()))

    tasks = [asyncio.create_task(sleeper("a", 3, 4)), asyncio.create_task(sleeper("b", 5))]
    await clock.advance(2)
    assert (woken, clock.sleeping) == ([], 2)
    await clock.advance(10)
    assert woken == [("a", 3), ("b", 5), ("a", 7)]
    assert (clock.now() - datetime(2026, 11, 1, tzinfo=UTC)).total_seconds() == 12
    await asyncio.gather(*tasks)


async def test_a_cancelled_sleeper_is_passed_over() -> None:
    clock = FakeClock()
    task = asyncio.create_task(clock.sleep(1))
    await settle()
    task.cancel()
    await settle()
    assert clock.sleeping == 0
    await clock.advance(2)


async def test_a_log_that_is_down_says_so() -> None:
    log = FakeLog()
    log.down = True
    with pytest.raises(Unavailable):
        await log.runs()
