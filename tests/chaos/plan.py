"""How an hour is dealt out among what `make chaos` plays.

What is counted (so many partitions, every example of a property) takes what it takes, as its mark
says. What is left is for the scenarios that do harm as long as they may: each has a box, by its
weight. A scenario that is played alone has the most that any gets.
"""

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import pytest

HOUR = 57 * 60.0
"""Seconds in which all of it is played; what is missing to an hour is for the beginning."""
MOST, LEAST = 200.0, 10.0
"""The longest box, and the shortest: with less, nothing would be shown."""
AROUND = 20.0
"""Seconds that a scenario takes beside its harm: to set it up, to heal, and to be judged."""
COUNTED = 3.0
"""Seconds that something takes whose mark says nothing."""


def lasts(*, weight: float = 0.0, counted: float = 0.0) -> tuple[pytest.MarkDecorator, ...]:
    """The marks of a long form: its share of the hour, and the seconds of what it counts."""
    return (
        pytest.mark.chaos(weight=weight, counted=counted),
        pytest.mark.timeout(3600),
    )


@dataclass(frozen=True, slots=True)
class Cost:
    """What something that is played takes: a share of what is left, and seconds in any case."""

    weight: float
    seconds: float

    @property
    def expected(self) -> float:
        """Seconds, roughly: by what the longest are begun first."""
        return self.seconds + self.weight * MOST / 4


def cost(item: pytest.Item) -> Cost:
    """By the mark of a test."""
    mark = item.get_closest_marker("chaos")
    said = mark.kwargs if mark is not None else {}
    weight, counted = said.get("weight", 0.0), said.get("counted", 0.0)
    if not said:
        return Cost(0.0, COUNTED)
    return Cost(weight, counted + AROUND)


def unit(costs: Iterable[Cost], workers: int, hour: float = HOUR) -> float:
    """Seconds of harm for a weight of one, when so many *workers* play all of it in an *hour*."""
    them = list(costs)
    weight = sum(one.weight for one in them)
    left = hour * workers - sum(one.seconds for one in them)
    return min(MOST, max(LEAST, left / weight)) if weight else MOST


@dataclass(slots=True)
class Boxes:
    """The boxes of a session, and how long that of the scenario that is on may still be used."""

    begun: float
    given: float = 0.0
    """Seconds for each of them, whatever its weight; 0 is no such number."""
    unit: float = MOST
    box: float = MOST

    def begins(self, weight: float) -> None:
        """A scenario begins; after the hour, none has more than the shortest box."""
        left = self.begun + HOUR - time.monotonic()
        dealt = max(LEAST, min(MOST, weight * self.unit, left)) if weight else MOST
        self.box = self.given or dealt


def longest_first(items: Sequence[pytest.Item]) -> list[pytest.Item]:
    """So that no worker begins with something long when the others are done."""
    return sorted(items, key=lambda item: -cost(item).expected)
