"""The user groups that roles name, and what keeping who is in them needs: a store, and Slack."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.core.run.holding import Members


@dataclass(frozen=True, slots=True)
class GroupAsking:
    """A user group to ask Slack about, by its handle or id, which is one process's for a while."""

    name: str
    token: int
    at: float
    failures: int = 0


@dataclass(frozen=True, slots=True)
class Told:
    """What Slack said of a user group: its id and who is in it; or why it said nothing."""

    id: str | None = None
    people: frozenset[str] = frozenset()
    trouble: str = ""


class Groups(Protocol):
    """Who is in which user group, with its age, for all processes. All raise Unavailable."""

    async def wanted(self, names: Sequence[str]) -> None:
        """Roles name these groups: one that is not known is due at once."""

    async def told(self, names: Sequence[str]) -> Mapping[str, Members]:
        """What is known of these groups; one that was never wanted is not there."""

    async def claim(self, limit: int) -> tuple[Sequence[GroupAsking], float]:
        """Take up to *limit* groups to ask about, and the seconds until another may be due."""

    async def learned(self, asking: GroupAsking, told: Told) -> None:
        """Keep what Slack said; who is in it is as of when it was claimed."""

    async def again(self, asking: GroupAsking, seconds: float, trouble: str) -> None:
        """Slack did not tell, and why; ask again in *seconds*. What it told before is kept."""

    async def forget(self) -> None:
        """Forget groups that no role names any more."""


class Directory(Protocol):
    """Slack, asked about user groups."""

    async def ids(self) -> Mapping[str, str]:
        """The ids of all user groups, by handle and by id. Raises Throttled, Unsure or Untold."""

    async def people(self, group: str) -> frozenset[str]:
        """Who is in the group with this id. Raises Throttled, Unsure or Untold."""


class Untold(Exception):
    """Slack will not tell until somebody changes something; the message says what."""
