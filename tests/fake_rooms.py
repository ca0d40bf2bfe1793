"""The fake of the channels that are made for runs: there are none."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.ports.rooms import Made


class NoRooms:
    """`bot.ports.rooms.Rooms` for tests in which no channel is made."""

    async def create(self, team: str | None, name: str, *, private: bool) -> Made:
        raise AssertionError("no channel is made here")

    async def find(self, team: str | None, name: str, since: datetime) -> Made | None:
        raise AssertionError("no channel is made here")

    async def invite(
        self, team: str | None, channel: str, people: Sequence[str]
    ) -> Mapping[str, str]:
        raise AssertionError("no channel is made here")

    async def describe(self, team: str | None, channel: str, topic: str, purpose: str) -> None:
        raise AssertionError("no channel is made here")

    async def archive(self, team: str | None, channel: str) -> None:
        raise AssertionError("no channel is made here")

    async def is_archived(self, team: str | None, channel: str) -> bool:
        raise AssertionError("no channel is made here")

    async def bookmark(self, team: str | None, channel: str, title: str, link: str) -> None:
        raise AssertionError("no channel is made here")


async def everywhere(channel: str) -> bool:
    """Every channel is public."""
    return True
