"""What the acts on a step share: finding it, who did what to it, moving it along its life."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from bot.core.procedure import Placed
from bot.core.run import events as e
from bot.core.run.life import Step
from bot.core.run.model import Run
from bot.core.run.refusals import Refused
from bot.core.run.states import TRANSITIONS, State
from bot.core.text import clock, mention

ENDED: Mapping[State, str] = {
    State.DONE: "done",
    State.SKIPPED: "skipped",
    State.FAILED: "failed",
}
"""How a step ends, each in words."""


def place(run: Run, step_id: str) -> tuple[Placed, Step]:
    """A step: what the procedure says of it, and how it stands; raises Refused."""
    placed = run.find(step_id)
    if placed is None:
        raise Refused(f"{run.id} has no step `{step_id}`. Its board shows the steps it has.")
    return placed, run.steps[step_id]


def already(run: Run, placed: Placed, step: Step) -> str:
    """Say who did what to a step and when."""
    if step.state in ENDED and step.ended_by and step.ended_at:
        who = mention(step.ended_by)
        at = clock(step.ended_at, since=run.started_at)
        return f"{who} marked step {placed.number} {ENDED[step.state]} at {at}."
    if step.state is State.TAKEN and step.holder and step.taken_at:
        at = clock(step.taken_at, since=run.started_at)
        return f"{mention(step.holder)} took step {placed.number} at {at}."
    return f"Nobody has taken step {placed.number} yet."


def moved(run: Run, event: e.OfStep, new: Step) -> Run:
    """The run with a step as it is after *event*, which its life must allow: else ValueError."""
    old = run.steps[event.step]
    if TRANSITIONS.get((old.state, event.kind)) is not new.state:
        raise ValueError(f"{run.id}: {event.kind} cannot follow while {event.step} is {old.state}")
    steps = {**run.steps, event.step: new}
    if new.state is State.TAKEN:
        # A wait that changes hands goes on.
        return replace(run, steps=steps)
    pending = {k: r for k, r in run.pending.items() if not (r.wait and r.step == event.step)}
    return replace(run, steps=steps, pending=pending)


def ended(old: Step, state: State, by: e.Person, at: datetime, words: str | None) -> Step:
    """A step that someone marked."""
    return replace(old, state=state, ended_by=by, ended_at=at, words=words, on_check=False)
