"""What is brought to Slack and is no message to draw: who does that, and with what.

The painter claims all that is wanted and draws the messages. A claim whose key begins with a word
of the table in `bot.app.bringers` is handed to the bringer that stands there.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from bot.app.desk import Desk
from bot.app.hindrances import Tell
from bot.core.run.events import Fact
from bot.core.run.model import Run
from bot.ports.log import Records
from bot.ports.messages import Claim, Link, Messages, Outbox, Upload
from bot.ports.rooms import Rooms
from bot.ports.world import Clock

Document = Callable[[str, int], Awaitable[Upload]]
"""Makes the file that an entry of a run asked for."""
ReadPicture = Callable[[str, str], bytes]
"""Reads a picture, by the procedure's id and the path; blocks, and raises OSError in words."""
IsPublic = Callable[[str], Awaitable[bool]]
"""Whether a channel is known to be one that everybody may read."""


def no_picture(procedure: str, path: str) -> bytes:
    """There is no folder with pictures."""
    raise OSError("there is no folder of procedures")


class TooOld(Exception):
    """The claim has no time left for another call: the process stood still, or Slack was slow."""


@dataclass(frozen=True, slots=True)
class Means:
    """What a bringer works with; `tell` tells people, `bot` is the bot's name in Slack.

    `picture` reads a picture of a procedure, `rooms` makes channels, `is_public` says whether a
    channel is known to be one that everybody may read.
    """

    desk: Desk
    log: Records
    outbox: Outbox
    messages: Messages
    clock: Clock
    document: Document
    tell: Tell
    link: Link
    bot: str
    picture: ReadPicture
    rooms: Rooms
    is_public: IsPublic

    async def for_others(self, run: Run) -> Run:
        """The run as it is told of in channels of others.

        One whose own channel is not known to be public says as little there as one of a private
        procedure. Raises Unavailable.
        """
        if run.procedure.private or await self.is_public(run.channel):
            return run
        hidden = run.procedure.model_copy(update={"private": True})
        return replace(run, procedure=hidden)


class Bringer(Protocol):
    """Does one kind of thing in Slack."""

    async def bring(self, claim: Claim, thread: str, facts: Sequence[Fact], begun: float) -> bool:
        """Do it under the board at *thread*, and settle the claim; False when it is tried again.

        What stands under no board is given none.

        *facts* are the run's, and may make no run: its record may have been changed. *begun* is
        when the claim was made, by the monotonic clock. Raises what the painter tries again after.
        """
