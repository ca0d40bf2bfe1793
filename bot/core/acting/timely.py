"""What comes of a timer that a run had set for a wait, a time-out or a reminder."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.core.acting.calling import called
from bot.core.acting.owner_call import group_of
from bot.core.procedure import check_of
from bot.core.run import events as e
from bot.core.run.holding import Knows
from bot.core.run.model import Run
from bot.core.run.refusals import request_for
from bot.core.run.times import Reminded, StepLate, WaitOver
from bot.core.run.timing import (
    LATE_STEP,
    NOBODY,
    REMIND,
    WAITED,
    Rung,
    idle_rungs,
    is_idle,
    next_reminder,
    times_out,
    waits_until,
)

_SLACK = timedelta(milliseconds=1)
"""What is lost when a time is stored as a number."""


def come(due: datetime, at: datetime) -> datetime:
    """The time that it is at least once a timer for *due* has come, whatever the clock says.

    *due* is what the database held to be over, and this process's clock may lag behind that one's.
    """
    return max(due, at) + _SLACK


def fired(
    run: Run, timer: str, due: datetime, at: datetime, knows: Knows
) -> Sequence[e.Event] | None:
    """What comes of a timer whose time has come: nothing, when that is over by now.

    None where it is not one of these. *due* is the time that the database held to be over; of
    roles, *knows* is what is known.
    """
    made = _fired(run, timer, due, at)
    return None if made is None else [_with_group(run, one, knows) for one in made]


def _with_group(run: Run, event: e.Event, knows: Knows) -> e.Event:
    """A reminder of a role, or in the owner's channel, with those who are called for it."""
    if isinstance(event, Reminded) and event.told == "owner":
        whose = group_of(run, knows)
        return event if whose is None else event.model_copy(update={"group": whose})
    if not isinstance(event, Reminded) or event.role is None:
        return event
    found = called(run.procedure, (event.role,), knows)
    groups = found.pop("groups")
    group = {"group": groups[0]} if groups else {}
    return event.model_copy(update={**group, **found})


def _fired(run: Run, timer: str, due: datetime, at: datetime) -> Sequence[e.Event] | None:
    now = come(due, at)
    known = timer.startswith((NOBODY, WAITED, LATE_STEP, REMIND))
    if known and run.closed is not None:
        return ()
    if timer.startswith(NOBODY):
        return _nobody(run, timer.removeprefix(NOBODY), due)
    for name, does in ((WAITED, _waited), (LATE_STEP, _late), (REMIND, _reminds)):
        if timer.startswith(name):
            rung, _, step_id = timer.removeprefix(name).rpartition(" ")
            return does(run, step_id, rung, now) if step_id in run.steps else ()
    return None


def _waited(run: Run, step_id: str, _: str, now: datetime) -> Sequence[e.Event]:
    leaf, step = run.outline.places[step_id].step, run.steps[step_id]
    end = waits_until(leaf, step)
    if end is None or end > now or step.holder is None:
        return ()
    if (check := check_of(leaf)) is None:
        done = e.StepDone(step=step_id, by=step.holder, on_check=True)
        return (WaitOver(step=step_id, due=end), done)
    look = request_for(step_id, run, 2, check, step.holder, wait=True)
    return (WaitOver(step=step_id, due=end), look)


def _late(run: Run, step_id: str, _: str, now: datetime) -> Sequence[e.Event]:
    step = run.steps[step_id]
    end = times_out(run.outline.places[step_id].step, step)
    if end is None or end > now or step.late is not None:
        return ()
    return (StepLate(step=step_id, due=end),)


def _reminds(run: Run, step_id: str, told: str, now: datetime) -> Sequence[e.Event]:
    found = next_reminder(run, run.outline.places[step_id].step, run.steps[step_id])
    if found is None or found[0] > now or found[1].told != told:
        return ()
    end = times_out(run.outline.places[step_id].step, run.steps[step_id])
    return (_reminder(found[1], found[0], end or found[0], step_id),)


def _nobody(run: Run, told: str, due: datetime) -> Sequence[e.Event]:
    """Its time is a setting's, so the timer alone knows it; the state says whether it holds."""
    rung = next((one for one in idle_rungs(run) if one.told not in run.called), None)
    if not is_idle(run) or due < run.acted or rung is None or rung.told != told:
        return ()
    return (_reminder(rung, due, run.acted, None),)


def _reminder(rung: Rung, due: datetime, of: datetime, step_id: str | None) -> Reminded:
    """Who was reminded; what is not said of them is not written."""
    parts = {"step": step_id, "whom": rung.whom, "role": rung.role, "place": rung.place}
    said = {name: value for name, value in parts.items() if value is not None}
    return Reminded(told=rung.told, due=due, moment=of, **said)
