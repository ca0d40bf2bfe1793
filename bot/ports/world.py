"""The rest of the outside: people, systems under repair, files, clocks."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.core.checks.asking import Answer, Look
from bot.core.documents.postmortem import WHOLE, Room, Talk
from bot.core.procedure import Loaded
from bot.core.views.faulty import Faulty


class People(Protocol):
    """Who is who in a workspace, the one of *team*, and what they said."""

    async def names(
        self, team: str | None, ids: Sequence[str], within: str | None = None
    ) -> Mapping[str, str]:
        """What these people, channels, user groups and apps are called just now, by their ids.

        The name of a private channel is told only where it is the channel *within*; elsewhere it
        is called so. An id that Slack does not know is left out.
        """

    async def thread(self, team: str | None, channel: str, ts: str, room: Room = WHOLE) -> Talk:
        """What people and other apps wrote in the thread under *ts*, as far as there is *room*.

        Raises Gone without one.
        """


Press = Callable[[Callable[[], str]], Awaitable[str]]
"""Does work that takes long where it holds up nobody, and returns its text; raises Unwritten."""


class Unwritten(Exception):
    """Work that took too long, or whose process ended; the message is for the log."""


class TooMuch(Unwritten):
    """Work that went beyond a bound of the process's; the message says which, for people too."""


@dataclass(frozen=True, slots=True)
class Spotted:
    """A secret in a text: `what` it is, in words, and where: from `start` up to `end`."""

    what: str
    start: int
    end: int


Detector = Callable[[str], Sequence[Spotted]]
"""The secrets in a text, in order, none overlapping another; within a few milliseconds."""


class Prober(Protocol):
    """Read-only questions to the systems under repair."""

    async def look(self, look: Look) -> list[Answer]:
        """Put every question of *look*, all at once; a failure is an answer too, never a raise."""

    def members(self, target: str, set_name: str) -> Sequence[str] | None:
        """The members of a target's set; None when the target or the set is not configured."""


class Library(Protocol):
    """The procedures that can be started."""

    def get(self, procedure_id: str) -> Loaded | None:
        """The procedure with this id."""

    def all(self) -> Sequence[Loaded]:
        """Every procedure, by id."""

    def faulty(self) -> Sequence[Faulty]:
        """The files that are there and cannot be served, by path."""


class Clock(Protocol):
    """Time, passed in so that tests can move it."""

    def now(self) -> datetime:
        """The time, UTC and aware."""

    def monotonic(self) -> float:
        """Seconds that never go back."""

    async def sleep(self, seconds: float) -> None:
        """Wait."""
