"""The record as it is stored, for whoever takes something out of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.core.sealing.record import Stored


@dataclass(frozen=True, slots=True)
class Kept:
    """A run as it is stored: its entries, its people, whether it is open and entries are sealed.

    `files` are the ids that Slack has for the files that were uploaded, `standing` the other
    messages that are there: the key of each in its run, its channel, and its ts.
    """

    entries: Sequence[Stored]
    people: str
    open: bool
    sealed: bool
    files: Sequence[str]
    standing: Sequence[tuple[str, str, str]] = ()


class Vault(Protocol):
    """What a log can do that lets something be erased."""

    async def kept(self, run_id: str) -> Kept | None:
        """A run as it is stored; None when there is none."""

    async def seal_of_before(self, run_id: str) -> None:
        """Seal the entries that were written plain; raises ValueError or Unavailable."""

    async def knows(self, person: str) -> bool:
        """Whether anything is kept that Slack said of a person."""

    async def forget(self, person: str) -> None:
        """Forget what Slack said of a person; it is asked again if they appear again."""

    async def tidy(self) -> bool:
        """Leave nothing in the write-ahead log of a file; whether it is so."""
