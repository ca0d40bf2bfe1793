"""Until when a step is in hand, who did it, and how late that was, as the board says it."""

from bot.core.run.life import Step
from bot.core.run.model import Run
from bot.core.run.outline import Row
from bot.core.run.timing import times_out, waits_until
from bot.core.run.waits import moment
from bot.core.text import lasted, mention


def _how_late(step: Step) -> str:
    """How long after its time-out a step ended, if it did."""
    if step.late is None or step.ended_at is None:
        return ""
    return f" · ⏰\u00a0{lasted(step.ended_at - step.late)} past its time-out"


def deadline(run: Run, row: Row) -> str:
    """Until when whoever is on a step has, or waits; a moment, since nobody redraws an age."""
    leaf, step = row.leaf, row.step
    said = ""
    if (end := waits_until(leaf, step)) is not None:
        said = f" · until {moment(run, end)}"
    if step.late is not None:
        return f"{said} · ⏰\u00a0past its time-out since {moment(run, step.late)}"
    late = times_out(leaf, step)
    return said if late is None else f"{said} · time-out {moment(run, late)}"


def ran(run: Run, row: Row) -> str:
    """Who did a step and when; both, when one took it and another finished it."""
    step = row.step
    if not (step.ended_by and step.ended_at):
        return ""
    at = moment(run, step.ended_at) + _how_late(step)
    if step.on_check:
        why = "when its time was over" if row.check is None else "by its check"
        return f"finished {why}, {at}"
    if step.holder is not None and step.holder.id != step.ended_by.id:
        return f"{mention(step.holder)} took it, {mention(step.ended_by)} finished it {at}"
    return f"{mention(step.ended_by)} {at}"
