"""How procedures were used, from the record: how often, as drills, and which steps are skipped."""

from collections import Counter
from collections.abc import Iterable, Mapping

from bot.app.desk import ChangedRun, Desk, UnreadableRun
from bot.core.coverage import Use
from bot.core.coverage.use import LOOKED_AT
from bot.core.run.model import Run
from bot.core.run.states import State
from bot.ports.log import Log


async def usage(log: Log, desk: Desk, procedures: Iterable[str]) -> Mapping[str, Use]:
    """Of each procedure, by its id, how it was used; raises Unavailable.

    Of a procedure no more is read than its newest runs, however many there are.
    """
    return {one: await _use(log, desk, one) for one in procedures}


async def _use(log: Log, desk: Desk, procedure: str) -> Use:
    runs = await log.runs(procedure=procedure, drill=False)
    drills = await log.runs(procedure=procedure, drill=True, limit=1)
    skipped, closed = Counter[str](), 0
    for row in [row for row in runs if not row.open][:LOOKED_AT]:
        try:
            run = await desk.run(row.run_id)
        except (UnreadableRun, ChangedRun):
            # What cannot be read says nothing of its steps; an audit tells of it.
            continue
        if run.closed is not None and run.closed.mistake is None:
            closed += 1
            skipped.update(_skipped(run))
    return Use(len(runs), len(drills), closed, dict(skipped))


def _skipped(run: Run) -> Iterable[str]:
    """The titles of the steps that were skipped, each once."""
    return {
        placed.step.title
        for placed in run.procedure.leaves()
        if (step := run.steps.get(placed.step.id)) is not None and step.state is State.SKIPPED
    }
