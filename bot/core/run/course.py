"""Where a run goes: answers, steps that are done in another round, and for whom they are done.

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


class MembersListed(Happened):
    """For whom the steps of a group are done: the members as they were when its turn came.

    They are those of the set `of` of a `target`, or the entries of the list input `of`, which the
    run has. `keys` are what the steps of each have behind their ids. `trouble` is why there is
    none, in words.
    """

    kind: Literal["members_listed"] = "members_listed"
    v: Literal[1] = 1
    group: str
    of: str
    target: str | None = None
    members: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    trouble: str | None = None
