"""When a run has something to say by itself: waits that end, time-outs, reminders.

All of it is worked out of the run, so that its timers are what its state needs and nothing else:
they come and go with the facts. A time-out counts from when a step was taken, whoever has it since,
or from when its run was reopened. Reminders climb a ladder, once each: whoever is on it, those
with the role of the step, the owner's channel; a rung that is not there is left out.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from bot.core.person import Person
from bot.core.procedure import Leaf
from bot.core.run.life import Step
from bot.core.run.model import Run
from bot.core.run.states import State

WAITED, LATE_STEP, REMIND, NOBODY = "for ", "timeout ", "remind ", "nobody "
"""How the names of these timers begin; the rung of a reminder follows, and the step."""

PAUSE = timedelta(minutes=5)
"""How long one reminder waits for an answer before the next, where a step does not say."""

Told = Literal["person", "role", "owner"]


@dataclass(frozen=True, slots=True)
class Rung:
    """Somebody who is reminded: a person, those with a role, or a channel."""

    told: Told
    whom: Person | None = None
    role: str | None = None
    place: str | None = None


def _rungs(run: Run, person: Person | None, leaf: Leaf | None) -> Iterator[Rung]:
    if person is not None and not person.is_erased:
        yield Rung("person", whom=person)
    if (role := role_of(run, leaf)) is not None:
        yield Rung("role", role=role)
    owner = run.procedure.owner
    if owner is not None and owner.slack is not None:
        yield Rung("owner", place=owner.slack)


def role_of(run: Run, leaf: Leaf | None) -> str | None:
    """The role that is to do a step: its own, or that of the innermost group which says one."""
    if leaf is None:
        return None
    around = (group.role for group in reversed(run.outline.places[leaf.id].groups))
    return leaf.role or next((role for role in around if role is not None), None)


# Steps. -----------------------------------------------------------------------------------------


def waits_until(leaf: Leaf, step: Step) -> datetime | None:
    """When the time of a wait in hand is over; None where it has none, or it is over already."""
    if leaf.lasts is None or step.begun is None or step.over or step.state is not State.TAKEN:
        return None
    return step.begun + leaf.lasts


def times_out(leaf: Leaf, step: Step) -> datetime | None:
    """When a step in hand is past its time-out; None where it has none."""
    if leaf.timeout is None or step.timed is None or step.state is not State.TAKEN:
        return None
    return step.timed + leaf.timeout


def next_reminder(run: Run, leaf: Leaf, step: Step) -> tuple[datetime, Rung] | None:
    """When somebody is reminded next of a step in hand, and who."""
    if (end := times_out(leaf, step)) is None:
        return None
    first = end if leaf.remind is None else end - leaf.remind
    return _next(_rungs(run, step.holder, leaf), step.reminded, first, leaf.remind or PAUSE)


def _next(
    rungs: Iterator[Rung], told: Sequence[str], first: datetime, pause: timedelta
) -> tuple[datetime, Rung] | None:
    for number, rung in enumerate(rungs):
        if rung.told not in told:
            return first + number * pause, rung
    return None


# The run. ---------------------------------------------------------------------------------------


def is_idle(run: Run) -> bool:
    """Whether nobody is on a run that is open."""
    return run.closed is None and all(one.state is not State.TAKEN for one in run.steps.values())


def next_call(run: Run, after: timedelta) -> tuple[datetime, Rung] | None:
    """When somebody is told that nobody is on the run, and who; *after* so long each."""
    if not is_idle(run):
        return None
    return _next(idle_rungs(run), run.called, run.acted + after, after)


def idle_rungs(run: Run) -> Iterator[Rung]:
    """Who is told that nobody is on a run, one after the other."""
    upcoming = run.outline.next_steps
    return _rungs(run, run.started_by, upcoming[0].leaf if upcoming else None)


def timers(run: Run, nobody: timedelta | None) -> Mapping[str, datetime]:
    """The timers of all this, by their names; *nobody* is how long a run may have nobody on it."""
    return dict(_timers(run, nobody))


def _timers(run: Run, nobody: timedelta | None) -> Iterator[tuple[str, datetime]]:
    if run.closed is not None:
        return
    for placed in run.placed:
        leaf = placed.step
        if leaf.timeout is None and leaf.lasts is None:
            continue
        step = run.steps[leaf.id]
        if (end := waits_until(leaf, step)) is not None:
            yield f"{WAITED}{leaf.id}", end
        if (late := times_out(leaf, step)) is not None and step.late is None:
            yield f"{LATE_STEP}{leaf.id}", late
        if (reminder := next_reminder(run, leaf, step)) is not None:
            due, rung = reminder
            yield f"{REMIND}{rung.told} {leaf.id}", due
    if nobody is not None and (call := next_call(run, nobody)) is not None:
        due, rung = call
        yield f"{NOBODY}{rung.told}", due
