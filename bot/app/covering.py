"""How many alerts have a procedure: compared every few minutes, for the metrics and for Home.

It is worked out where it holds up nobody, and what it needs of the procedures goes there with it.
"""

import json
import logging
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from functools import partial

from bot.app.watch import Metrics
from bot.core.procedure import Procedure
from bot.ports.world import Clock, Library, Press, Unwritten

EVERY = 600.0
"""Seconds between two looks at the rules."""

logger = logging.getLogger(__name__)

Counting = Callable[[Mapping[str, Procedure], Collection[str]], str]
"""Compares the rules with procedures, by their files, and the names of targets; what it found, as
JSON: `alerts`, `covered`, and `gaps` by their kinds."""


@dataclass(slots=True)
class Covering:
    """Compares, keeps the figures, and says them; `targets` are the names of the configured."""

    library: Library
    press: Press
    clock: Clock
    metrics: Metrics
    count: Counting
    targets: Collection[str]
    _covered: tuple[int, int] | None = None
    _told: str = field(default="")

    async def run(self) -> None:
        """Compare now, and again and again."""
        while True:
            await self.look()
            await self.clock.sleep(EVERY)

    async def look(self) -> None:
        """Compare once; where that cannot be done, no figure is shown, and the log says why."""
        procedures = {str(loaded.path): loaded.procedure for loaded in self.library.all()}
        try:
            work = partial(self.count, procedures, tuple(self.targets))
            found = json.loads(await self.press(work))
        except Unwritten as trouble:
            self._unknown(str(trouble))
            return
        if "trouble" in found:
            self._unknown(found["trouble"])
            return
        self._told = ""
        self._covered = found["covered"], found["alerts"]
        self.metrics.covered(found["covered"], found["alerts"], found["gaps"])

    def _unknown(self, why: str) -> None:
        self._covered = None
        self.metrics.not_covered()
        if why != self._told:
            self._told = why
            logger.warning("it is not known which alerts have a procedure: %s", why)

    def words(self) -> str:
        """One line for people; nothing where it is not known."""
        if self._covered is None:
            return ""
        covered, alerts = self._covered
        return f"Alerts with a procedure: {covered:,} of {alerts:,}"
