"""People at the steps of a run: who took one, what became of it, and to whom it went.

Facts, as those in `bot.core.run.events`, to whose union they belong.
"""

from typing import Literal

from bot.core.person import Person
from bot.core.run.course import OfRound


class StepTaken(OfRound):
    """Someone is on a step; for a destructive one, after typing what was asked."""

    kind: Literal["step_taken"] = "step_taken"
    v: Literal[1] = 1
    step: str
    by: Person
    confirmed: str | None = None


class StepDone(OfRound):
    """A step is done; `on_check` when a wait ended by itself, by its check or by its time."""

    kind: Literal["step_done"] = "step_done"
    v: Literal[1] = 1
    step: str
    by: Person
    on_check: bool = False


class StepSkipped(OfRound):
    """A step was left out, and why."""

    kind: Literal["step_skipped"] = "step_skipped"
    v: Literal[1] = 1
    step: str
    by: Person
    reason: str


class StepFailed(OfRound):
    """A step did not work, and what happened instead."""

    kind: Literal["step_failed"] = "step_failed"
    v: Literal[1] = 1
    step: str
    by: Person
    what: str


class StepGivenBack(OfRound):
    """A step that was taken is free again."""

    kind: Literal["step_given_back"] = "step_given_back"
    v: Literal[1] = 1
    step: str
    by: Person


class StepHandedOver(OfRound):
    """A step that was taken, by `was`, is someone else's now; taken over if `by` is `to`.

    `handoff` is the entry of the hand-off that it came with.
    """

    kind: Literal["step_handed_over"] = "step_handed_over"
    v: Literal[1] = 1
    step: str
    by: Person
    to: Person
    was: Person | None = None
    handoff: int | None = None


class StepReturned(OfRound):
    """A step that was handed over is back with `to`, since `whom` could not have it, and why.

    The bot's own: it learned who that is only afterwards. `by` is who had handed it over.
    """

    kind: Literal["step_returned"] = "step_returned"
    v: Literal[1] = 1
    step: str
    by: Person
    to: Person
    whom: Person
    why: Literal["bot", "deactivated", "nobody", "outside", "external"]


class StepUndone(OfRound):
    """A mark (done, skipped, failed) was taken back; the mark itself stays in the log."""

    kind: Literal["step_undone"] = "step_undone"
    v: Literal[1] = 1
    step: str
    by: Person
