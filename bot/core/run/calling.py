"""Calling the owner of a procedure: that someone did, whether it arrived, and who comes.

Facts, as those in `bot.core.run.events`, to whose union they belong.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from bot.core.person import Happened, Person
from bot.core.run.course import OfRound

ANSWER_LOST = "answer_lost"
"""That Slack's answer to the post was lost, and nobody can look whether it is there."""


class OwnerCalled(OfRound):
    """Someone has the owner called, in their `channel`: a `step` failed, or a `check` did.

    Where it is neither, it is for how bad the run is said to be, `graded`. `group` is the owner's
    user group in Slack, by its id, which the post calls.
    """

    kind: Literal["owner_called"] = "owner_called"
    v: Literal[1] = 1
    step: str | None = None
    by: Person
    channel: str
    check: str | None = None
    graded: str | None = None
    group: str | None = None


class OwnerReached(Happened):
    """The post that the entry `request` asked for is in the owner's channel.

    `error` is why Slack did not take it; then the owner was not told. With ANSWER_LOST, nobody
    knows whether they were.
    """

    kind: Literal["owner_reached"] = "owner_reached"
    v: Literal[1] = 1
    step: str | None = None
    request: int
    error: str | None = None


class OwnerComing(Happened):
    """Someone says that they come, where the entry `request` called the owner."""

    kind: Literal["owner_coming"] = "owner_coming"
    v: Literal[1] = 1
    by: Person
    request: int


class OwnerComingWithdrawn(Happened):
    """Whoever said that they come, to the call of the entry `request`, does not after all."""

    kind: Literal["owner_coming_withdrawn"] = "owner_coming_withdrawn"
    v: Literal[1] = 1
    by: Person
    request: int


OfCalling = OwnerCalled | OwnerReached | OwnerComing | OwnerComingWithdrawn
"""How the owner is called, and answers."""


@dataclass(frozen=True, slots=True)
class Call:
    """That someone has the owner of the procedure called.

    `entry` is the number of the fact that says so; `reached` whether Slack took the post, None
    while it is on its way; `error` is why it did not, or that nobody can know. It is about the
    `step`, the `check` or the severity, `graded`, that the fact says; `group` was called with it,
    and `severity` is how bad the run was said to be then.
    `over` says that the check has passed since. `coming` is who comes, and since when that is
    known; `left` says that whoever came last does not after all.
    """

    by: Person
    at: datetime
    channel: str
    entry: int
    reached: bool | None = None
    error: str | None = None
    step: str | None = None
    check: str | None = None
    graded: str | None = None
    group: str | None = None
    severity: str | None = None
    over: bool = False
    coming: tuple[Person, datetime] | None = None
    left: bool = False

    @property
    def stands(self) -> bool:
        """Whether calling once more is not called for: it is on its way, arrived, and was heard."""
        return self.error is None and not self.over and not self.left


def passed(calls: Mapping[int, Call], check: str) -> Mapping[int, Call]:
    """The calls of a run after a check has passed: those about it are over."""
    over = {n: replace(one, over=True) for n, one in calls.items() if one.check == check}
    return {**calls, **over} if over else calls
