"""What people vouch for: lines of the verification that no check can answer.

Facts, as those in `bot.core.run.events`, to whose union they belong.
"""

from typing import Literal

from bot.core.person import Happened, Person


class RecoveryConfirmed(Happened):
    """A person vouches for a line that no check can answer; in words, who was told and how."""

    kind: Literal["recovery_confirmed"] = "recovery_confirmed"
    v: Literal[1] = 1
    item: str
    by: Person
    words: str | None = None


class ConfirmationWithdrawn(Happened):
    """A line that a person had vouched for is open again."""

    kind: Literal["confirmation_withdrawn"] = "confirmation_withdrawn"
    v: Literal[1] = 1
    item: str
    by: Person
