"""A plain step in a run: people end it, and its check is looked at then."""

from collections.abc import Callable, Iterator, Sequence

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


def _may_be_checked(state: State) -> None:
    return None


def _by_people_only(step: Task, seen: e.CheckObserved) -> bool:
    return False


def _never_stalls(row: Row) -> bool:
    return False


def _says(run: Run, row: Row, step: Task) -> Sequence[str]:
    return ()


def _verdict(run: Run, row: Row, seen: Verdict) -> str:
    return failed(run, seen)


def _shown(step: Task, put: Callable[[str], str]) -> Iterator[Block]:
    if step.run:
        yield Paragraph("Commands of the step, as they were shown:")
        yield Listing("\n".join(map(put, step.run)))


KIND = Kind(
    model=Task,
    taken=nothing,
    done=_look,
    resumed=nothing,
    checked_again=_look,
    not_checked=_may_be_checked,
    offers_check={State.TAKEN, State.DONE},
    ended_by=_by_people_only,
    ends=done_or_failed,
    stalled=_never_stalls,
    says=_says,
    verdict=_verdict,
    shown=_shown,
    by_hand=None,
)
