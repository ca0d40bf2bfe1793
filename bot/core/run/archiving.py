"""What becomes of the channel that the bot made for a run, once that is over: it is archived.

Facts, as those in `bot.core.run.events`, to whose union they belong. Whoever is in the channel
hears of it before, and can keep it; the post-mortem is written first, with what was said in the
threads, since an archived channel puts the bot out.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from bot.core.person import Happened, Person

ANNOUNCE, ARCHIVE = "archive announced", "archive"
"""The names of the timers of a closed run that say that its channel goes, and that have it go."""

OPEN_RUN, NO_POST_MORTEM, NOT_SHOWN = "open_run", "no_post_mortem", "not_shown"
"""In place of Slack's name of an error: why the bot itself leaves a channel as it is."""


class ArchiveAnnounced(Happened):
    """People in the run's own channel were told that it is archived at `due`."""

    kind: Literal["archive_announced"] = "archive_announced"
    v: Literal[1] = 1
    due: datetime


class ChannelKept(Happened):
    """Someone said that the run's own channel is to stay."""

    kind: Literal["channel_kept"] = "channel_kept"
    v: Literal[1] = 1
    by: Person


class ArchiveBegun(Happened):
    """The time had come: the post-mortem is written first, with the run's threads."""

    kind: Literal["archive_begun"] = "archive_begun"
    v: Literal[1] = 1


class ChannelArchived(Happened):
    """The channel is archived; `seen` is false where Slack only shows that the bot is put out."""

    kind: Literal["channel_archived"] = "channel_archived"
    v: Literal[1] = 1
    channel: str
    seen: bool = True


class ChannelNotArchived(Happened):
    """The channel stays: `error` is Slack's reason or the bot's own, `run` the one it is about."""

    kind: Literal["channel_not_archived"] = "channel_not_archived"
    v: Literal[1] = 1
    error: str
    run: str | None = None


OfArchive = ArchiveAnnounced | ChannelKept | ArchiveBegun | ChannelArchived | ChannelNotArchived
"""What becomes of a run's own channel."""


@dataclass(frozen=True, slots=True)
class Ending:
    """How far it is: when the channel goes as people were `told`, and who `kept` it.

    `begun` is the entry that had the post-mortem written, `archived` when the channel was, and
    `spared` why it was not.
    """

    told: datetime | None = None
    kept: Person | None = None
    begun: int | None = None
    archived: datetime | None = None
    spared: str | None = None

    @property
    def is_settled(self) -> bool:
        """Whether nothing more comes of it by itself."""
        return bool(self.kept or self.archived or self.spared)


def notice(after: timedelta) -> timedelta:
    """How long before people are told, of a channel that goes so long after its run is closed."""
    return min(timedelta(days=1), after / 2)
