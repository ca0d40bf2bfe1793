"""Files that people gave in Slack, read where they are."""

from collections.abc import AsyncIterator
from typing import Protocol

from bot.ports.messages import Rejected


class TooLarge(Rejected):
    """The file has more bytes than are read."""


class Files(Protocol):
    """Files in Slack, each in a run's workspace."""

    def read(self, team: str | None, file: str, most: int) -> AsyncIterator[bytes]:
        """The bytes of a file, by Slack's id of it, piece by piece; *most* of them.

        Raises Throttled, Unsure, Gone when it is not there any more, TooLarge, or Rejected, which
        says why it cannot be read.
        """
