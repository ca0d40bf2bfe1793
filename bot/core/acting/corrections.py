"""Values that become other ones: what is done about it, by whichever act it comes.

What was done keeps the values that it was done with. What checks showed and people confirmed of the
old value counts no more, and is asked again. Whoever is on a step that uses it is named.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.core.acting.naming import by_name
from bot.core.procedure.using import lines_using, used_by_check, used_by_step
from bot.core.run import events as e
from bot.core.run.closing import requests
from bot.core.run.found import Told
from bot.core.run.model import Run
from bot.core.run.outline import Row
from bot.core.run.refusals import request_for
from bot.core.run.rounds import span
from bot.core.run.rows import title
from bot.core.run.states import State
from bot.core.text import mention
from bot.core.text import span as code

LIMIT = 1_000
"""The longest value that people give while a run is under way, in characters."""


def fresh(run: Run, values: Mapping[str, str]) -> frozenset[str]:
    """The names of those of *values* that the run does not have so."""
    known = run.outline.values
    return frozenset(name for name, value in values.items() if known.get(name) != value)


def told(run: Run, event: Told) -> Run:
    """The run in which values are what an entry says."""
    # Not by the values: of two that are masked or erased nobody can tell that they differ.
    said = event.other if isinstance(event, e.ValuesFound) else event.values
    if names := {*said, *(event.values.keys() - run.outline.values.keys())}:
        run = _without(run, names)
    given = {**run.given, **dict.fromkeys(event.values, run.seq + 1)}
    hidden = run.hidden - event.values.keys()
    if isinstance(event, e.InputCorrected):
        return replace(run, inputs={**run.inputs, **event.values}, given=given, hidden=hidden)
    return replace(run, found={**run.found, **event.values}, given=given, hidden=hidden)


def _without(run: Run, names: Collection[str]) -> Run:
    """The run in which nothing counts that was seen or confirmed of the values with these names."""
    steps, then = dict(run.steps), run.outline.values
    for placed in run.placed:
        step = steps[placed.step.id]
        ended = step.state in (State.DONE, State.SKIPPED) and step.values is None
        if ended and not used_by_step(placed, run.procedure).isdisjoint(names):
            steps[placed.step.id] = replace(step, values=then)
    checks = dependent(run, names)
    lines = tuple(lines_using(run.procedure, names))
    return replace(run, steps=steps, proof=run.proof.without(checks, lines))


def dependent(run: Run, names: Collection[str]) -> frozenset[str]:
    """The checks that use values with these names."""
    return frozenset(
        name
        for name, check in run.procedure.checks.items()
        if not used_by_check(check).isdisjoint(names)
    )


def set_off(
    run: Run, names: Collection[str], by: e.Person, ahead: int, *, but: str | None = None
) -> Sequence[e.Event]:
    """What follows when values with these names are others.

    A step that cannot be undone is given back, since what was typed to confirm it was of the old
    value. Checks are looked at once more. The first of these facts will be the *ahead*th from now;
    *but* is the step that found the values.
    """
    if not names:
        return ()
    back = [
        row.id
        for row in users(run, names)
        if row.state is State.TAKEN and row.leaf.danger is not None and row.id != but
    ]
    made: list[e.Event] = [e.StepGivenBack(step=one, by=by) for one in back]
    checks = dependent(run, names)
    for row in run.outline.rows:
        if row.id == but or row.id in back or row.check not in checks:
            continue
        if row.looks or row.state is State.DONE:
            wait = row.wait is not None
            made.append(request_for(row.id, run, ahead + len(made), row.check, by, wait=wait))
    lines = [item for item in run.outline.verification.checks if item.check in checks]
    if any(item.green is not None or run.outline.looking(item) for item in lines):
        number = ahead + len(made)
        made.append(e.VerificationRequested(by=by))
        made += requests(run, by, f"v{run.seq + number}", ahead=number)
    return made


def users(run: Run, names: Collection[str]) -> Sequence[Row]:
    """The steps that use values with these names, in the order of the page."""
    return [
        row
        for row, placed in zip(run.outline.rows, run.placed, strict=True)
        if not used_by_step(placed, run.procedure).isdisjoint(names)
    ]


# How it stood when an entry was written. --------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Then:
    """The values before an entry, who was on which step, and which steps were done."""

    values: Mapping[str, str]
    holders: Mapping[str, e.Person]
    done: Collection[str]


def then(run: Run, facts: Sequence[e.Fact]) -> Then:
    """How values and steps stood after *facts*, which begin with the run's first."""
    values: dict[str, str] = {}
    holders: dict[str, e.Person] = {}
    done: set[str] = set()
    for fact in facts:
        event = fact.event
        if isinstance(event, e.RunStarted):
            values |= event.inputs
        elif isinstance(event, Told):
            values |= event.values
        elif isinstance(event, e.StepTaken):
            holders[event.step] = event.by
            done.discard(event.step)
        elif isinstance(event, e.StepHandedOver | e.StepReturned):
            holders[event.step] = event.to
        elif isinstance(event, e.StepsReopened):
            again = span(run.placed, event.first, event.last)
            done.difference_update(again)
        elif isinstance(event, e.StepDone):
            holders.pop(event.step, None)
            done.add(event.step)
        elif isinstance(event, e.StepSkipped | e.StepFailed | e.StepGivenBack | e.StepUndone):
            holders.pop(event.step, None)
            done.discard(event.step)
    return Then(values, holders, done)


def holders_named(
    run: Run, before: Then, values: Mapping[str, str], by: e.Person, *, but: str | None = None
) -> Sequence[str]:
    """What became of values, whom it concerns, and which steps were done with the old ones.

    *by* is who did it, and knows.
    """
    known, called = before.values, run.outline.texts.called
    other = {name: value for name, value in values.items() if known.get(name) != value}
    lines = [
        f"{called(name)} is {code(value, _SHOWN)} now{_was(known.get(name))}."
        for name, value in other.items()
    ]
    rows = [row for row in users(run, other) if row.id != but]
    lines += [
        f"{_whom(run, holder, by)}, step {title(row)} uses it, and {_what_to_do(row)}"
        for row in rows
        if (holder := before.holders.get(row.id)) is not None
    ]
    if numbers := [row.number for row in rows if row.id in before.done]:
        steps = "step" if len(numbers) == 1 else "steps"
        lines.append(f"Done with the old value: {steps} {', '.join(numbers)}.")
    return lines


_SHOWN = 100


def _whom(run: Run, holder: e.Person, by: e.Person) -> str:
    return by_name(run, holder) if holder.id == by.id else mention(holder)


def _what_to_do(row: Row) -> str:
    if row.leaf.danger is not None:
        return (
            "cannot be undone: it is open again. Say what was done with the old value before "
            "anyone takes it with the new one."
        )
    return "you are on it: look at it again before you go on."


def _was(value: str | None) -> str:
    return f" (was {code(value, _SHOWN)})" if value else ""
