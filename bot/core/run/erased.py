"""The facts of erasing: what was taken out of the record, and what is to go once a run is closed.

Neither has a word or an id in it: entries are named by their numbers, people by their tokens.
"""

from typing import Literal

from bot.core.person import Happened, Person

How = Literal["terminal", "slack", "age"]
"""How an erasure was asked for: by an operator, by someone in Slack, or by nobody, for its age."""


class Erased(Happened):
    """What people wrote, or who they are, was taken out of the record for good.

    `entries` are the numbers of those whose words went, `people` the tokens of those who went,
    `unchecked` the entries that were written before entries were sealed and were changed for it.
    `noted` are the entries by which it had been asked for while the run was open.
    `by` is nobody for an operator at a terminal and for the bot by itself, as `via` says.
    """

    kind: Literal["erased"] = "erased"
    v: Literal[1] = 1
    entries: tuple[int, ...] = ()
    people: tuple[str, ...] = ()
    unchecked: tuple[int, ...] = ()
    noted: tuple[int, ...] = ()
    by: Person | None = None
    via: How


class ErasureNoted(Happened):
    """What a run under way still works with is to be erased once it is closed.

    That is `everything`, or the words of `entries` and `people` by their tokens; `by` and `via` are
    as in what is recorded when it is done.
    """

    kind: Literal["erasure_noted"] = "erasure_noted"
    v: Literal[1] = 1
    entries: tuple[int, ...] = ()
    people: tuple[str, ...] = ()
    everything: bool = False
    by: Person | None = None
    via: How
