"""The fact that something was erased: which entries' words, which people, and who did it."""

from typing import Literal

from bot.core.person import Happened, Person


class Erased(Happened):
    """What people wrote, or who they are, was taken out of the record for good.

    `entries` are the numbers of those whose words went, `people` the tokens of those who went,
    `unchecked` the entries that were written before entries were sealed and were changed for it.
    `by` is nobody for an operator at a terminal and for the bot by itself, as `via` says.
    """

    kind: Literal["erased"] = "erased"
    v: Literal[1] = 1
    entries: tuple[int, ...] = ()
    people: tuple[str, ...] = ()
    unchecked: tuple[int, ...] = ()
    by: Person | None = None
    via: Literal["terminal", "slack", "age"]
