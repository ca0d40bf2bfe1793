"""How long the pure core takes: a board, a fold, a post-mortem. Prints, and asserts no time."""

import time
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from bot.core.engine.fold import fold
from bot.core.views import board
from tests.core.story import key_compromise, render

pytestmark = pytest.mark.bench

TIMES = 200


def each(work: Callable[[], object]) -> float:
    """Milliseconds that one call takes, over many."""
    begun = time.perf_counter()
    for _ in range(TIMES):
        work()
    return (time.perf_counter() - begun) * 1_000 / TIMES


def test_the_core_at_work() -> None:
    """The story of a key compromise, drawn, folded and written up."""
    facts = key_compromise().facts
    run = fold(facts)
    now = datetime(2026, 11, 1, 4, tzinfo=UTC)
    print(f"fold of {len(facts)} facts: {each(lambda: fold(facts)):.2f} ms")
    print(f"board: {each(lambda: board.draw(run)):.2f} ms")
    written = each(lambda: render(run, facts, names={}, said=None, exported_at=now))
    print(f"post-mortem: {written:.2f} ms")
