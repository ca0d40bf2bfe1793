"""Where each run is, and who may know of it: asked before anything of it is said to anyone.

Nothing is folded for it. A run that cannot be read, or whose record was changed, is spoken of to
the same people as any other: what says so is its row, and for one of a private procedure the entry
that it began with. Where that cannot be read either, nobody is known to be among those whom it
names, so nobody hears of it, whoever is in its channel; the log and `runbook audit` name it.
"""

import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from typing import TypeVar

from bot.core.engine.decide import Refused
from bot.core.procedure import Procedure
from bot.core.run.events import Person
from bot.core.run.holding import Knows
from bot.core.text import escape
from bot.ports.log import Log, Unreadable

PLACED = 10_000
"""Of how many runs it is remembered where they are."""
BEGUN = 1_000
"""Of how many private ones, whom they name."""

logger = logging.getLogger(__name__)

T = TypeVar("T")


class NoSuchRun(Refused):
    """Someone named a run that there is not, or not for them."""


def no_such_run(run_id: str) -> NoSuchRun:
    """The answer to a run's id that means nothing to the one who asked."""
    return NoSuchRun(
        f"There is no run `{escape(run_id[:40])}` here. `/runbook status` lists the open ones."
    )


@dataclass(frozen=True, slots=True)
class Place:
    """The channel of a run, in the workspace of `team`; `private` as its row says it."""

    team: str | None
    channel: str
    private: bool | None


@dataclass(slots=True)
class Whereabouts:
    """Knows it of all runs of the *log*.

    A run that has no channel yet, or whose channel was shut, comes into another one; that was
    learned of where it is not so is asked for once more.
    """

    log: Log
    _places: OrderedDict[str, Place] = field(default_factory=OrderedDict)
    _begun: OrderedDict[str, Procedure | None] = field(default_factory=OrderedDict)

    async def of(self, run_id: str, asked_in: str | None = None) -> Place:
        """Where a run is; raises Refused when there is none, and Unavailable.

        *asked_in* is the channel in which it is spoken of: if it is known to be in another one, it
        may have come here since.
        """
        known = self._places.get(run_id)
        if known is not None and asked_in in (None, known.channel):
            return known
        row = await self.log.row(run_id)
        if row is None:
            raise no_such_run(run_id)
        place = Place(row.team, row.channel, row.private)
        self.note(run_id, place)
        return place

    def note(self, run_id: str, place: Place) -> None:
        """Remember where a run is, so that nobody has to ask."""
        # A run of before has the team of the workspace that is served first, once one is.
        if place.team is not None and place.channel:
            _remember(self._places, run_id, place, PLACED)

    def moved(self, run_id: str, channel: str) -> None:
        """A run is in this channel, as its entries say."""
        if (known := self._places.get(run_id)) is not None and known.channel != channel:
            self.note(run_id, replace(known, channel=channel))

    async def sees(self, run_id: str, by: Person, knows: Callable[..., Awaitable[Knows]]) -> bool:
        """Whether someone may know of a run; raises Refused when there is none, and Unavailable."""
        place = await self.of(run_id)
        if place.private is False:
            return True
        procedure = await self._procedure(run_id)
        if procedure is None:
            return False
        if not procedure.private:
            # The row says otherwise: one of the two was changed.
            return place.private is None
        return (await knows(procedure)).sees(procedure, by.id)

    async def _procedure(self, run_id: str) -> Procedure | None:
        """The procedure that a run began with, without its steps; None where it is unreadable."""
        if run_id in self._begun:
            return self._begun[run_id]
        try:
            begun = await self.log.beginning(run_id)
        except Unreadable as unknown:
            logger.error("%s; nobody is shown that run", unknown, extra={"run": run_id})  # noqa: TRY400 - it says all
            begun = None
        small = None
        if begun is not None:
            small = begun.procedure.model_copy(update={"steps": (), "verification": ()})
        _remember(self._begun, run_id, small, BEGUN)
        return small


def _remember(kept: OrderedDict[str, T], key: str, value: T, most: int) -> None:
    kept[key] = value
    kept.move_to_end(key)
    while len(kept) > most:
        kept.popitem(last=False)
