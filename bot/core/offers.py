"""Which messages in a thread still have buttons: the newest about a step, the newest about closing.

A button in an older one would do something about what is over. So what a message offers is taken
back when something newer was told, or when it was done.
"""

from collections.abc import Mapping
from typing import assert_never

from bot.core import events as e
from bot.core.procedure import Task
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


def after(run: Run, offers: Offers, event: e.Event, number: int) -> Offers:
    """What is offered after one more entry; *run* is as it was before it."""
    match event:
        case e.CheckObserved():
            return _looked(run, offers, event, number)
        case e.CheckRequested():
            return _without(offers, about(event.step)) if event.wait and event.step else offers
        case (
            e.StepTaken()
            | e.StepDone()
            | e.StepSkipped()
            | e.StepFailed()
            | e.StepGivenBack()
            | e.StepUndone()
        ):
            return _without(offers, about(event.step))
        case e.RunKeptOpen():
            kept = _without(offers, CLOSING)
            return kept if event.after is not None else {**kept, CLOSING: number}
        case e.ClosingRequested():
            return _without(offers, CLOSING)
        case e.RunClosed():
            return {}
        case (
            e.RunStarted()
            | e.StepHandedOver()
            | e.StepReturned()
            | e.NoteAdded()
            | e.VerificationRequested()
            | e.RecoveryConfirmed()
            | e.ConfirmationWithdrawn()
            | e.ExportRequested()
            | e.RunReopened()
            | e.TimerFired()
            | e.BoardReplaced()
            | e.PostingRefused()
            | e.PostingResumed()
        ):
            return offers
        case _:
            assert_never(event)


def _looked(run: Run, offers: Offers, seen: e.CheckObserved, number: int) -> Offers:
    if seen.green:
        well = [
            about(p.step.id)
            for p in (run.placed if offers else ())
            if isinstance(p.step, Task) and p.step.check == seen.check
        ]
        return _without(offers, *well)
    asked = run.pending.get(seen.request)
    if asked is not None and asked.step is not None and told(run, seen):
        return {**offers, about(asked.step): number}
    return offers


def _without(offers: Offers, *over: str) -> Offers:
    return {what: n for what, n in offers.items() if what not in over}
