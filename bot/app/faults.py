"""Faults of our own that come again: said once, and what meets them is tried ever more seldom.

A run that cannot be folded stays so until a program comes that can; whatever is to be done for it
is tried all the same, since nobody knows that beforehand.
"""

from collections import OrderedDict
from collections.abc import Callable

FIRST = 8.0
"""Seconds after the first fault until it is tried again; twice as many after each."""
LONGEST = 300.0
"""The most seconds, so that what a person does then is shown in time all the same."""
KEPT = 1_000
"""How many things are kept in mind; what is forgotten is said once more."""


def _said_elsewhere() -> None:
    """Nothing is to be said."""


class Faults:
    """Remembers in this process what met a fault, and how often in a row."""

    def __init__(self) -> None:
        self._met: OrderedDict[str, int] = OrderedDict()

    def met(self, what: str, say: Callable[[], None] = _said_elsewhere) -> float:
        """Note that *what* met a fault, and *say* so the first time; seconds until the next try."""
        times = self._met[what] = self._met.get(what, 0) + 1
        self._met.move_to_end(what)
        while len(self._met) > KEPT:
            self._met.popitem(last=False)
        if times == 1:
            say()
        return min(LONGEST, FIRST * 2.0 ** min(times - 1, 10))

    def over(self, what: str) -> None:
        """Note that *what* was done."""
        self._met.pop(what, None)
