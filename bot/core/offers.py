"""Which messages in a thread still have buttons: the newest about a step, the newest about closing.

A button in an older one would do something about what is over. So what a message offers is taken
back when something newer was told, or when it was done.
"""

from collections.abc import Mapping

from bot.core import events as e
from bot.core.run import Run

Offers = Mapping[str, int]
"""What a message is about -> the number of the entry that it tells of."""

CLOSING = "closing"
"""What the message is about that tells why a run stays open."""


def about(step: str) -> str:
    """What a message about the check of a step is about."""
    return f"step/{step}"


def told(run: Run, seen: e.CheckObserved) -> bool:
    """Whether a look that a step asked for is told in a message of its own; *run* is as before it.

    That is a wait that gave up, and a verdict that turned, or is the first and red.
    """
    asked = run.pending.get(seen.request)
    if asked is None or asked.step is None:
        return False
    if asked.wait:
        return seen.final and not seen.green
    before, since = run.verdicts.get(seen.check), run.steps[asked.step].taken_at
    if seen.green:
        return before is not None and not before.green
    # What was seen before anyone was on the step says nothing about what they did.
    return before is None or before.green or (since is not None and before.at < since)


def without(offers: Offers, *over: str) -> Offers:
    """What is offered when these are over."""
    return {what: n for what, n in offers.items() if what not in over}


def step_over(run: Run, offers: Offers, event: e.OfStep, number: int) -> Offers:
    """What happened to a step is newer than what was told of its check."""
    return without(offers, about(event.step))
