"""Values that become known, or are put right, while a run is under way.

Facts, as those in `bot.core.run.events`, to whose union they belong. Each has the values by their
names, since a person may give several at once.
"""

from typing import Literal

from bot.core.person import Happened, Person
from bot.core.run.course import OfRound


class ValuesFound(OfRound):
    """Whoever marks a step done says what was found there, right before it is done.

    `other` are the names of those that were known and are others now: where values are masked or
    erased, that cannot be read of them.
    """

    kind: Literal["values_found"] = "values_found"
    v: Literal[1] = 1
    step: str
    by: Person
    values: dict[str, str]
    other: tuple[str, ...] = ()


class ValueCorrected(Happened):
    """A value that a step finds is another one, and why; nothing was known of it, perhaps."""

    kind: Literal["value_corrected"] = "value_corrected"
    v: Literal[1] = 1
    values: dict[str, str]
    by: Person
    reason: str | None = None


class InputCorrected(Happened):
    """An input of the run is another one than it was started with, and why."""

    kind: Literal["input_corrected"] = "input_corrected"
    v: Literal[1] = 1
    values: dict[str, str]
    by: Person
    reason: str | None = None


Told = ValuesFound | ValueCorrected | InputCorrected
"""Whatever says what a value is."""
