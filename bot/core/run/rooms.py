"""A channel of a run's own: facts of how it was made, or why not, and who was let in.

Facts, as those in `bot.core.run.events`, to whose union they belong.
"""

from dataclasses import dataclass
from typing import Literal

from bot.core.person import Happened, Person
from bot.core.run.archiving import OfArchive

Wanted = Literal["public", "private"]
"""Which kind of channel a run is to have of its own."""


class ChannelMade(Happened):
    """Slack made a channel for the run, where it is from now on; `private` as Slack says it."""

    kind: Literal["channel_made"] = "channel_made"
    v: Literal[1] = 1
    channel: str
    name: str
    private: bool = False


class ChannelNotMade(Happened):
    """There is no channel for the run, since Slack did not make one: `error` is why.

    Its board comes into `channel`; where that is None, nowhere until somebody chooses one.
    """

    kind: Literal["channel_not_made"] = "channel_not_made"
    v: Literal[1] = 1
    error: str
    channel: str | None = None


class ChannelFurnished(Happened):
    """The channel has its topic, its bookmark and its people, as far as Slack let it.

    `invited` is how many people were invited; `left_out` are the others, as Slack names them, and
    `why` what Slack said of the first of them. `lacking` is what else is not there, with Slack's
    error.
    """

    kind: Literal["channel_furnished"] = "channel_furnished"
    v: Literal[1] = 1
    invited: int
    left_out: tuple[str, ...] = ()
    why: str | None = None
    lacking: tuple[str, ...] = ()


class ChannelChosen(Happened):
    """Someone chose the channel of a run that had none, or whose channel was shut."""

    kind: Literal["channel_chosen"] = "channel_chosen"
    v: Literal[1] = 1
    channel: str
    was: str | None = None
    by: Person


class ChannelIdChanged(Happened):
    """Slack gave the run's channel another id, since it is shared: what stands there stays."""

    kind: Literal["channel_id_changed"] = "channel_id_changed"
    v: Literal[1] = 1
    channel: str
    was: str


Placed = ChannelMade | ChannelNotMade | ChannelFurnished | ChannelChosen | ChannelIdChanged
"""Where a run is, after it began."""
OfRoom = Placed | OfArchive
"""All that is said of a run's channel."""


@dataclass(frozen=True, slots=True)
class Room:
    """The channel that a run was to have of its own; `asked_in` is where that was typed.

    `name` is what it is called once Slack made it, and `made` its id; `error` is why Slack did not,
    as the entry `told` says; `furnished` says that its people were invited.
    """

    private: bool
    asked_in: str
    name: str | None = None
    error: str | None = None
    told: int | None = None
    furnished: bool = False
    made: str = ""

    def is_of(self, asker: str, place: str, starter: str) -> bool:
        """Whether who asks for one as well in a *place* is told of it: it was asked for there.

        A private one, or one that was asked for alone, is known to its *starter* only.
        """
        if self.asked_in != place:
            return False
        return asker == starter or not (self.private or not place)
