"""Channels that the bot makes for runs, in Slack."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


class Taken(Exception):
    """There is a channel of this name already, perhaps the bot's own."""


@dataclass(frozen=True, slots=True)
class Made:
    """A channel that the bot made: Slack's id of it, its name, and whether it is private."""

    id: str
    name: str
    private: bool


class Rooms(Protocol):
    """Makes channels in the workspace of a team, and furnishes them.

    Every call may raise Throttled, Unsure, Rejected or Gone, as `bot.ports.messages` has them.
    """

    async def create(self, team: str | None, name: str, *, private: bool) -> Made:
        """Make a channel, in which the bot is alone; raises Taken too."""

    async def find(self, team: str | None, name: str, since: datetime) -> Made | None:
        """The channel of this name that the bot made after *since*; None when there is none."""

    async def invite(
        self, team: str | None, channel: str, people: Sequence[str]
    ) -> Mapping[str, str]:
        """Invite people, by their ids, a hundred at most: why each is not there who is not."""

    async def describe(self, team: str | None, channel: str, topic: str, purpose: str) -> None:
        """Say above the channel what it is for."""

    async def archive(self, team: str | None, channel: str) -> None:
        """Archive a channel, which puts the bot out of it; nothing where it is archived."""

    async def is_archived(self, team: str | None, channel: str) -> bool:
        """Whether a channel is archived; raises NotInChannel where Slack does not show it."""

    async def bookmark(self, team: str | None, channel: str, title: str, link: str) -> None:
        """Put a link above the channel, unless it is there."""
