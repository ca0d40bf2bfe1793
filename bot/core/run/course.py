"""Where a run goes: answers to its questions, and steps that are done in another round.

Facts, as those in `bot.core.run.events`, to whose union they belong.
"""

from typing import Literal

from bot.core.person import Happened, Person


class OfRound(Happened):
    """What happened to a step in one of its rounds; the first one is not written."""

    round: int = 1


class Decided(OfRound):
    """Someone answered a question with one of its options, and why if they were asked."""

    kind: Literal["decided"] = "decided"
    v: Literal[1] = 1
    step: str
    by: Person
    option: str
    reason: str | None = None


class StepsReopened(Happened):
    """The steps from `first` to `last`, in the order of the page, are open in a new round.

    `because`: an answer led back (`goto`), an answer was `changed`, or someone does a group
    `again`, or a step `failed` whose failure opens them; `of` is the question, group or step.
    """

    kind: Literal["steps_reopened"] = "steps_reopened"
    v: Literal[1] = 1
    first: str
    last: str
    because: Literal["goto", "changed", "again", "failed"]
    of: str
    by: Person
    reason: str | None = None
