"""What happens to the timeline of a run, for the story in which everything happens."""

from collections.abc import Callable, Iterator
from typing import TypeVar

from bot.core.engine import commands as c
from bot.core.run import events as e
from bot.core.run.pins import PinnedFile, Quote
from tests.core.strategies import ANA, BEN, Desk

T = TypeVar("T")

CHO = e.Person(id="U0CHO")
LAMP = Quote(
    "C0ELSE",
    "1793502600.000100",
    "https://slack.example/archives/C0ELSE/p1793502600000100",
    "It fell.",
    author=CHO,
    files=(PinnedFile(file="F0LAMP", name="lamp.png", mimetype="image/png"),),
)
"""A message of someone who has no part in the run, in another channel, with a picture."""


def pinned(desk: Desk, does: Callable[[c.Command], T]) -> Iterator[T]:
    """A message is added to the timeline, corrected, and taken out again."""
    yield does(c.PinMessage(BEN, LAMP, sure=True))
    yield does(c.CorrectPin(ANA, desk.run.seq, 1793502000, "It fell down."))
    yield does(c.TakePinBack(BEN, desk.run.seq - 1))
