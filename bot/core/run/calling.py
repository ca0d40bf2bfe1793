"""Telling the owner of a procedure that a step failed: that someone did, and whether it arrived.

Facts, as those in `bot.core.run.events`, to whose union they belong.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot.core.person import Happened, Person
from bot.core.run.course import OfRound

ANSWER_LOST = "answer_lost"
"""That Slack's answer to the post was lost, and nobody can look whether it is there."""


class OwnerCalled(OfRound):
    """Someone has the owner told, in their `channel`, that a step failed."""

    kind: Literal["owner_called"] = "owner_called"
    v: Literal[1] = 1
    step: str
    by: Person
    channel: str


class OwnerReached(Happened):
    """The post that the entry `request` asked for is in the owner's channel.

    `error` is why Slack did not take it; then the owner was not told. With ANSWER_LOST, nobody
    knows whether they were.
    """

    kind: Literal["owner_reached"] = "owner_reached"
    v: Literal[1] = 1
    step: str
    request: int
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """That someone has the owner of the procedure told of a step that failed.

    `entry` is the number of the fact that says so; `reached` whether Slack took the post, None
    while it is on its way; `error` is why it did not, or that nobody can know.
    """

    by: Person
    at: datetime
    channel: str
    entry: int
    reached: bool | None = None
    error: str | None = None
