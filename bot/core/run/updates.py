"""Telling stakeholders how it stands: that someone did, in which channels, and what arrived.

Facts, as those in `bot.core.run.events`, to whose union they belong.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from bot.core.person import Happened, Person


class UpdateSent(Happened):
    """Someone has these words posted for stakeholders, in each of these `channels`."""

    kind: Literal["update_sent"] = "update_sent"
    v: Literal[1] = 1
    by: Person
    text: str
    channels: tuple[str, ...]


class UpdateArrived(Happened):
    """What the entry `request` has posted is in the channel `place`; with `error`, it is not.

    With ANSWER_LOST of `bot.core.run.calling`, nobody knows.
    """

    kind: Literal["update_arrived"] = "update_arrived"
    v: Literal[1] = 1
    request: int
    place: str
    error: str | None = None


OfUpdates = UpdateSent | UpdateArrived
"""What stakeholders are told."""


@dataclass(frozen=True, slots=True)
class Update:
    """A word to stakeholders: who sent it, when, and where.

    `entry` is the fact that says so, and `severity` how bad the run was said to be then. `ended`
    has the channels of which it is known how the post ended -> why it is not there, None where it
    is.
    """

    by: Person
    at: datetime
    text: str
    channels: Sequence[str]
    entry: int
    severity: str | None = None
    ended: Mapping[str, str | None] = field(default_factory=dict)

    @property
    def missed(self) -> Sequence[str]:
        """The channels in which it did not arrive, or may not have."""
        return [place for place, error in self.ended.items() if error is not None]
