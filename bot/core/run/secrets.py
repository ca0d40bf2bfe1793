"""The fact that a secret was found in what somebody wrote: where it is, never what it is.

Where it is counts a mention of someone as one sign, however it is written: what stands there may
be another text once that person is erased.
"""

from typing import Literal

from bot.core.mentions import MENTION
from bot.core.person import Frozen, Happened, Person

MASK = "●●●●●"
"""What everybody reads in place of a secret, with words that say so behind it."""


class Secret(Frozen):
    """Where a secret is: in which field of the entry (`text`, `reasons/up`), from and up to where.

    `what` says in words what it is: `AWS key`.
    """

    where: str
    start: int
    end: int
    what: str


class SecretsFound(Happened):
    """The words of `entry` hold secrets; `whom` wrote them, and is told.

    Whoever reads the entry reads a mask in their place, from then on. `messages` are the keys of
    those that showed it, beside the board.
    """

    kind: Literal["secrets_found"] = "secrets_found"
    v: Literal[1] = 1
    entry: int
    secrets: tuple[Secret, ...]
    whom: Person | None = None
    messages: tuple[str, ...] = ()


def masked(what: str) -> str:
    """What stands in the place of a secret."""
    return f"{MASK} (a secret was here: {what})"


def place(text: str, at: int, *, end: bool = False) -> int:
    """A place in *text*, counted with each mention of someone as one sign.

    What begins or ends (*end*) within a mention has all of it.
    """
    less = 0
    for match in MENTION.finditer(text):
        if match.end() <= at:
            less += match.end() - match.start() - 1
        elif match.start() < at:
            return match.start() - less + end
        else:
            break
    return at - less
