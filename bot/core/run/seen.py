"""What a look at a check showed, as facts keep it."""

from bot.core.person import Frozen


class Seen(Frozen):
    """One expectation and what was seen: on which member, and whether it held."""

    expectation: str
    member: str | None = None
    held: bool
    seen: str


class Advance(Frozen):
    """How far a poll is: the slowest member's number, and the number it runs after.

    `begun` is where it began, for a number that falls or has a goal of its own.
    """

    now: float
    goal: float
    begun: float | None = None
