"""What was said in the threads of a run, as a post-mortem is given it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.core.acting.evidence import LARGEST
from bot.core.text import counted

UNREAD = "the bot did not read it"
TOO_LARGE = f"more than {LARGEST // (1 << 20)} MB, so the bot did not read it"
"""Why a file has no hash."""


@dataclass(frozen=True, slots=True)
class Attached:
    """A file of a message, by the `name` that it has; `id` is None of one that is not there.

    `sha256` is of its bytes as they were when this was written; without one, `why` is in words.
    """

    name: str
    id: str | None = None
    size: int | None = None
    sha256: str | None = None
    why: str | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """A message in a thread: `by` is its writer's id, `at` is UTC, `text` as Slack gave it.

    `app` names the app that wrote it, or `through` which a person sent it; `alias` is how the app
    called itself. `edited` says that it was, and `edited_at` when last. `earlier`: it stands under
    a board that is not the run's any more.
    """

    at: datetime
    by: str
    text: str
    app: str | None = None
    through: bool = False
    alias: str | None = None
    files: tuple[Attached, ...] = ()
    edited: bool = False
    edited_at: datetime | None = None
    earlier: bool = False


@dataclass(frozen=True, slots=True)
class LeftOut:
    """How much of the talk is not told: said to the bot, by the bot, empty, too much, unread.

    `threads` counts earlier boards whose thread Slack does not give any more, or that are more
    than are read.
    """

    to_bot: int = 0
    own: int = 0
    empty: int = 0
    beyond: int = 0
    threads: int = 0

    def __add__(self, other: "LeftOut") -> "LeftOut":
        return LeftOut(
            self.to_bot + other.to_bot,
            self.own + other.own,
            self.empty + other.empty,
            self.beyond + other.beyond,
            self.threads + other.threads,
        )


NOTHING = LeftOut()


@dataclass(frozen=True, slots=True)
class Talk:
    """What was said in a thread, oldest first, and what of it is left out."""

    said: tuple[Said, ...] = ()
    left_out: LeftOut = NOTHING


@dataclass(frozen=True, slots=True)
class Room:
    """How much is taken of all threads of a run together: `messages`, and their `characters`."""

    messages: int = 10_000
    characters: int = 2_000_000

    def after(self, talk: Talk) -> "Room":
        """What is left of it."""
        left = talk.left_out
        read = len(talk.said) + left.to_bot + left.own + left.empty
        spent = sum(len(one.text) for one in talk.said)
        return Room(max(0, self.messages - read), max(0, self.characters - spent))


WHOLE = Room()
"""All that is taken of the threads of one run."""


def writers(said: Sequence[Said]) -> Counter[str]:
    """How many messages each wrote, in order of appearance."""
    return Counter(one.by for one in said)


def of_files(said: Sequence[Said]) -> list[Attached]:
    """The files of all messages, each once, oldest first."""
    found = {file.id: file for one in said for file in one.files if file.id is not None}
    return list(found.values())


def more_files(most: int) -> str:
    """Why a file has no hash that is beyond as many as are read."""
    return f"the bot read the first {counted(most, 'file')} only"
