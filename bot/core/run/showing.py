"""How a run stands in Slack: the messages that were its board before, and what Slack refuses.

It is part of the run, since every process must know it, and no part of the work on the run.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.core.run import events as e
from bot.core.run.slack_errors import Class, class_of, remedy
from bot.core.text import short_hash


@dataclass(frozen=True, slots=True)
class Showing:
    """What the facts say of a run's messages.

    `before` are the messages that were the board, oldest first; `refused` is what Slack does not
    take just now. `files` are those that were `uploaded`, at which time, `deleted` what became of
    them later. `taken_back` are the messages in its threads that people deleted, by their ts.
    `pictures` are those of the procedure, once they are in Slack or cannot be.
    """

    before: tuple[e.BoardReplaced, ...] = ()
    refused: e.PostingRefused | None = None
    files: tuple[e.FileUploaded, ...] = ()
    uploaded: Mapping[str, datetime] = field(default_factory=dict)
    deleted: tuple[e.FileDeleted, ...] = ()
    pictures: tuple[e.PictureShown, ...] = ()
    taken_back: frozenset[str] = frozenset()

    def boards(self, channel: str) -> tuple[tuple[str, str], ...]:
        """The channel and the ts of each message that was the board, oldest first.

        *channel* is where the run is now.
        """
        found: dict[tuple[str, str], None] = {}
        for one in reversed(self.before):
            channel = one.channel or channel
            found[channel, one.board] = None
        return tuple(reversed(found))

    def picture(self, path: str | None) -> e.PictureShown | None:
        """What became of a picture of the procedure, as far as it is known."""
        return next((one for one in self.pictures if one.path == path), None)


Told = (
    e.BoardReplaced
    | e.PostingRefused
    | e.PostingResumed
    | e.FileUploaded
    | e.FileDeleted
    | e.PictureShown
)
"""The facts about showing."""


def obstacle(run_id: str, error: str, bot: str, *, posted: bool) -> str:
    """Why Slack does not show a run, and what to do; *posted* says that its board is there."""
    invite = f"Type `/invite @{bot}` here; the board comes by itself then."
    if class_of(error) is not Class.OUTSIDE:
        return (
            f"Slack does not let me show {run_id} in this channel (`{error}`). "
            f"{remedy(error, bot)} What is done is recorded meanwhile."
        )
    if posted:
        return f"I am not in this channel any more, and cannot show {run_id}. {invite}"
    return f"{run_id} has started, but I am not in this channel and cannot post its board. {invite}"


def now_shared(run_ids: Sequence[str], *, they_act: bool) -> str:
    """What it means for runs that their channel is shared with another organization."""
    runs = ", ".join(run_ids)
    may = "and may act on it, as the settings say" if they_act else "and may not act on it"
    return (
        "This channel is shared with another organization now. Its people read the board of "
        f"{runs} and the thread below it, {may}. Stop sharing the channel if they should not."
    )


def disagreement(event: e.BoardReplaced) -> str:
    """What a board that stays shows otherwise than the record."""
    if event.head is not None:
        shown = f"the log hash `{short_hash(event.head)}` of entry {event.entry}"
        return f"its board showed {shown}, which is not there"
    return f"entry {event.broken} does not follow from the one before it"


def caution(showing: Showing, run_id: str, link: Callable[[str], str]) -> str | None:
    """The first line of a board that follows one which shows what is not in the record."""
    told = [one for one in showing.before if one.why == "disagrees"]
    if not told:
        return None
    old = f"<{link(told[-1].board)}|The earlier board> stays as it was."
    return (
        f"⚠️ The record of {run_id} was changed, or an older backup was put in its place: "
        f"{disagreement(told[-1])}. {old}"
    )
