"""What the acts on a step share: finding it, who did what to it, moving it along its life."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from bot.core.procedure import Placed
from bot.core.run import events as e
from bot.core.run.life import Step
from bot.core.run.model import Run
from bot.core.run.refusals import Refused
from bot.core.run.rounds import referred
from bot.core.run.states import TRANSITIONS, State
from bot.core.text import clock, escape, mention, span

ENDED: Mapping[State, str] = {
    State.DONE: "done",
    State.SKIPPED: "skipped",
    State.FAILED: "failed",
}
"""How a step ends, each in words."""


NAME_SHOWN = 80
"""How much of a name that leads nowhere is repeated: it can be anyone's, and of any length."""


def place(run: Run, step_id: str) -> tuple[Placed, Step]:
    """A step: what the procedure says of it, and how it stands; raises Refused."""
    placed = run.find(step_id)
    if placed is None:
        named = span(step_id, NAME_SHOWN)
        raise Refused(f"{run.id} has no step {named}. Its board shows the steps it has.")
    step = run.steps[step_id]
    if step.state is State.OPEN and any(run.unlisted.get(g.id) == "" for g in placed.groups):
        raise Refused(
            f"Step {placed.number} is done for each member, and its members are listed when what "
            "comes before it is finished."
        )
    return placed, step


def addressed(run: Run, said: str) -> str:
    """The id of the step that a control speaks of; raises Refused if that was in another round."""
    step_id, round_ = referred(said)
    step = run.steps.get(step_id)
    if step is None or step.round == round_:
        return step_id
    placed = run.outline.places[step_id]
    raise Refused(f"{_opened(run, placed, step)} The board shows how it stands now.")


def _opened(run: Run, placed: Placed, step: Step) -> str:
    if step.reopened is None:
        return f"Step {placed.number} is in its first round."
    by, at = step.reopened
    when = clock(at, since=run.started_at)
    return (
        f"Step {placed.number} was opened again by {mention(by)} at {when}, in round {step.round}. "
        "What you pressed is of an earlier round."
    )


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


def due(run: Run, placed: Placed) -> None:
    """Raises Refused where a step is not needed, or it is not known yet whether it is."""
    need, step_id = run.outline.need, placed.step.id
    if (first := need.awaited.get(step_id)) is not None:
        if step_id in need.unless:
            raise Refused(f"Step {placed.number} is needed only if {escape(first)}.")
        way_out = f" Undo that, or skip step {placed.number} too." if step_id in need.stuck else ""
        raise Refused(f"Step {placed.number} waits for {escape(first)}.{way_out}")
    if (why := need.spare.get(step_id)) is None:
        return
    if (other := _in_its_place(run, placed)) is None:
        raise Refused(f"Step {placed.number} is not needed: {escape(why)}.")
    done = run.steps[other.step.id].state is State.DONE
    how = f"undo step {other.number}"
    if not done:
        how = f"give step {other.number} back or mark it failed"
    raise Refused(
        f"Step {placed.number} is ruled out: step {other.number} was chosen in its place. "
        f"To take step {placed.number}, {how}."
    )


def _in_its_place(run: Run, placed: Placed) -> Placed | None:
    """The step of another alternative that was chosen, if that is why this one is not needed."""
    number = _way(placed)
    begun = [p for p in run.placed if run.steps[p.step.id].state in (State.TAKEN, State.DONE)]
    others = (
        other
        for depth, group in enumerate(placed.groups)
        if group.one_of
        for other in begun
        if group in other.groups and _way(other)[: depth + 2] != number[: depth + 2]
    )
    return next(others, None)


def _way(placed: Placed) -> list[str]:
    """The numbers of what a step stands in: those of a branch, or a failure, are of their step."""
    return [number.rstrip("abcdef") for number in placed.number.split(".")]


def moved(run: Run, event: e.OfStep, new: Step) -> Run:
    """The run with a step as it is after *event*, which its life must allow: else ValueError."""
    old = run.steps[event.step]
    if event.round != old.round:
        raise ValueError(f"{run.id}: {event.kind} of {event.step} is of another round")
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
    failing = state is State.FAILED
    return replace(old, state=state, ended_by=by, ended_at=at, words=words, failing=failing)
