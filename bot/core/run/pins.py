"""Facts of the timeline: messages that people put into it, wherever those were written.

Facts, as those in `bot.core.run.events`, to whose union they belong; what a run keeps of them; and
a message as it is before that.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from bot.core.person import Frozen, Happened, Person

CALLBACK = "add_to_timeline"
"""The shortcut of a message, by its name in the app's manifest."""
WORDS_LIMIT = 3_000
"""How much of a message's words is kept, in characters: its link leads to the rest."""
FILES_LIMIT = 10
"""Of how many of its files."""
PINS_LIMIT = 300
"""How many messages the timeline of one run holds."""
LATEST = 9_999_999_999.0
"""The latest time that a message can say it is of, in seconds since 1970."""


class PinnedFile(Frozen):
    """A picture or another file of a message, which stays in Slack: its id, its name, its type."""

    file: str | None = None
    name: str
    mimetype: str | None = None


class MessagePinned(Happened):
    """Someone put a message into the timeline: where it is, whose it is, and what it said.

    `ts` is the time at which it was written, as Slack writes it, and names it in its `channel`.
    `author` is who wrote it, `app` through what, or which app it was. `cut` is how many characters
    of it are not kept. `emoji` says that it was done by a reaction.
    """

    kind: Literal["message_pinned"] = "message_pinned"
    v: Literal[1] = 1
    by: Person
    channel: str
    ts: str
    link: str
    text: str | None = None
    author: Person | None = None
    app: str | None = None
    files: tuple[PinnedFile, ...] = ()
    cut: int = 0
    emoji: bool = False


class PinCorrected(Happened):
    """The message of the entry `entry` stands in the timeline otherwise: at a time, in words.

    What is not said stays as it was; the entry itself keeps what it was at first.
    """

    kind: Literal["pin_corrected"] = "pin_corrected"
    v: Literal[1] = 1
    by: Person
    entry: int
    when: datetime | None = None
    text: str | None = None


class PinTakenBack(Happened):
    """Who put the message of the entry `entry` into the timeline took it out of it."""

    kind: Literal["pin_taken_back"] = "pin_taken_back"
    v: Literal[1] = 1
    by: Person
    entry: int
    emoji: bool = False


OfPins = MessagePinned | PinCorrected | PinTakenBack
"""What happens to the timeline."""


@dataclass(frozen=True, slots=True)
class Quote:
    """A message that someone wants in a timeline, as it is now.

    `thread` is the message that it answers. `own` says that the bot wrote it, `to_bot` that it was
    said to the bot; `reacted` is who reacts to it with which emoji, where that is known.
    """

    channel: str
    ts: str
    link: str
    text: str = ""
    thread: str | None = None
    author: Person | None = None
    app: str | None = None
    files: tuple[PinnedFile, ...] = ()
    cut: int = 0
    own: bool = False
    to_bot: bool = False
    reacted: Mapping[str, frozenset[str]] | None = None


@dataclass(frozen=True, slots=True)
class Pin:
    """A message in the timeline as it stands: `at` and `text` may have been corrected, by whom."""

    number: int
    pinned: MessagePinned
    at: datetime
    text: str
    corrected: Person | None = None

    @property
    def files(self) -> tuple[str, ...]:
        """The names of its files."""
        return tuple(one.name for one in self.pinned.files)


def time_of(ts: str) -> datetime:
    """When the message was written that Slack knows by *ts*; raises ValueError."""
    seconds = float(ts)
    if not 0 <= seconds <= LATEST:
        raise ValueError("no message is of that time")
    return datetime.fromtimestamp(seconds, UTC)


def find(pins: Mapping[int, Pin], channel: str, ts: str) -> Pin | None:
    """The pin of a message, if it is in the timeline."""
    for pin in pins.values():
        if (pin.pinned.channel, pin.pinned.ts) == (channel, ts):
            return pin
    return None
