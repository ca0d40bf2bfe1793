"""What keeps the write-ahead log from being emptied is tried again, and said once."""

import asyncio
from typing import cast

import pytest

from bot.app.tidying import Tidying
from bot.ports.vault import Vault
from tests.fake_clock import FakeClock, settle


@pytest.mark.parametrize("fault", [False, OSError("the disk")])
async def test_what_keeps_the_write_ahead_log_is_logged_once_and_its_end_as_well(
    fault: object, caplog: pytest.LogCaptureFixture
) -> None:
    """A backup that runs for an hour is in the way sixty times."""
    clock, answers = FakeClock(), iter([fault, fault, fault, True])

    class Busy:
        async def tidy(self) -> bool:
            answer = next(answers)
            if isinstance(answer, Exception):
                raise answer
            return bool(answer)

    caplog.set_level("INFO")
    task = asyncio.create_task(Tidying(cast("Vault", Busy()), clock).run())
    for _ in range(4):
        await settle()
        await clock.advance(60)
    task.cancel()
    said = [one.message for one in caplog.records]
    assert [line.partition(",")[0].partition(":")[0] for line in said] == [
        "the write-ahead log is not emptied yet",
        "the write-ahead log is empty again",
    ]
