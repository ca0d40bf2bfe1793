"""What people can ask for in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.core.acting.inwords import SOMEONE, TOLD, InWords
from bot.core.run.rooms import Wanted
from bot.core.text import plain


@dataclass(frozen=True, slots=True)
class Nothing:
    """Nothing was typed: where are we?"""


@dataclass(frozen=True, slots=True)
class Help:
    """What can be typed."""


@dataclass(frozen=True, slots=True)
class Thanks:
    """Nothing is asked for: a thank-you, an emoji."""


@dataclass(frozen=True, slots=True)
class Listing:
    """Every procedure."""


@dataclass(frozen=True, slots=True)
class Search:
    """The procedures that fit some words."""

    words: str


@dataclass(frozen=True, slots=True)
class Status:
    """How a run is, or every open run of the channel.

    `word` is what was typed, where it may have been meant as the id of a procedure.
    """

    run: str | None
    word: str = ""


@dataclass(frozen=True, slots=True)
class Review:
    """What is still to be done after runs: of all, or of those of a procedure."""

    procedure: str | None = None


@dataclass(frozen=True, slots=True)
class Start:
    """Start a procedure with these inputs; `strays` are words without a name, `said` is all.

    `drill` says that it is an exercise, `room` which kind of channel it is to have of its own.
    """

    procedure: str
    inputs: Mapping[str, str] = field(default_factory=dict)
    strays: Sequence[str] = ()
    said: str = ""
    drill: bool = False
    room: Wanted | None = None


def said_before(*, drill: bool, room: Wanted | None) -> Sequence[str]:
    """What stands in front of a procedure's id in a line that starts it so."""
    own = {None: (), "public": ("new",), "private": ("new", "private")}[room]
    return (*(("drill",) if drill else ()), *own)


@dataclass(frozen=True, slots=True)
class Wish:
    """Something that a button does, in words: to a run, or a step of it.

    `run` and `steps` are those that were named, the steps by their numbers, perhaps each with its
    round; `words` are one's own, after that. `either` holds lines, one for each way in which it can
    be read, where there is more than one: nothing is done then. `everywhere` says that it is for
    all runs.
    """

    act: InWords[Any]
    run: str | None = None
    steps: tuple[str, ...] = ()
    words: str = ""
    either: tuple[str, ...] = ()
    everywhere: bool = False

    def line(self, run: str | None = None, step: str | None = None) -> str:
        """The whole line for this, with the run and the step that are given."""
        verb, after = self.act.said[0], self.act.after
        words = self.words or after
        if self.words and after.startswith(_WHY):
            words = f"{_WHY}{self.words}"
        if after == FREELY:
            verb, step = (f"{verb} step {step}:" if step else f"{verb}:"), None
        if after == SOMEONE:
            words = " ".join(filter(None, [plain(words, {}), "all" if self.everywhere else ""]))
        if after == TOLD:
            words = plain(words, {})
        named = None if step is None else step.replace("~", " round ")
        return " ".join(filter(None, [run, verb, named, words]))


FREELY = "TEXT"
"""What follows a verb where all of it is one's own words."""
_WHY = "because "


@dataclass(frozen=True, slots=True)
class Either:
    """A word that means something and is the id of a procedure as well."""

    wish: Wish
    procedure: str
    said: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """Words that begin with no procedure and no command: the first, those after it."""

    word: str
    rest: str = ""


Request = (
    Nothing | Help | Thanks | Listing | Search | Status | Review | Start | Wish | Either | Unknown
)
