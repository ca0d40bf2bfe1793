"""Work in a process of its own: done, bounded, killed, and told of without people's words."""

import asyncio
import os
import signal
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from bot.core.documents.postmortem import document
from bot.core.documents.printing import written
from bot.core.engine.fold import fold
from bot.core.markup.faces import MARKDOWN
from bot.edges.press import Press
from bot.ports.world import TooMuch, Unwritten
from tests.core.story import SAID, key_compromise
from tests.core.strategies import START
from tests.hanging import HANG_S


async def test_a_post_mortem_is_the_same_as_when_it_is_written_here() -> None:
    facts = key_compromise().facts
    make = partial(document, fold(facts), facts, names={}, said=SAID, exported_at=START)
    work = partial(written, MARKDOWN, make)
    assert await Press(HANG_S)(work) == work()


async def test_what_does_not_end_is_killed() -> None:
    before = _children()  # the tests' database server may be one
    with pytest.raises(TooMuch, match="longer than 1 s"):
        await Press(1.0)(partial(time.sleep, 600))  # type: ignore[arg-type]
    await _only(before)


@pytest.mark.parametrize("many", [10**9, 10**18], ids=["grows", "at-once"])
async def test_what_takes_too_much_memory_ends_in_words(many: int) -> None:
    before = _children()
    with pytest.raises(TooMuch, match="more than 200 MiB of memory"):
        await Press(HANG_S, most=200 << 20)(partial(_Grown.of, many))
    await _only(before)


async def test_work_that_cannot_even_be_read_in_its_memory_ends_in_words() -> None:
    with pytest.raises(TooMuch, match="more than 200 MiB of memory"):
        await Press(HANG_S, most=200 << 20)(partial(str.upper, "a" * (300 << 20)))


@pytest.mark.parametrize("how", [signal.SIGABRT, signal.SIGKILL, signal.SIGSEGV])
async def test_what_the_system_ends_is_too_much_and_is_not_tried_elsewhere(
    how: signal.Signals,
) -> None:
    with pytest.raises(TooMuch, match=how.name):
        await Press(HANG_S)(partial(signal.raise_signal, how))  # type: ignore[arg-type]


async def test_what_is_cancelled_is_killed() -> None:
    before = _children()
    task = asyncio.create_task(Press(HANG_S)(partial(time.sleep, 600)))  # type: ignore[arg-type]
    await _until(lambda: bool(_children() - before))
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await _only(before)


async def test_a_fault_is_told_by_its_kind_and_place_alone() -> None:
    with pytest.raises(Unwritten) as told:
        await Press(HANG_S)(partial(int, "somebody's secret"))  # type: ignore[arg-type]
    assert "ValueError" in str(told.value)
    assert "somebody" not in str(told.value)


async def test_it_knows_no_secret_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-secret")
    assert "xoxb-secret" not in await Press(HANG_S)(partial(repr, _Environment()))


class _Grown:
    """Something as large as is asked for."""

    @staticmethod
    def of(many: int) -> str:
        return "".join(["a" * 1_000 for _ in range(many // 1_000)] if many < 10**12 else "a" * many)


class _Environment:
    """Tells what its process was given."""

    def __repr__(self) -> str:
        return str(dict(os.environ))


def _children() -> set[str]:
    return set(Path(f"/proc/self/task/{os.getpid()}/children").read_text("ascii").split())


async def _only(before: set[str]) -> None:
    await _until(lambda: _children() <= before)


async def _until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(HANG_S):
        while not holds():  # noqa: ASYNC110 - a process tells nobody
            await asyncio.sleep(0.01)
