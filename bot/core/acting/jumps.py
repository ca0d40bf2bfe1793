"""Going back: steps are open again, in another round."""

from collections.abc import Mapping, Sequence
from itertools import takewhile
from typing import Literal

from bot.core.procedure import Placed
from bot.core.run import events as e
from bot.core.run.model import Run
from bot.core.run.need import first_of, last_of
from bot.core.run.refusals import Refused
from bot.core.run.rounds import MOST, deepest, span
from bot.core.run.states import State

Because = Literal["goto", "changed", "again", "failed"]


def reopens(
    run: Run,
    where: tuple[int, int],
    because: Because,
    of: str,
    by: e.Person,
    reason: str | None = None,
) -> Sequence[e.Event]:
    """The steps from one place of the page to another are open again; raises Refused.

    Whoever is on one of them gives it back by that.
    """
    first, last = where
    begin, end = run.placed[first], run.placed[last]
    if deepest(run.steps, span(run.placed, begin.step.id, end.step.id)) >= MOST:
        raise Refused(
            f"Steps {begin.number} to {end.number} were opened {MOST} times, and that is the most. "
            "Skip what is left of them with a reason, or close the run and start another."
        )
    said = {} if reason is None else {"reason": reason}
    back = [
        e.StepGivenBack(step=one.step.id, by=by)
        for one in run.placed[first : last + 1]
        if run.steps[one.step.id].state is State.TAKEN
    ]
    again = e.StepsReopened(
        first=begin.step.id, last=end.step.id, because=because, of=of, by=by, **said
    )
    return (*back, again)


def leads_back(run: Run, question: Placed, goto: str | None) -> tuple[int, int] | None:
    """Where an answer begins again, and the question at which it does; None if it leads on."""
    here = run.placed.index(question)
    target = None if goto is None else first_of(run.placed, goto)
    return None if target is None or target > here else (target, here)


def own(run: Run, question: Placed) -> tuple[int, int]:
    """The places of a question, and of the last step in its branches."""
    return run.placed.index(question), last_of(run.placed, question.step)


def told(run: Run, event: e.StepsReopened) -> str:
    """The steps that are open again, by their numbers: `steps 2 to 5`."""
    first, last = run.known(event.first), run.known(event.last)
    if first is None or last is None:
        raise ValueError(f"{run.id} has no step {event.first} or {event.last}")
    if first is last:
        return f"step {first.number}"
    return f"steps {first.number} to {last.number}"


def taken_away(facts: Sequence[e.Fact]) -> Mapping[e.Person, Sequence[str]]:
    """Who lost steps by the last of *facts*, which opens them again: each with these steps.

    They lose them in facts right before it, which were decided with it, so at the same time.
    """
    at = facts[-1].at
    back = takewhile(
        lambda fact: isinstance(fact.event, e.StepGivenBack) and fact.at == at, facts[-2::-1]
    )
    steps = {fact.event.step for fact in back if isinstance(fact.event, e.StepGivenBack)}
    had: dict[str, e.Person] = {}
    for fact in reversed(facts):
        if len(had) == len(steps):
            break
        event = fact.event
        if isinstance(event, e.StepTaken) and event.step in steps:
            had.setdefault(event.step, event.by)
        elif isinstance(event, e.StepHandedOver | e.StepReturned) and event.step in steps:
            had.setdefault(event.step, event.to)
    lost: dict[e.Person, list[str]] = {}
    for step in sorted(steps):
        if (person := had.get(step)) is not None:
            lost.setdefault(person, []).append(step)
    return lost
