"""How a procedure was used, as the record tells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

ENOUGH = 3
"""Of so many runs at the least is it said what always happens in them."""
LOOKED_AT = 10
"""How many of a procedure's last closed runs are looked at."""


@dataclass(frozen=True, slots=True)
class Use:
    """How often a procedure was run, and drilled; which steps each of its last runs skipped.

    `skipped` has for each step, by the title that it had, in how many of the last `closed` runs it
    was skipped.
    """

    runs: int = 0
    drills: int = 0
    closed: int = 0
    skipped: Mapping[str, int] = field(default_factory=dict)

    def always_skipped(self) -> tuple[str, ...]:
        """The titles of steps that nobody did, in the order of their names."""
        if self.closed < ENOUGH:
            return ()
        return tuple(sorted(one for one, times in self.skipped.items() if times == self.closed))
