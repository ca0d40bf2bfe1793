"""The alert that a run was started from, as its sender tells it on: fires, resolved, fires again.

A fact, as those in `bot.core.run.events`, to whose union it belongs.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal

from bot.core.person import Happened


class AlertChanged(Happened):
    """An episode of the run's alerts is otherwise than it was known to be.

    It fires `since` then, by what its alerts say of themselves and not by their arrival, and until
    `ended`, which is None while it does. `names` are what its alerts are called and `told_at` is
    the address of its message; both are said once. `joined` is the episode that it turned out to
    be part of.
    """

    kind: Literal["alert_changed"] = "alert_changed"
    v: Literal[1] = 1
    episode: str
    since: datetime
    ended: datetime | None = None
    names: tuple[str, ...] = ()
    told_at: str | None = None
    joined: str | None = None


@dataclass(frozen=True, slots=True)
class Spell:
    """One episode as the run knows it; `since` is None where that was not told at the start."""

    id: str
    at: str | None
    since: datetime | None
    ended: datetime | None = None
    joined: str | None = None


@dataclass(frozen=True, slots=True)
class Alerted:
    """The episode of alerts that a run was started from.

    `at` is the address of its message, `names` what its alerts are called, `since` when the first
    one began to fire. `later` are the episodes of which the run heard, by their ids, this one among
    them once it is otherwise than at the start.
    """

    id: str
    at: str | None
    names: tuple[str, ...]
    since: datetime | None
    later: Mapping[str, Spell] = field(default_factory=dict)

    @property
    def spells(self) -> Sequence[Spell]:
        """The episodes that are no part of another, as far as they are known."""
        first = {self.id: Spell(self.id, self.at, self.since)}
        return [one for one in {**first, **self.later}.values() if one.joined is None]

    @property
    def firing(self) -> Spell | None:
        """The last of them that fires; None where all have ended."""
        found = [one for one in self.spells if one.ended is None]
        return found[-1] if found else None

    @property
    def fires(self) -> bool:
        """Whether it fires: one that is part of another, of which nothing is known yet, does."""
        return self.firing is not None or not self.spells

    @property
    def resolved_at(self) -> datetime | None:
        """When the last of it had resolved; None while it fires."""
        if self.fires:
            return None
        return max(one.ended for one in self.spells if one.ended is not None)

    def known(self, episode: str) -> Spell | None:
        """What the run knows of an episode."""
        first = Spell(self.id, self.at, self.since) if episode == self.id else None
        return self.later.get(episode, first)

    def after(self, event: AlertChanged) -> "Alerted":
        """The same, once this is known too."""
        known = self.known(event.episode)
        at = event.told_at or (known.at if known else None)
        one = Spell(event.episode, at, event.since, event.ended, event.joined)
        return replace(self, later={**self.later, one.id: one})
