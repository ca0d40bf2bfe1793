"""How a run ends: that someone wants to close it, that it stays open, is closed, or goes on.

Facts, as those in `bot.core.run.events`, to whose union they belong.
"""

from typing import Literal

from pydantic import Field

from bot.core.person import Happened, Person


class ClosingRequested(Happened):
    """Someone wants to close the run, with `reasons` for what fails; the requests follow."""

    kind: Literal["closing_requested"] = "closing_requested"
    v: Literal[1] = 1
    by: Person
    reasons: dict[str, str] = Field(default_factory=dict)


class RunKeptOpen(Happened):
    """The run that `by` wanted to close stays open: what lacks, or the entry that came between."""

    kind: Literal["run_kept_open"] = "run_kept_open"
    v: Literal[1] = 1
    by: Person
    lacking: dict[str, str] = Field(default_factory=dict)
    after: int | None = None


class RunClosed(Happened):
    """The run ended; `reasons` has one for each line of the verification that is not green.

    `mistake` is why it should not have been started, if it was closed for that; `again` is the
    run that was started in its place, and `again_at` the board of that.
    """

    kind: Literal["run_closed"] = "run_closed"
    v: Literal[2] = 2
    by: Person
    reasons: dict[str, str] = Field(default_factory=dict)
    mistake: str | None = None
    again: str | None = None
    again_at: str | None = None


class RunReopened(Happened):
    """The run goes on after all, and why."""

    kind: Literal["run_reopened"] = "run_reopened"
    v: Literal[1] = 1
    by: Person
    reason: str
