"""What comes by itself in the story that has every fact happen."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import TypeVar

from bot.core.engine import commands as c
from tests.core.strategies import ANA, BEN, Desk, typed

A = TypeVar("A")


def time_passes(desk: Desk, does: Callable[[c.Command], A]) -> Iterator[A]:
    """What comes by itself: of a run with nobody on it, of a wait, of a step in hand."""
    yield does(c.Fire("nobody person", desk.at + timedelta(minutes=15)))
    yield does(c.Take("settle", BEN))
    yield does(c.Fire("for settle", desk.at + timedelta(hours=1)))
    yield does(c.GiveBack("settle", BEN))
    yield does(c.Take("one", ANA, typed(desk.run, "one")))
    for name in ("timeout one", "remind person one", "remind owner one"):
        yield does(c.Fire(name, desk.at + timedelta(hours=1)))
