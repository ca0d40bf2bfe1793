"""Facts of what time does to a run by itself: a wait is over, a step is late, people are reminded.

Facts, as those in `bot.core.run.events`, to whose union they belong.
"""

from datetime import datetime
from typing import Literal

from bot.core.person import Person
from bot.core.run.course import OfRound


class WaitOver(OfRound):
    """The time of a wait is over, which was to be at `due`; its check, if any, is looked at."""

    kind: Literal["wait_over"] = "wait_over"
    v: Literal[1] = 1
    step: str
    due: datetime


class StepLate(OfRound):
    """A step is past its time-out, which was at `due`, and still in hand."""

    kind: Literal["step_late"] = "step_late"
    v: Literal[1] = 1
    step: str
    due: datetime


class Reminded(OfRound):
    """Someone was reminded of a step that is in hand, or, without one, of a run with nobody on it.

    `told` says who: the one who is on it or started it (`whom`), those with the `role`, or the
    owner's channel, which is `place`; `group` is the user group of the role or of the owner, by its
    id, and `calls` are people that a list has for it, beside so many `others`. It was to be at
    `due`; `moment` is the time-out of the step, or since when nobody was on the run.
    """

    kind: Literal["reminded"] = "reminded"
    v: Literal[1] = 1
    step: str | None = None
    told: Literal["person", "role", "owner"]
    whom: Person | None = None
    role: str | None = None
    group: str | None = None
    calls: tuple[str, ...] = ()
    others: int = 0
    place: str | None = None
    due: datetime
    moment: datetime


OfTime = WaitOver | StepLate | Reminded
"""What time does to a run."""
