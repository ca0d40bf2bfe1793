"""What became of messages in a run's threads, as far as Slack tells and cannot be asked later.

What people say there is read when somebody asks for it; only of what they take back nothing is
left to read, so that it was there is a fact. Facts, as those in `bot.core.run.events`.
"""

from datetime import UTC, datetime
from typing import Literal

from bot.core.person import Happened, Person

MOST = 500
"""Of how many messages of one run it is recorded that they were deleted."""


class MessageTakenBack(Happened):
    """A message in the thread under the board `thread` was deleted; its words are kept nowhere.

    `message` is its ts. Its `author` wrote it, or the app `app` did (Slack's id of it), or the
    author through the app. `deleted` is when that was, as Slack says.
    """

    kind: Literal["message_taken_back"] = "message_taken_back"
    v: Literal[1] = 1
    thread: str
    message: str
    author: Person | None = None
    app: str | None = None
    deleted: datetime

    @property
    def written(self) -> datetime:
        """When the message was written, as its name says; before it was deleted in any case."""
        try:
            return min(datetime.fromtimestamp(float(self.message), UTC), self.deleted)
        except (ValueError, OverflowError, OSError):
            return self.deleted
