"""What is known of people, and what keeping it needs: a store for it, and Slack to ask.

Known is kept for a person, not for a channel: who someone is, and which private channels they share
with the bot. Public channels need no list.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.core.acting.admission import Known, Standing


@dataclass(frozen=True, slots=True)
class Asking:
    """Someone to ask Slack about, who is one process's until its lease ends.

    `awaited` is not 0 when someone handed them a step before they were known: then it must be
    looked whether they can have it.
    """

    person: str
    token: int
    at: float
    awaited: float = 0.0
    failures: int = 0


class Acquaintances(Protocol):
    """What is known of people, with its age, for all processes. All raise Unavailable."""

    async def met(self, persons: Sequence[str]) -> None:
        """These people appeared: whoever is not known, or was asked about long ago, is due."""

    async def awaited(self, person: str) -> None:
        """Ask about someone at once, and look whether they can have what was handed to them."""

    async def joined(self, person: str, channel: str) -> None:
        """Slack says that someone is in a channel now."""

    async def left(self, person: str, channel: str) -> None:
        """Slack says that someone is not in a channel any more."""

    async def shared(self, bot: str) -> None:
        """The bot is in another channel now: which ones people share with it is to be asked."""

    async def known(self, person: str, channel: str, bot: str) -> Known:
        """What is known of someone and a channel; *bot* is the bot's own id in Slack."""

    async def claim(self, limit: int) -> tuple[Sequence[Asking], float]:
        """Take up to *limit* people to ask about, and the seconds until another may be due.

        Slack's allowance for such questions is kept here, for all processes together.
        """

    async def learned(self, asking: Asking, standing: Standing) -> None:
        """Keep what Slack said; the claim goes on until `done`."""

    async def done(self, asking: Asking) -> None:
        """All that follows from it has been done."""

    async def again(self, asking: Asking, seconds: float) -> None:
        """Nothing was learned; ask again in *seconds*."""

    async def hold(self, asking: Asking, seconds: float) -> None:
        """Slack asks to wait with such questions, about anyone."""

    async def forget(self) -> None:
        """Forget people who did not appear for a month, and departures of more than a day ago."""


class Registry(Protocol):
    """Slack, asked about one person."""

    async def standing(self, person: str) -> Standing:
        """Who they are, and the private channels that they share with the bot.

        Raises Throttled or Unsure.
        """
