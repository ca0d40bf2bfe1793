"""Episodes of alerts: what senders said of them, kept; and the messages that are to show them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.core.alerts.crowd import Crowd
from bot.core.alerts.episodes import Opening
from bot.core.alerts.model import Alert, Episode, Notification
from bot.ports.messages import MessageRow


@dataclass(frozen=True, slots=True)
class Heard:
    """What a door heard, and where an episode that begins with it is to stand."""

    said: Notification
    opening: Opening


@dataclass(frozen=True, slots=True)
class Shown:
    """A message that is one process's to show until its lease ends; `token` is for fencing.

    What it `shows` is as of `message.wanted`. It was wanted `since` then; `failures` counts the
    attempts in a row that came to nothing. `before` is where the message of the episode before it
    stands, its channel and ts; None where there is none.
    """

    message: MessageRow
    token: int
    failures: int
    since: datetime
    shows: Episode | Crowd
    before: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """An episode, and where its message stands: its channel and ts; None while it is nowhere.

    `waits` is for how many seconds its message is yet to be posted, None where it is not.
    """

    episode: Episode
    place: tuple[str, str] | None
    waits: float | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many messages of alerts are not shown yet, the longest for `oldest` seconds."""

    waiting: int
    oldest: float


class Episodes(Protocol):
    """What is known of alerts, and the messages that show it. Any call may raise Unavailable."""

    async def take(self, heard: Sequence[Heard]) -> Sequence[Sequence[Episode]]:
        """Keep what was heard, durably: for each, the episodes that are new or otherwise by it."""

    async def claim(self, limit: int) -> tuple[Sequence[Shown], float]:
        """Take up to *limit* messages that are due, and the seconds until another may be.

        Runs go first: nothing is posted into a channel while a message of a run waits for it, and
        at most half of Slack's updates is used. Where too many wait for a channel, they are one
        message from then on.
        """

    async def shown(self, claim: Shown, ts: str, *, whole: bool = True) -> None:
        """The message is at *ts*; *whole* says that it shows what was claimed."""

    async def again(
        self, claim: Shown, seconds: float, *, unsure: bool, failed: bool = True
    ) -> None:
        """It is not shown; try again in *seconds*. *unsure*: a post may have had its effect."""

    async def hold(self, claim: Shown, seconds: float) -> None:
        """Slack asks to wait: with posts into the channel, or with updates."""

    async def give_up(self, claim: Shown) -> None:
        """Slack will not take it as it is; the next change may be shown again."""

    async def lost(self, claim: Shown) -> None:
        """The message is not there any more: what still fires is posted again."""

    async def episode(self, episode_id: str) -> Episode | None:
        """One episode; None when there is none."""

    async def told(self, episode_id: str) -> Told | None:
        """One episode, and where its message stands; None when there is none."""

    async def counted(self, crowd_id: str, most: int) -> Sequence[Sequence[Alert]]:
        """The alerts of up to *most* groups that fire and are counted by one message."""

    async def stands(self, episode_id: str, run_id: str) -> None:
        """A run that was started from an episode stands otherwise than the messages show.

        While it is open, it hears how its alerts stand, and what the group fires again goes to it.
        """

    async def of_run(self, episode_id: str, run_id: str) -> Sequence[Told]:
        """The last episodes that are a run's, which was started from one of them; by their age."""

    async def waiting(self) -> Waiting:
        """What is not shown yet."""

    async def forget(self, days: int) -> None:
        """Forget episodes that nobody spoke of for so many days."""
