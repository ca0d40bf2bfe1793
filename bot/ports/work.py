"""Work that is shared out: checks to look at, and times that have been set."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.core.run.proof import LAST_LOOK


@dataclass(frozen=True, slots=True)
class Due:
    """A timer: the run, its name there, and when it is to be fired, UTC."""

    run_id: str
    name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Wanted:
    """A check to look at, which is one process's until its lease ends."""

    run_id: str
    request: str
    token: int

    @property
    def last(self) -> bool:
        """Whether it is the look of a closing, which has little time."""
        return self.request.startswith(LAST_LOOK)


class Looks(Protocol):
    """The checks that were asked for, shared out among those who look."""

    async def claim(
        self, limit: int, but: Collection[str] = (), *, last: int = 0
    ) -> tuple[Sequence[Wanted], float]:
        """Take up to *limit* that are due, of no run in *but*; seconds until another may be.

        Beside them, and before, up to *last* of those of closings.
        """

    async def again(self, wanted: Wanted, seconds: float) -> None:
        """Look again in *seconds*."""

    async def done(self, wanted: Wanted) -> None:
        """Nobody waits for it any more."""


class Timers(Protocol):
    """The due times that runs have set; `Log.append` sets, stops and fires them."""

    async def due(self, limit: int, but: Collection[str] = ()) -> tuple[Sequence[Due], float]:
        """Up to *limit* that are due, of no run in *but*; seconds until another will be."""

    async def later(self, due: Due, seconds: float) -> None:
        """Put one off, to so many seconds from now; nothing, if it is another's by now."""
