"""The life of a step: its states, and which fact leads from which to which.

The picture of it in the docs is drawn from this table.
"""

from collections.abc import Mapping
from enum import StrEnum


class State(StrEnum):
    """Where a step is in its life."""

    OPEN = "open"
    TAKEN = "taken"
    DONE = "done"
    SKIPPED = "skipped"
    FAILED = "failed"


TRANSITIONS: Mapping[tuple[State, str], State] = {
    # Someone takes an open step; a failed one may be tried again.
    (State.OPEN, "step_taken"): State.TAKEN,
    (State.FAILED, "step_taken"): State.TAKEN,
    # While it is taken it changes hands and may come back, or is given back.
    (State.TAKEN, "step_handed_over"): State.TAKEN,
    (State.TAKEN, "step_returned"): State.TAKEN,
    (State.TAKEN, "step_given_back"): State.OPEN,
    # It ends in one of three ways. Leaving a step out needs nobody to have taken it.
    (State.TAKEN, "step_done"): State.DONE,
    (State.TAKEN, "step_failed"): State.FAILED,
    (State.OPEN, "step_skipped"): State.SKIPPED,
    (State.TAKEN, "step_skipped"): State.SKIPPED,
    (State.FAILED, "step_skipped"): State.SKIPPED,
    # A question is answered; nobody takes it.
    (State.OPEN, "decided"): State.DONE,
    # An approval is given by those who vote; nobody takes it.
    (State.OPEN, "step_approved"): State.DONE,
    # A mark can be taken back; the step is then free, so a destructive one asks again.
    (State.DONE, "step_undone"): State.OPEN,
    (State.FAILED, "step_undone"): State.OPEN,
    (State.SKIPPED, "step_undone"): State.OPEN,
}
