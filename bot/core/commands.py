"""What people and the bot's own rounds ask of a run: imperative, frozen, and nothing more."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from bot.core import events as e


@dataclass(frozen=True, slots=True)
class Take:
    """Take a step; a destructive one needs its id typed."""

    step: str
    by: e.Person
    typed: str | None = None


@dataclass(frozen=True, slots=True)
class MarkDone:
    """Mark a step done."""

    step: str
    by: e.Person


@dataclass(frozen=True, slots=True)
class Skip:
    """Leave a step out, with the reason."""

    step: str
    by: e.Person
    reason: str


@dataclass(frozen=True, slots=True)
class Fail:
    """Mark a step failed, with what happened."""

    step: str
    by: e.Person
    what: str


@dataclass(frozen=True, slots=True)
class GiveBack:
    """Let go of a step."""

    step: str
    by: e.Person


@dataclass(frozen=True, slots=True)
class HandOver:
    """Make a step someone else's."""

    step: str
    by: e.Person
    to: e.Person


@dataclass(frozen=True, slots=True)
class TakeOver:
    """Make a step one's own that someone else is on."""

    step: str
    by: e.Person


@dataclass(frozen=True, slots=True)
class Undo:
    """Take back the mark on a step."""

    step: str
    by: e.Person


@dataclass(frozen=True, slots=True)
class AddNote:
    """Write something down about a step, or about the run."""

    step: str | None
    by: e.Person
    text: str
    shared: bool = False


@dataclass(frozen=True, slots=True)
class CheckAgain:
    """Look at a step's check once more."""

    step: str
    by: e.Person


@dataclass(frozen=True, slots=True)
class Verify:
    """Look at every check of the verification."""

    by: e.Person


@dataclass(frozen=True, slots=True)
class Confirm:
    """Vouch for a line of the verification; in words, who was told and how."""

    item: str
    by: e.Person
    words: str = ""


@dataclass(frozen=True, slots=True)
class Withdraw:
    """Take back that a line of the verification is confirmed."""

    item: str
    by: e.Person


@dataclass(frozen=True, slots=True)
class Close:
    """End the run, once its checks were looked at again.

    A reason for each line that nobody confirmed; for a check, one to close with should it fail.
    """

    by: e.Person
    reasons: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Mistake:
    """End a run that was started by mistake; `again` is the run in its place, at `again_at`."""

    by: e.Person
    reason: str
    again: str | None = None
    again_at: str | None = None


@dataclass(frozen=True, slots=True)
class Reopen:
    """Go on with a closed run."""

    by: e.Person
    reason: str


@dataclass(frozen=True, slots=True)
class Export:
    """Ask for the post-mortem."""

    by: e.Person


@dataclass(frozen=True, slots=True)
class Observe:
    """What a look at a check showed; the bot's own command, from its rounds."""

    seen: e.CheckObserved


@dataclass(frozen=True, slots=True)
class Fire:
    """A timer's time has come; the bot's own command. `due` is when it was to be, UTC."""

    timer: str
    due: datetime


@dataclass(frozen=True, slots=True)
class BringBack:
    """Whoever a step was handed to cannot have it; the bot's own, once it knows who that is."""

    step: str
    whom: str
    why: Literal["bot", "deactivated", "nobody", "outside", "external"]


@dataclass(frozen=True, slots=True)
class Report:
    """How the run stands in Slack; the bot's own command, from its painter."""

    event: e.BoardReplaced | e.PostingRefused | e.PostingResumed


Command = (
    Take
    | MarkDone
    | Skip
    | Fail
    | GiveBack
    | HandOver
    | TakeOver
    | Undo
    | AddNote
    | CheckAgain
    | Verify
    | Confirm
    | Withdraw
    | Close
    | Mistake
    | Reopen
    | Export
    | Observe
    | Fire
    | BringBack
    | Report
)
