"""Which messages in a thread still have buttons: the newest about a step, the newest about closing.

A button in an older one would do something about what is over. So what a message offers is taken
back when something newer was told, or when it was done.
"""

from collections.abc import Mapping

from bot.core.run import events as e
from bot.core.run.model import Run, State
from bot.core.run.proof import Request

Offers = Mapping[str, int]
"""What a message is about -> the number of the entry that it tells of."""

CLOSING = "closing"
"""What the message is about that tells why a run stays open."""
ARCHIVE = "archive"
"""What the message is about that says when the run's channel is archived."""


def about(step: str) -> str:
    """What a message about the check of a step is about."""
    return f"step/{step}"


def told(run: Run, seen: e.CheckObserved) -> bool:
    """Whether a look is told in a message of its own; *run* is as before it.

    That is the late end of a verification, a wait that gave up, a verdict that turned, and any
    that is red in the end: whoever asked for it waits for it. The check of a step in hand was asked
    for by a button alone, so its green is told too.
    """
    asked = run.pending.get(seen.request)
    if asked is None or asked.step is None:
        return asked is not None and _ends_late(run, asked, seen)
    if asked.wait:
        return seen.final and not seen.green
    before, step = run.verdicts.get(seen.check), run.steps[asked.step]
    if seen.green:
        return (before is not None and not before.green) or step.state is State.TAKEN
    if seen.final or before is None or before.green:
        return True
    # What was seen before anyone was on the step says nothing about what they did.
    return step.taken_at is not None and before.at < step.taken_at


def _ends_late(run: Run, asked: Request, seen: e.CheckObserved) -> bool:
    """Whether a look is the last of a verification that has gone on since it was first told of.

    Its message is edited then, and an edit notifies nobody.
    """
    others = any(r.batch == asked.batch and r is not asked for r in run.pending.values())
    late = asked.last is not None and asked.batch is not None and not asked.once
    return late and seen.final and not others


def without(offers: Offers, *over: str) -> Offers:
    """What is offered when these are over."""
    return {what: n for what, n in offers.items() if what not in over}


def step_over(run: Run, offers: Offers, event: e.OfStep, number: int) -> Offers:
    """What happened to a step is newer than what was told of its check."""
    return without(offers, about(event.step))
