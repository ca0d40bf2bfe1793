"""What boards in Slack show, for whoever compares it with the record."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Protocol

from bot.ports.messages import Mark


@dataclass(frozen=True, slots=True)
class Board:
    """A board as it stands in Slack, at *ts*; `mark` is None where it says nothing of an entry."""

    run_id: str
    ts: str
    mark: Mark | None


@dataclass(frozen=True, slots=True)
class Page:
    """Part of a channel, back to the message at `back_to`: the boards in it."""

    boards: tuple[Board, ...]
    back_to: float


class Boards(Protocol):
    """The bot's boards in one workspace.

    Every call may raise Unsure (Slack cannot be reached) or Rejected.
    """

    async def at(self, run_id: str, channel: str, ts: str) -> Board | None:
        """The message at *ts*, as the board of a run; None when none is there."""

    def back(self, channel: str, since: float) -> AsyncIterator[Page]:
        """The boards of a channel, from the newest back to a time; fewer if there is too much."""
