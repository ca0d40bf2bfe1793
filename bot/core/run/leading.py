"""Runs that a step of a run led to: that one was started, and how it ended.

Facts, as those in `bot.core.run.events`, to whose union they belong.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot.core.person import Happened, Person

Outcome = Literal["recovered", "unproven", "mistake"]
"""How a run ended: proven, closed without proof, or it should not have been started."""


class OtherStarted(Happened):
    """Another run was started from a step; `run` is its id, `board` the address of its board."""

    kind: Literal["other_started"] = "other_started"
    v: Literal[1] = 1
    step: str
    by: Person
    run: str
    board: str | None = None


class OtherClosed(Happened):
    """A run that was started from a step was closed."""

    kind: Literal["other_closed"] = "other_closed"
    v: Literal[1] = 1
    step: str
    by: Person
    run: str
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Other:
    """A run that a step led to: who started it and when; how it ended, if it has."""

    step: str
    by: Person
    at: datetime
    board: str | None
    outcome: Outcome | None = None
