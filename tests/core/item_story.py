"""What happens to action items, for the story in which everything happens."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import TypeVar

from bot.core.engine import commands as c
from tests.core.strategies import ANA, BEN, Desk

T = TypeVar("T")


def planned(desk: Desk, does: Callable[[c.Command], T]) -> Iterator[T]:
    """All that can happen to an action item."""
    yield does(c.AddItem(BEN, "Move the mast.", ANA, date(2026, 12, 24)))
    entry = desk.run.seq
    yield does(c.EditItem(BEN, entry, "Move the mast away.", BEN))
    yield does(c.MarkItem(BEN, entry, "done"))
    yield does(c.MarkItem(BEN, entry, "open"))
    yield does(c.AcceptItem(ANA, "prevention 1"))
