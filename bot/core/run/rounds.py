"""Rounds: a step that is opened again is another one to whoever presses a button of before.

A control carries the step with its round, as a reference; the first round is not written.
"""

import re
from collections.abc import Mapping, Sequence

from bot.core.procedure import Placed
from bot.core.run.life import Step

MOST = 20
"""How many rounds a step may have: a loop that nobody leaves has to end."""

_BETWEEN = "~"


def reference(step_id: str, step: Step) -> str:
    """A step in its present round."""
    return step_id if step.round == 1 else f"{step_id}{_BETWEEN}{step.round}"


def referred(reference: str) -> tuple[str, int]:
    """The step and the round that a reference is of; what is none names no step."""
    step_id, between, number = reference.partition(_BETWEEN)
    if not between:
        return step_id, 1
    return (step_id, int(number)) if re.fullmatch("[1-9][0-9]{0,3}", number) else (reference, 1)


def span(placed: Sequence[Placed], first: str, last: str) -> Sequence[str]:
    """The ids of the steps from *first* to *last*, in the order of the page."""
    ids = [one.step.id for one in placed]
    return ids[ids.index(first) : ids.index(last) + 1]


def deepest(steps: Mapping[str, Step], ids: Sequence[str]) -> int:
    """The highest round in which any of these steps is."""
    return max(steps[one].round for one in ids)
