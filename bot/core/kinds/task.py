"""A plain step in a run: people end it, and its check is looked at then."""

from collections.abc import Iterator, Sequence

from bot.core.kinds.kind import Kind, done_or_failed, nothing
from bot.core.markup.model import Block, Listing, Paragraph
from bot.core.procedure import Task
from bot.core.run import events as e
from bot.core.run.model import Run
from bot.core.run.outline import Row
from bot.core.run.proof import Verdict
from bot.core.run.refusals import request_for
from bot.core.run.states import State
from bot.core.run.waits import failed


def _look(run: Run, step: Task, by: e.Person, ahead: int) -> Sequence[e.Event]:
    if step.check is None:
        return ()
    return (request_for(step.id, run, ahead, step.check, by, wait=False),)


_CHECKED = frozenset({State.TAKEN, State.DONE})


def _not_checked(state: State) -> str | None:
    if state in _CHECKED:
        return None
    return (
        "The check of a step is run when somebody is on it or has done it. Take it, or press "
        "*Verify now*, which checks the whole system."
    )


def _by_people_only(step: Task, seen: e.CheckObserved) -> bool:
    return False


def _never_stalls(row: Row) -> bool:
    return False


def _says(run: Run, row: Row, step: Task) -> Sequence[str]:
    return ()


def _verdict(run: Run, row: Row, seen: Verdict) -> str:
    return failed(run, seen)


def _shown(run: Run, step: Task) -> Iterator[Block]:
    if step.run:
        yield Paragraph("Commands of the step, as they were shown:")
        yield Listing("\n".join(map(run.words, step.run)))


KIND = Kind(
    model=Task,
    taken=nothing,
    done=_look,
    resumed=nothing,
    checked_again=_look,
    not_checked=_not_checked,
    offers_check=_CHECKED,
    ended_by=_by_people_only,
    ends=done_or_failed,
    stalled=_never_stalls,
    says=_says,
    verdict=_verdict,
    shown=_shown,
    by_hand=None,
)
